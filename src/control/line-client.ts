import { once } from 'node:events';
import { lstatSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { fieldOf, readSocketLines, writeLine } from './json-lines.ts';

/** The time for an answer, in milliseconds. */
const PATIENCE = 10_000;

/** A connection to the command of a running program. */
export class ControlClient {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, (reply: unknown) => void>();
  readonly #onEvent: (event: unknown) => void;
  /** Resolves when the command has ended the connection. */
  readonly ended: Promise<unknown>;
  #last = 0;

  private constructor(socket: Socket, onEvent: (event: unknown) => void) {
    this.#socket = socket;
    this.#onEvent = onEvent;
    // A reset is an end, too: once() of Node would reject then.
    this.ended = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    readSocketLines(socket, (value) => this.#hear(value));
  }

  /**
   * Connects to a socket of this user.
   *
   * @param onEvent Called for values that answer no request.
   * @throws Error when it is another user's, or nothing listens.
   */
  static async open(
    path: string,
    onEvent: (event: unknown) => void = () => undefined,
  ): Promise<ControlClient> {
    const stats = lstatSync(path);
    if (!stats.isSocket() || stats.uid !== process.geteuid?.())
      throw new Error(`'${path}' is no socket of this user`);
    const socket = connect(path);
    await once(socket, 'connect');
    return new ControlClient(socket, onEvent);
  }

  /**
   * Makes a request.
   *
   * @throws Error with the reason of a refusal, or when no answer comes.
   */
  async ask(action: string, fields: object = {}): Promise<unknown> {
    const id = ++this.#last;
    const reply = await new Promise<unknown>((resolve, reject) => {
      const fail = (reason: string): void => {
        this.#waiting.delete(id);
        reject(new Error(reason));
      };
      const timer = setTimeout(() => fail('The command does not answer'), PATIENCE);
      void this.ended.then(() => fail('The command has ended the connection'));
      this.#waiting.set(id, (value) => {
        clearTimeout(timer);
        resolve(value);
      });
      writeLine(this.#socket, { ...fields, id, do: action });
    });
    const error = fieldOf(reply, 'error');
    if (typeof error === 'string') throw new Error(error);
    return fieldOf(reply, 'value');
  }

  /** Ends the connection. */
  close(): void {
    this.#socket.destroy();
  }

  #hear(value: unknown): void {
    const id = fieldOf(value, 'id');
    const waiting =
      fieldOf(value, 'type') === undefined && typeof id === 'number' ? this.#waiting.get(id) : undefined;
    if (waiting === undefined || typeof id !== 'number') {
      this.#onEvent(value);
      return;
    }
    this.#waiting.delete(id);
    waiting(value);
  }
}
