import { read, setFlags } from '../host/files/files.ts';
import { NativeMemory } from '../host/memory.ts';
import { send } from '../host/sockets/sockets.ts';
import { O_NONBLOCK, O_RDWR } from '../linux/open-flags.ts';
import { EPOLLIN } from '../linux/waiting.ts';
import { ResponseCode } from '../network/dns/message.ts';
import {
  encodeQuestion,
  readServerAnswer,
  type ServerAnswer,
  type ServerQuestion,
} from '../network/dns/read-answer.ts';
import type { ServiceHost } from './service.ts';
import { ServiceError } from './service-error.ts';

/** The longest datagram that is read. */
const MOST = 65536;

/** Datagrams that are read before others get their turn. */
const MOST_AT_ONCE = 32;

/** Called with an answer; `undefined` when the server cannot be reached. */
type OnAnswer = (answer: ServerAnswer | undefined) => void;

type Waiting = { readonly question: ServerQuestion; readonly onAnswer: OnAnswer };

/** The patience with servers, as resolv.conf(5) has it. */
export type ServerPatience = {
  /** Milliseconds. */
  readonly timeout: number;
  /** The number of rounds in which all servers are asked. */
  readonly attempts: number;
};

/** Draws a whole number below another. The launcher of a Linux program has this file, and no need to load the module. */
function randomBelow(end: number): number {
  return process.getBuiltinModule('node:crypto').randomInt(end);
}

/** A socket that is connected to a name server, and the questions that wait there. */
class ServerSocket {
  readonly #socket: number;
  readonly #memory: NativeMemory;
  readonly #waiting = new Map<number, Waiting>();

  constructor(socket: number, memory: NativeMemory, host: ServiceHost) {
    this.#socket = socket;
    this.#memory = memory;
    setFlags(socket, O_RDWR | O_NONBLOCK);
    host.watch(socket, EPOLLIN, () => this.#onReadable());
  }

  /** Sends a question under an id that is free here. @returns Forgets it. */
  ask({ name, type }: Omit<ServerQuestion, 'id'>, onAnswer: OnAnswer): () => void {
    let id = randomBelow(65536);
    while (this.#waiting.has(id)) id = randomBelow(65536);
    const question = { id, name, type };
    const bytes = encodeQuestion(question);
    this.#memory.bytes.set(bytes);
    this.#waiting.set(id, { question, onAnswer });
    if (send(this.#socket, this.#memory.address, bytes.length) < 0) this.#fail();
    return () => this.#waiting.delete(id);
  }

  #onReadable(): void {
    for (let turn = 0; turn < MOST_AT_ONCE; turn++) {
      const length = read(this.#socket, this.#memory.address, MOST);
      if (length < 0) {
        // The host of the server has said that nothing listens there.
        if (turn === 0) this.#fail();
        return;
      }
      this.#take(this.#memory.bytes.slice(0, length));
    }
  }

  #take(bytes: Uint8Array): void {
    const id = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
    const waiting = this.#waiting.get(id);
    const answer = waiting && readServerAnswer(bytes, waiting.question);
    if (answer === undefined) return;
    this.#waiting.delete(id);
    waiting?.onAnswer(answer);
  }

  #fail(): void {
    const failed = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { onAnswer } of failed) onAnswer(undefined);
  }
}

/**
 * Asks name servers through sockets that were connected before. Each server has several, so that the port of a question
 * cannot be known by an attacker who forges answers (RFC 5452, section 9.2).
 */
export class NameServers {
  readonly #servers: readonly (readonly ServerSocket[])[];
  readonly #patience: ServerPatience;

  constructor(servers: readonly (readonly number[])[], patience: ServerPatience, host: ServiceHost) {
    const memory = new NativeMemory(MOST);
    this.#servers = servers.map((sockets) => sockets.map((socket) => new ServerSocket(socket, memory, host)));
    this.#patience = patience;
  }

  /**
   * Asks one server after the other until one knows.
   *
   * @throws ServiceError `ETIMEDOUT` when none has answered, `EAGAIN` when those that did cannot say.
   */
  async ask(question: Omit<ServerQuestion, 'id'>): Promise<ServerAnswer> {
    let refused = false;
    for (let attempt = 0; attempt < this.#patience.attempts; attempt++) {
      for (const sockets of this.#servers) {
        const socket = sockets[randomBelow(sockets.length)];
        const answer = socket && (await this.#askOne(socket, question));
        if (answer?.code === ResponseCode.NOERROR || answer?.code === ResponseCode.NXDOMAIN) return answer;
        refused ||= answer !== undefined;
      }
    }
    throw new ServiceError(
      refused ? 'EAGAIN' : 'ETIMEDOUT',
      refused ? 'The name servers cannot answer now' : 'No name server has answered',
    );
  }

  #askOne(socket: ServerSocket, question: Omit<ServerQuestion, 'id'>): Promise<ServerAnswer | undefined> {
    return new Promise((resolve) => {
      // It is there before the question: a socket may answer at once that it cannot be sent.
      const timer = setTimeout(() => {
        forget();
        resolve(undefined);
      }, this.#patience.timeout);
      const forget = socket.ask(question, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
    });
  }
}
