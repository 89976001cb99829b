import { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { close } from '../../host/files/files.ts';
import { makeSocketPair } from '../../host/files/new-descriptors.ts';
import { bindSocket, makeSocket } from '../../host/sockets/socket-setup.ts';
import { check } from '../../host/system-error.ts';
import { type LogMessage, MAX_LOG_MESSAGE, readLogMessage } from '../../syslog/read-message.ts';
import { DatagramReader, DatagramRelay } from '../../worlds/datagram-relay.ts';

/** Messages that wait to be written; a program that says more waits itself. */
const MOST_WAITING = 256;

/** Milliseconds for which last messages are waited for. */
const PATIENCE = 1000;

/** The socket of a program's log: receives datagrams, and hands messages on one after the other. */
export class LogSocket {
  readonly #relay: DatagramRelay;
  readonly #stream: Socket;
  #written: Promise<void> = Promise.resolve();
  #waiting = 0;

  /**
   * @param path The place of the socket, where nothing is yet.
   * @param write Takes a message.
   * @throws SystemError, SpawnError
   */
  constructor(path: string, write: (message: LogMessage) => Promise<void>) {
    const from = check(makeSocket('unix', true), 'socket');
    const descriptors = [from];
    try {
      check(bindSocket(from, { family: 'unix', path }), 'bind');
      const [ours, to] = makeSocketPair();
      descriptors.push(to);
      this.#stream = new Socket({ fd: ours, allowHalfOpen: true });
      this.#relay = new DatagramRelay({ from, to, most: MAX_LOG_MESSAGE });
    } finally {
      for (const descriptor of descriptors) close(descriptor);
    }
    const reader = new DatagramReader(MAX_LOG_MESSAGE);
    this.#stream.unref();
    this.#stream.on('error', () => this.#stream.destroy());
    this.#stream.on('data', (chunk) => {
      for (const datagram of reader.push(chunk)) {
        const message = readLogMessage(datagram);
        if (message !== undefined) this.#take(message, write);
      }
    });
  }

  #take(message: LogMessage, write: (message: LogMessage) => Promise<void>): void {
    if (++this.#waiting >= MOST_WAITING) this.#stream.pause();
    this.#written = this.#written
      .then(() => write(message))
      .then(() => {
        if (--this.#waiting < MOST_WAITING) this.#stream.resume();
      });
  }

  /** Hands on what a program has sent that has ended, as far as that takes no longer than a second. */
  async finish(): Promise<void> {
    this.#stream.ref();
    const ended = new Promise<void>((resolve) => {
      this.#stream.once('end', resolve).once('close', resolve);
      this.#stream.end();
    }).then(() => this.#written);
    const late = new AbortController();
    await Promise.race([ended, setTimeout(PATIENCE, undefined, { signal: late.signal })]);
    late.abort();
    this.end();
  }

  /** Ends the process that receives. */
  end(): void {
    this.#stream.destroy();
    this.#relay.end();
  }
}
