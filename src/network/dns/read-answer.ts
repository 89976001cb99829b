import { addressOfBytes, type IpAddress } from '../address.ts';
import { MAX_LABEL } from '../name.ts';
import { encodeName } from './encode.ts';
import { CountOffset, Flag, HEADER, MAX_UDP, RecordClass, RecordType } from './message.ts';

/** A question to a name server. */
export type ServerQuestion = {
  readonly id: number;
  /** In its normal form. */
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'PTR';
};

/** The records of an answer that were asked for, at the end of all aliases. */
export type ServerAnswer = {
  readonly code: number;
  /** The name that the records belong to: the one that was asked for, or the last of its aliases. */
  readonly name: string;
  readonly addresses: readonly IpAddress[];
  readonly names: readonly string[];
  /** True if the server left records out. */
  readonly truncated: boolean;
};

/** Records of a kind beside addresses: the alias of a name (RFC 1035, section 3.3.1). */
const CNAME = 5;

/** Records of one answer that are looked at. */
const MAX_RECORDS = 128;

/** Aliases of aliases that are followed. */
const MAX_ALIASES = 16;

/** Jumps within one compressed name. */
const MAX_JUMPS = 32;

/** The longest name as bytes (RFC 1035, section 2.3.4). */
const MAX_NAME_BYTES = 255;

/** Compressed names begin with two set bits (RFC 1035, section 4.1.4). */
const POINTER = 0xc0;

/** Writes a question with the recursion of the server, and with the size of answers that we take (RFC 6891). */
export function encodeQuestion({ id, name, type }: ServerQuestion): Uint8Array {
  const word = (value: number): readonly number[] => [value >> 8, value & 0xff];
  return Uint8Array.from([
    ...word(id),
    ...word(Flag.RD),
    ...word(1),
    ...word(0),
    ...word(0),
    ...word(1),
    ...encodeName(name),
    ...word(RecordType[type]),
    ...word(RecordClass.IN),
    ...[0, ...word(RecordType.OPT), ...word(MAX_UDP), 0, 0, 0, 0, 0, 0],
  ]);
}

/** A record that was read. */
type ReadRecord = { readonly owner: string } & (
  | { readonly kind: 'alias' | 'name'; readonly name: string }
  | { readonly kind: 'address'; readonly address: IpAddress }
);

/**
 * Reads the answer to a question. Nothing in it is believed: the work is bounded, pointers lead backwards alone, and records of
 * other names than the one that was asked for, and its aliases, are left out.
 *
 * @returns `undefined` for a message that does not answer the question.
 */
export function readServerAnswer(bytes: Uint8Array, question: ServerQuestion): ServerAnswer | undefined {
  if (bytes.length < HEADER) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint16(2);
  if (view.getUint16(0) !== question.id || (flags & Flag.QR) === 0 || (flags & Flag.OPCODE) !== 0)
    return undefined;
  if (view.getUint16(CountOffset.questions) !== 1) return undefined;
  const asked = readName(bytes, HEADER);
  if (asked === undefined || asked.name !== question.name || asked.end + 4 > bytes.length) return undefined;
  const type = RecordType[question.type];
  if (view.getUint16(asked.end) !== type || view.getUint16(asked.end + 2) !== RecordClass.IN)
    return undefined;
  const records = readRecords(bytes, view, asked.end + 4, type);
  return { code: flags & 0xf, truncated: (flags & Flag.TC) !== 0, ...follow(records, question.name) };
}

function readRecords(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  wanted: number,
): readonly ReadRecord[] {
  const count = Math.min(view.getUint16(CountOffset.answers), MAX_RECORDS);
  const records: ReadRecord[] = [];
  let at = start;
  for (let index = 0; index < count; index++) {
    const owner = readName(bytes, at);
    if (owner === undefined || owner.end + 10 > bytes.length) break;
    const type = view.getUint16(owner.end);
    const data = owner.end + 10;
    at = data + view.getUint16(owner.end + 8);
    if (at > bytes.length) break;
    if (view.getUint16(owner.end + 2) !== RecordClass.IN || owner.name === undefined) continue;
    const record = readRecord(bytes, type, data, at, wanted);
    if (record !== undefined) records.push({ owner: owner.name, ...record });
  }
  return records;
}

