import type { IpAddress } from '../address.ts';

/** Types of records, and of questions (RFC 1035, section 3.2.2; RFC 3596; RFC 6891). */
export const RecordType = { A: 1, PTR: 12, AAAA: 28, OPT: 41, ANY: 255 } as const;

/** Classes of questions: the Internet, and any (RFC 1035, section 3.2.4). */
export const RecordClass = { IN: 1, ANY: 255 } as const;

/** Codes of answers (RFC 1035, section 4.1.1; RFC 6891, section 9). */
export const ResponseCode = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  BADVERS: 16,
} as const;

/** The code of an answer. */
export type ResponseCode = (typeof ResponseCode)[keyof typeof ResponseCode];

/** The port of name servers (RFC 1035). */
export const DNS_PORT = 53;

/** Bits of the second word of a header (RFC 1035, section 4.1.1). */
export const Flag = { QR: 0x8000, OPCODE: 0x7800, TC: 0x0200, RD: 0x0100, RA: 0x0080 } as const;

/** The bytes of a header. */
export const HEADER = 12;

/** Offsets of the counts of records within a header (RFC 1035, section 4.1.1), 16 bits each. */
export const CountOffset = { questions: 4, answers: 6, authorities: 8, additional: 10 } as const;

/** The longest answer over UDP for programs that do not say how much they take (RFC 1035, section 4.2.1). */
export const PLAIN_UDP = 512;

/** The longest answer over UDP that we send or ask for, which fits into one packet on all networks. */
export const MAX_UDP = 1232;

/** A question, with what an answer must repeat of it. */
export type DnsQuery = {
  readonly id: number;
  readonly recursionDesired: boolean;
  /** The name in its normal form; `undefined` for the root and for names that no host has. */
  readonly name: string | undefined;
  readonly type: number;
  readonly class: number;
  /** The question as it came, for the answer: some programs check that even the case is the same. */
  readonly question: Uint8Array;
  /** The program's own limits (EDNS, RFC 6891). `payload` is the longest answer over UDP that it takes. */
  readonly edns: { readonly payload: number; readonly version: number } | undefined;
};

/** A record of an answer. */
export type DnsRecord =
  | { readonly type: 'address'; readonly address: IpAddress }
  | { readonly type: 'name'; readonly name: string };

/** The answer to a question: a code, and records for the name that was asked for. */
export type DnsAnswer = {
  readonly code: ResponseCode;
  readonly records: readonly DnsRecord[];
  /** Seconds for which the program may keep the records. */
  readonly ttl: number;
};
