import { NativeMemory } from '../../host/memory.ts';
import { sendDescriptors } from '../../host/sockets/messages.ts';
import { IOVEC_SIZE } from '../../linux/limits.ts';
import { EPOLLIN } from '../../linux/waiting.ts';
import { LauncherLines } from '../launcher/lines.ts';
import type { ServiceHost } from '../service.ts';
import { ServiceError } from '../service-error.ts';
import type { StartRequest } from './check-request.ts';
import type { CommandLimits } from './limits.ts';
import { readFromLauncher, startLine } from './messages.ts';
import type { ProgramEnd } from './process-end.ts';
import type { ClientProgram } from './starter.ts';

type Waiting = {
  readonly resolve: (descriptor: number) => void;
  readonly reject: (error: Error) => void;
};

/** Starts programs by asking the launcher. */
export class LauncherPrograms {
  readonly #lines: LauncherLines;
  readonly #handed: number;
  readonly #memory = new NativeMemory(1);
  readonly #waiting = new Map<number, Waiting>();
  readonly #ends = new Map<number, (end: ProgramEnd) => void>();
  #last = 0;

  /** @param handed A socket on which descriptors go before the line that names them. */
  constructor(launcher: number, handed: number, host: ServiceHost) {
    this.#handed = handed;
    this.#lines = new LauncherLines(
      launcher,
      (line, take) => this.#hear(line, take),
      () => this.#lost(),
    );
    host.watch(launcher, EPOLLIN, () => {
      if (!this.#lines.read()) host.unwatch(launcher);
    });
  }

  /**
   * Starts a program.
   *
   * @param streams Host descriptors of the request's streams, in their order.
   * @throws ServiceError
   */
  async start(
    request: StartRequest,
    limits: CommandLimits,
    streams: readonly number[],
  ): Promise<ClientProgram> {
    const id = ++this.#last;
    if (streams.length > 0) this.#hand(streams);
    const ended = new Promise<ProgramEnd>((resolve) => this.#ends.set(id, resolve));
    const started = new Promise<number>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#lines.send(startLine(id, request, limits));
    const descriptor = await started;
    const tell = (kind: 'signal' | 'kill', name = ''): void => {
      if (this.#ends.has(id)) this.#lines.send(JSON.stringify({ kind, id, name }));
    };
    return {
      descriptor,
      ended,
      kill: () => tell('kill'),
      signal: (name) => {
        tell('signal', name);
        return true;
      },
    };
  }

  #hand(streams: readonly number[]): void {
    const vector = Buffer.alloc(IOVEC_SIZE);
    vector.writeBigUInt64LE(BigInt(this.#memory.address), 0);
    vector.writeBigUInt64LE(1n, 8);
    if (sendDescriptors(this.#handed, vector, streams) !== 1)
      throw new ServiceError('EPIPE', 'The launcher does not answer any more');
  }

  #hear(line: string, take: () => number | undefined): void {
    const message = readFromLauncher(line);
    if (message.kind === 'ended') {
      this.#ends.get(message.id)?.(message.end);
      this.#ends.delete(message.id);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    const descriptor = message.kind === 'started' ? take() : undefined;
    if (descriptor !== undefined) {
      waiting?.resolve(descriptor);
      return;
    }
    this.#ends.delete(message.id);
    waiting?.reject(
      new ServiceError('EIO', message.kind === 'failed' ? message.message : 'No descriptor came'),
    );
  }

  #lost(): void {
    for (const { reject } of this.#waiting.values())
      reject(new ServiceError('EPIPE', 'The launcher does not answer any more'));
    for (const end of this.#ends.values()) end({ kind: 'ended', reason: 'the launcher has gone' });
    this.#waiting.clear();
    this.#ends.clear();
  }
}