type Unowned = ReadRecord extends infer R ? (R extends ReadRecord ? Omit<R, 'owner'> : never) : never;

function readRecord(
  bytes: Uint8Array,
  type: number,
  start: number,
  end: number,
  wanted: number,
): Unowned | undefined {
  if (type === CNAME || (type === RecordType.PTR && wanted === RecordType.PTR)) {
    const read = readName(bytes, start);
    if (read?.name === undefined || read.end !== end) return undefined;
    return { kind: type === CNAME ? 'alias' : 'name', name: read.name };
  }
  if (type !== wanted) return undefined;
  const length = type === RecordType.A ? 4 : 16;
  return end - start === length
    ? { kind: 'address', address: addressOfBytes(bytes.subarray(start, end)) }
    : undefined;
}

function follow(
  records: readonly ReadRecord[],
  asked: string,
): Pick<ServerAnswer, 'name' | 'addresses' | 'names'> {
  let name = asked;
  for (let step = 0; step < MAX_ALIASES; step++) {
    const alias = records.find((record) => record.kind === 'alias' && record.owner === name);
    if (alias?.kind !== 'alias' || alias.name === name) break;
    name = alias.name;
  }
  const own = records.filter(({ owner }) => owner === name);
  return {
    name,
    addresses: own.flatMap((record) => (record.kind === 'address' ? [record.address] : [])),
    names: own.flatMap((record) => (record.kind === 'name' ? [record.name] : [])),
  };
}

/** A name, and the place behind it; `name` is missing for one that no host can have, such as one with a control character. */
type ReadName = { readonly name: string | undefined; readonly end: number };

function readName(bytes: Uint8Array, start: number): ReadName | undefined {
  const labels: string[] = [];
  let at = start;
  let end: number | undefined;
  let size = 1;
  for (let jumps = 0; jumps <= MAX_JUMPS; ) {
    const length = bytes[at];
    if (length === undefined) return undefined;
    if ((length & POINTER) === POINTER) {
      const low = bytes[at + 1];
      if (low === undefined) return undefined;
      const target = ((length & ~POINTER) << 8) | low;
      end ??= at + 2;
      // Backwards alone, so that it ends.
      if (target >= at || target < HEADER) return undefined;
      at = target;
      jumps++;
      continue;
    }
    if (length > MAX_LABEL) return undefined;
    size += length + 1;
    if (size > MAX_NAME_BYTES + 1 || at + 1 + length > bytes.length) return undefined;
    if (length === 0) return { name: nameOf(labels), end: end ?? at + 1 };
    labels.push(String.fromCharCode(...bytes.subarray(at + 1, at + 1 + length)));
    at += 1 + length;
  }
  return undefined;
}

/** Characters of names of hosts, and those that PTR records of zones for single addresses use (RFC 2317). */
function nameOf(labels: readonly string[]): string | undefined {
  const name = labels.join('.').toLowerCase();
  return labels.length > 0 && labels.every((label) => /^[\w/-]+$/.test(label)) ? name : undefined;
}

/** The name of the reverse tree for an address (RFC 1035, section 3.5; RFC 3596, section 2.5). */
export function reverseNameOf({ family, bytes }: IpAddress): string {
  if (family === 'ipv4') return `${[...bytes].reverse().join('.')}.in-addr.arpa`;
  const nibbles = bytes.flatMap((byte) => [byte >> 4, byte & 0xf].map((nibble) => nibble.toString(16)));
  return `${nibbles.reverse().join('.')}.ip6.arpa`;
}
