import type { Socket } from 'node:net';
import { type Answered, answerQuery } from '../network/dns/answer.ts';
import { decodeQuery } from '../network/dns/decode.ts';
import { encodeAnswer, encodeUdpAnswer, frame, unframe } from '../network/dns/encode.ts';
import type { DnsAnswer, DnsQuery } from '../network/dns/message.ts';
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
  readonly onRefused: (refused: NonNullable<Answered['refused']>) => void;
};

/** Rules under which every name could be granted. */
const anyName: NetworkRules = {
  allow: [{ host: { kind: 'class', name: 'public' }, ports: [{ first: 443, last: 443 }], protocol: 'tcp' }],
  except: [],
};

/** The resolver within a program's network (RFC 1035). It makes no queries of its own. */
export class NameService {
  readonly #options: NameServiceOptions;

  constructor(options: NameServiceOptions) {
    this.#options = options;
  }

  /** Answers a datagram; `undefined` for one that gets no answer. */
  answerDatagram(message: Uint8Array): Uint8Array | undefined {
    return this.#answer(message, encodeUdpAnswer);
  }

  /** Serves a connection. */
  serve(socket: Socket): void {
    let rest: Uint8Array = new Uint8Array();
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
        const answer = this.#answer(message, encodeAnswer);
        // A client that asks and does not read is not waited for.
        if (answer === undefined || socket.writableLength > 64 * MOST_REST) {
          socket.destroy();
          return;
        }
        socket.write(frame(answer));
      }
    });
    socket.on('end', () => socket.end());
  }

  #answer(
    message: Uint8Array,
    encode: (query: DnsQuery, answer: DnsAnswer) => Uint8Array,
  ): Uint8Array | undefined {
    const decoded = decodeQuery(message);
    if (decoded.kind === 'ignored') return undefined;
    if (decoded.kind === 'error') return decoded.reply;
    const { rules, table, answersAll, onRefused } = this.#options;
    const { answer, refused } = answerQuery(decoded.query, answersAll ? anyName : rules(), table);
    if (refused !== undefined) onRefused(refused);
    return encode(decoded.query, answer);
  }
}
