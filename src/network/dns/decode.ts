import { isName, MAX_LABEL } from '../name.ts';
import { CountOffset, type DnsQuery, Flag, HEADER, RecordType, ResponseCode } from './message.ts';

/** A message that was read. */
export type Decoded =
  | { readonly kind: 'query'; readonly query: DnsQuery }
  /** A message that cannot be answered as it is: `reply` says so and is to be sent. */
  | { readonly kind: 'error'; readonly code: ResponseCode; readonly reply: Uint8Array }
  /** No question: to be left alone. An answer to it could be answered in turn. */
  | { readonly kind: 'ignored' };

/** The longest name as bytes, its lengths and the root included (RFC 1035, section 2.3.4). */
const MAX_NAME_BYTES = 255;

/** Records behind the question that are looked at: OPT, and a signature or cookie beside it. */
const MAX_RECORDS = 8;

/** The longest message with a question: padding (RFC 7830) fits in, thousands of records do not. */
const MAX_QUERY = 4096;

/** Compressed names begin with two set bits (RFC 1035, section 4.1.4). */
const POINTER = 0xc0;

/**
 * Decodes a message that a program sent to its resolver. Nothing in it is believed: the work is bounded by its length,
 * pointers of compressed names are never followed, and no more than a few records are looked at.
 */
export function decodeQuery(bytes: Uint8Array): Decoded {
  if (bytes.length < HEADER) return { kind: 'ignored' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const id = view.getUint16(0);
  const flags = view.getUint16(2);
  if ((flags & Flag.QR) !== 0) return { kind: 'ignored' };
  const fail = (code: ResponseCode): Decoded => ({ kind: 'error', code, reply: failure(id, flags, code) });
  if ((flags & Flag.OPCODE) !== 0) return fail(ResponseCode.NOTIMP);
  const questions = view.getUint16(CountOffset.questions);
  const answers = view.getUint16(CountOffset.answers);
  const authorities = view.getUint16(CountOffset.authorities);
  const extra = view.getUint16(CountOffset.additional);
  if (
    bytes.length > MAX_QUERY ||
    questions !== 1 ||
    answers !== 0 ||
    authorities !== 0 ||
    extra > MAX_RECORDS
  )
    return fail(ResponseCode.FORMERR);
  const labels = readLabels(bytes, HEADER);
  if (labels === undefined || labels.end + 4 > bytes.length) return fail(ResponseCode.FORMERR);
  const end = labels.end + 4;
  const edns = readEdns(view, bytes, end, extra);
  if (edns === 'malformed') return fail(ResponseCode.FORMERR);
  const query: DnsQuery = {
    id,
    recursionDesired: (flags & Flag.RD) !== 0,
    name: nameOf(labels.labels),
    type: view.getUint16(labels.end),
    class: view.getUint16(labels.end + 2),
    question: bytes.slice(HEADER, end),
    edns,
  };
  return { kind: 'query', query };
}

type Labels = { readonly labels: readonly Uint8Array[]; readonly end: number };

/** Reads the labels of a name that is not compressed: that of a question never needs to be. */
function readLabels(bytes: Uint8Array, start: number): Labels | undefined {
  const labels: Uint8Array[] = [];
  let at = start;
  for (;;) {
    const length = bytes[at];
    if (length === undefined || length > MAX_LABEL || at + 1 + length - start > MAX_NAME_BYTES)
      return undefined;
    at += 1 + length;
    if (at > bytes.length) return undefined;
    if (length === 0) return { labels, end: at };
    labels.push(bytes.subarray(at - length, at));
  }
}

/** The normal form of a name; `undefined` for the root, and where a label has a dot, a NUL or any other byte in it. */
function nameOf(labels: readonly Uint8Array[]): string | undefined {
  const texts = labels.map((label) => String.fromCharCode(...label).toLowerCase());
  if (texts.length === 0 || texts.some((text) => /[^a-z0-9_-]/.test(text))) return undefined;
  const name = texts.join('.');
  return isName(name) ? name : undefined;
}

/** Skips the name of a record, whose bytes do not matter; a pointer ends it. */
function skipName(bytes: Uint8Array, start: number): number | undefined {
  let at = start;
  for (;;) {
    const length = bytes[at];
    if (length === undefined || at - start > MAX_NAME_BYTES) return undefined;
    if ((length & POINTER) === POINTER) return at + 2;
    if (length > MAX_LABEL) return undefined;
    at += 1 + length;
    if (length === 0) return at;
  }
}

/** Finds the record of EDNS among the additional ones (RFC 6891, section 6.1.2). */
function readEdns(
  view: DataView,
  bytes: Uint8Array,
  start: number,
  count: number,
): DnsQuery['edns'] | 'malformed' {
  let at = start;
  let edns: DnsQuery['edns'];
  for (let record = 0; record < count; record++) {
    const fixed = skipName(bytes, at);
    if (fixed === undefined || fixed + 10 > bytes.length) return 'malformed';
    const length = view.getUint16(fixed + 8);
    if (view.getUint16(fixed) === RecordType.OPT) {
      // Its name is the root; there is one at most.
      if (edns !== undefined || fixed !== at + 1) return 'malformed';
      edns = { payload: view.getUint16(fixed + 2), version: view.getUint8(fixed + 5) };
    }
    at = fixed + 10 + length;
    if (at > bytes.length) return 'malformed';
  }
  return edns;
}

/** An answer that is a header alone. */
function failure(id: number, flags: number, code: ResponseCode): Uint8Array {
  const bytes = new Uint8Array(HEADER);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, id);
  view.setUint16(2, Flag.QR | (flags & (Flag.OPCODE | Flag.RD)) | Flag.RA | code);
  return bytes;
}
