import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { close } from '../../host/files/files.ts';
import { makeSocketPair } from '../../host/files/new-descriptors.ts';
import { socketKind } from '../../host/sockets/socket-kind.ts';
import { ServiceError } from '../service-error.ts';
import type { Passed } from '../wire.ts';

/** Milliseconds after which a handshake is given up. */
const PATIENCE = 30_000;

/** Connections of one process at once. */
const MOST_TUNNELS = 1024;

/** The connections of one process: each copies between an encrypted socket and a plain one. */
export class Tunnels {
  readonly #hold: () => () => void;
  #count = 0;

  /** @param hold Keeps the process, until the returned function is called. */
  constructor(hold: () => () => void) {
    this.#hold = hold;
  }

  /**
   * Takes a connected stream socket of a client.
   *
   * @throws ServiceError `EINVAL` for anything else, `EAGAIN` when there are too many.
   */
  take(passed: Passed): Socket {
    const kind = socketKind(passed.descriptor);
    if ((kind?.protocol !== 'tcp' && kind?.protocol !== 'stream') || kind.listening || !kind.connected)
      throw new ServiceError('EINVAL', `'socket' expects a connected stream socket`);
    if (this.#count >= MOST_TUNNELS)
      throw new ServiceError('EAGAIN', `There are ${MOST_TUNNELS} connections already`);
    const { Socket: NodeSocket } = process.getBuiltinModule('node:net');
    return new NodeSocket({ fd: passed.take(), readable: true, writable: true, allowHalfOpen: true });
  }

  /**
   * Waits for a handshake, and copies from then on.
   *
   * @param done The event that ends the handshake.
   * @param signal Aborted when the client has closed its channel.
   * @returns The host descriptor of the plain socket, which is the caller's.
   * @throws ServiceError `EPROTO` with the reason of the handshake's failure.
   */
  async open(secure: TLSSocket, done: 'secureConnect' | 'secure', signal: AbortSignal): Promise<number> {
    this.#count++;
    const release = this.#hold();
    secure.once('close', () => {
      this.#count--;
      release();
    });
    await handshake(secure, done, signal);
    const [ours, theirs] = makeSocketPair();
    try {
      const { Socket: NodeSocket } = process.getBuiltinModule('node:net');
      const plain = new NodeSocket({ fd: ours, readable: true, writable: true, allowHalfOpen: true });
      plain.pipe(secure).pipe(plain);
      const end = (): void => {
        plain.destroy();
        secure.destroy();
      };
      for (const stream of [plain, secure]) stream.on('error', end).on('close', end);
    } catch (error) {
      close(theirs);
      secure.destroy();
      throw error;
    }
    return theirs;
  }
}

function handshake(secure: TLSSocket, done: 'secureConnect' | 'secure', signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (code: 'EPROTO' | 'ETIMEDOUT', reason: string): void => {
      finish();
      secure.on('error', () => undefined);
      secure.destroy();
      reject(new ServiceError(code, reason));
    };
    const onError = (error: Error): void => fail('EPROTO', `The handshake failed: ${error.message}`);
    const onClose = (): void => fail('EPROTO', 'The peer has closed the connection in the handshake');
    const onAbort = (): void => fail('EPROTO', 'The client has gone');
    const timer = setTimeout(() => fail('ETIMEDOUT', 'The handshake takes too long'), PATIENCE);
    const onDone = (): void => {
      finish();
      resolve();
    };
    const finish = (): void => {
      clearTimeout(timer);
      secure.off('error', onError).off('close', onClose).off(done, onDone);
      signal.removeEventListener('abort', onAbort);
    };
    secure.once('error', onError).once('close', onClose).once(done, onDone);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}
