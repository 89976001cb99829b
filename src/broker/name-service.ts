import type { Socket } from 'node:net';
import { type Answered, answerQuery } from '../network/dns/answer.ts';
import { decodeQuery } from '../network/dns/decode.ts';
import { encodeAnswer, encodeUdpAnswer, frame, unframe } from '../network/dns/encode.ts';
import { type DnsAnswer, type DnsQuery, ResponseCode } from '../network/dns/message.ts';
import type { FindClient } from '../network/refusal.ts';
import type { NetworkRules } from '../network/rule.ts';
import type { SyntheticTable } from '../network/synthetic.ts';

/** The most bytes of a message over TCP that is not complete. */
const MOST_REST = 4096;

/** Milliseconds after which a connection without questions is closed. */
const IDLE = 10_000;

/** The parts of a name service. */
export type NameServiceOptions = {
  /** The rules as they are now. */
  readonly rules: () => NetworkRules;
  readonly table: SyntheticTable;
  /**
   * True if every name has an address, because a connection to it may be granted when it is asked about. Names are not
   * looked up before that.
   */
  readonly answersAll: boolean;
  readonly onRefused: (refused: NonNullable<Answered['refused']>, findClient: FindClient) => void;
  /** Answers for names and addresses that no rule grants; without it, they do not exist. */
  readonly others?: AnswerOther | undefined;
};

/** Answers a question that rules leave open; `undefined` for one that it has nothing to say about. Never rejects. */
export type AnswerOther = (question: DnsQuery) => Promise<DnsAnswer | undefined>;

/** Questions that are asked of others at once; further ones fail, and programs ask again. */
const MOST_ASKED = 256;

const BUSY: DnsAnswer = { code: ResponseCode.SERVFAIL, records: [], ttl: 0 };

/** Rules under which every name could be granted. */
const anyName: NetworkRules = {
  allow: [{ host: { kind: 'class', name: 'public' }, ports: [{ first: 443, last: 443 }], protocol: 'tcp' }],
  except: [],
};

/** The resolver within a program's network (RFC 1035). */
export class NameService {
  readonly #options: NameServiceOptions;
  #asked = 0;

  constructor(options: NameServiceOptions) {
    this.#options = options;
  }

  /** Answers a datagram, at once or later; one that is no question gets no answer. */
  answerDatagram(message: Uint8Array, findClient: FindClient, reply: (answer: Uint8Array) => void): void {
    this.#answer(message, encodeUdpAnswer, findClient, reply);
  }

  /** Serves a connection. */
  serve(socket: Socket, findClient: FindClient): void {
    let rest: Uint8Array = new Uint8Array();
    let open = 0;
    let ended = false;
    socket.setTimeout(IDLE, () => socket.destroy());
    socket.resume();
    socket.on('data', (chunk) => {
      const found = unframe(rest.length === 0 ? chunk : Buffer.concat([rest, chunk]));
      rest = found.rest;
      if (rest.length > MOST_REST) {
        socket.destroy();
        return;
      }
      for (const message of found.messages) {
        open++;
        const isQuestion = this.#answer(message, encodeAnswer, findClient, (answer) => {
          open--;
          if (socket.writable) socket.write(frame(answer));
          if (ended && open === 0) socket.end();
        });
        // A client that asks and does not read is not waited for.
        if (!isQuestion || socket.writableLength > 64 * MOST_REST) {
          socket.destroy();
          return;
        }
      }
    });
    socket.on('end', () => {
      ended = true;
      if (open === 0) socket.end();
    });
  }

  /** @returns False for a message that gets no answer. */
  #answer(
    message: Uint8Array,
    encode: (query: DnsQuery, answer: DnsAnswer) => Uint8Array,
    findClient: FindClient,
    reply: (answer: Uint8Array) => void,
  ): boolean {
    const decoded = decodeQuery(message);
    if (decoded.kind === 'ignored') return false;
    if (decoded.kind === 'error') {
      reply(decoded.reply);
      return true;
    }
    const { query } = decoded;
    const { rules, table, answersAll, onRefused } = this.#options;
    const { answer, refused } = answerQuery(query, answersAll ? anyName : rules(), table);
    const finish = (other: DnsAnswer | undefined): void => {
      if (refused !== undefined && other === undefined) onRefused(refused, findClient);
      reply(encode(query, other ?? answer));
    };
    const { others } = this.#options;
    if (others === undefined || query.name === undefined || answer.code !== ResponseCode.NXDOMAIN)
      finish(undefined);
    else if (this.#asked >= MOST_ASKED) finish(BUSY);
    else {
      this.#asked++;
      void others(query).then((other) => {
        this.#asked--;
        finish(other);
      });
    }
    return true;
  }
}
