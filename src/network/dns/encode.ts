import {
  type DnsAnswer,
  type DnsQuery,
  type DnsRecord,
  Flag,
  HEADER,
  MAX_UDP,
  PLAIN_UDP,
  RecordClass,
  RecordType,
} from './message.ts';

/** A pointer to the name in the question, which begins behind the header (RFC 1035, section 4.1.4). */
const NAME_OF_QUESTION = [0xc0, HEADER] as const;

/**
 * Encodes an answer over TCP, without the length before it (`frame`). Recursion is said to be available: without that,
 * libraries take an answer without records for one of a broken server.
 */
export function encodeAnswer(query: DnsQuery, answer: DnsAnswer): Uint8Array {
  return encode(query, answer, 0xffff);
}

/** Encodes an answer over UDP; one that is longer than the program takes says so and has no records. */
export function encodeUdpAnswer(query: DnsQuery, answer: DnsAnswer): Uint8Array {
  const longest =
    query.edns === undefined ? PLAIN_UDP : Math.min(Math.max(query.edns.payload, PLAIN_UDP), MAX_UDP);
  return encode(query, answer, longest);
}

function encode(query: DnsQuery, answer: DnsAnswer, longest: number): Uint8Array {
  const records = answer.records.map((record) => encodeRecord(record, answer.ttl));
  const edns = query.edns === undefined ? [] : encodeEdns(answer.code);
  const fixed = HEADER + query.question.length + edns.length;
  const fits = records.reduce((sum, record) => sum + record.length, fixed) <= longest;
  const kept = fits ? records : [];
  const flags =
    Flag.QR | (query.recursionDesired ? Flag.RD : 0) | Flag.RA | (fits ? 0 : Flag.TC) | (answer.code & 0xf);
  return Uint8Array.from([
    ...word(query.id),
    ...word(flags),
    ...word(1),
    ...word(kept.length),
    ...word(0),
    ...word(edns.length === 0 ? 0 : 1),
    ...query.question,
    ...kept.flat(),
    ...edns,
  ]);
}

function encodeRecord(record: DnsRecord, ttl: number): number[] {
  const { type, data } = dataOf(record);
  return [
    ...NAME_OF_QUESTION,
    ...word(type),
    ...word(RecordClass.IN),
    ...word(ttl >>> 16),
    ...word(ttl & 0xffff),
    ...word(data.length),
    ...data,
  ];
}

function dataOf(record: DnsRecord): { readonly type: number; readonly data: readonly number[] } {
  if (record.type === 'name') return { type: RecordType.PTR, data: encodeName(record.name) };
  const { family, bytes } = record.address;
  return { type: family === 'ipv4' ? RecordType.A : RecordType.AAAA, data: bytes };
}

/** The labels of a name in its normal form, each behind its length. */
export function encodeName(name: string): number[] {
  const labels = name === '' ? [] : name.split('.');
  return [...labels.flatMap((label) => [label.length, ...Buffer.from(label, 'latin1')]), 0];
}

/** The record of EDNS (RFC 6891, section 6.1.2): the root, what we take, the high bits of the code, version 0. */
function encodeEdns(code: number): number[] {
  return [0, ...word(RecordType.OPT), ...word(MAX_UDP), code >> 4, 0, ...word(0), ...word(0)];
}

function word(value: number): [number, number] {
  return [(value >> 8) & 0xff, value & 0xff];
}

/** Puts its length before a message, as TCP needs it (RFC 1035, section 4.2.2). */
export function frame(message: Uint8Array): Uint8Array {
  const framed = new Uint8Array(message.length + 2);
  framed.set(word(message.length));
  framed.set(message, 2);
  return framed;
}

/** The whole messages at the begin of a stream, and the bytes behind them. */
export function unframe(stream: Uint8Array): {
  readonly messages: readonly Uint8Array[];
  readonly rest: Uint8Array;
} {
  const messages: Uint8Array[] = [];
  let at = 0;
  for (;;) {
    const [high, low] = stream.subarray(at, at + 2);
    if (high === undefined || low === undefined) break;
    const end = at + 2 + ((high << 8) | low);
    if (end > stream.length) break;
    messages.push(stream.subarray(at + 2, end));
    at = end;
  }
  return { messages, rest: stream.subarray(at) };
}
