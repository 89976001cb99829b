// The bytes of argdata: a value is a type byte and a payload, null is no bytes at all. A map or sequence holds
// subfields, each a length in base 128, whose last digit has its top bit set, and a value. See docs/argdata.md.

/** The first byte of a value. */
export const enum Tag {
  binary = 1,
  bool = 2,
  fd = 3,
  float = 4,
  int = 5,
  map = 6,
  seq = 7,
  str = 8,
  timestamp = 9,
}

/** Values nested deeper are refused by all readers of argdata. */
export const MAX_DEPTH: i32 = 256;

/** Goes through the subfields of a map or sequence. */
export class Cursor {
  /** Offsets of the start and end of the present subfield's value. */
  start: i32 = 0;
  end: i32 = 0;
  /** `true` if it came to an end because of a malformed subfield. */
  malformed: bool = false;

  /** @param at Offset of the first subfield; `limit` is the end of the last one. */
  constructor(
    private readonly bytes: Uint8Array,
    private at: i32,
    private readonly limit: i32,
  ) {}

  /** Moves to the next subfield; false at the end. */
  next(): bool {
    const bytes = this.bytes;
    let at = this.at;
    if (at == this.limit) return false;
    // A length that starts with a zero digit could be shorter.
    this.malformed = bytes[at] == 0;
    let length: i64 = 0;
    while (!this.malformed) {
      const digit = bytes[at++];
      length = (length << 7) | (digit & 0x7f);
      const left = this.limit - at;
      if (length > left) this.malformed = true;
      else if (digit >= 0x80) break;
      else if (left == 0) this.malformed = true;
    }
    if (this.malformed) return false;
    this.start = at;
    this.end = at + <i32>length;
    this.at = this.end;
    return true;
  }
}

/** Returns the number of bytes that the length of a subfield takes. */
export function lengthSize(length: i32): i32 {
  if (length < 0x80) return 1;
  if (length < 0x4000) return 2;
  if (length < 0x200000) return 3;
  return length < 0x10000000 ? 4 : 5;
}

/** Writes a subfield: its length and its bytes. Returns where it ends. */
export function writeSubfield(into: Uint8Array, at: i32, value: Uint8Array): i32 {
  const size = lengthSize(value.length);
  for (let digit = size - 1; digit >= 0; digit--) {
    const bits = <u8>((value.length >> (7 * digit)) & 0x7f);
    into[at++] = digit == 0 ? bits | 0x80 : bits;
  }
  into.set(value, at);
  return at + value.length;
}

/** Says whether an integer's payload is as short as it can be. */
export function isMinimal(bytes: Uint8Array, start: i32, end: i32): bool {
  if (end - start == 0) return true;
  const first = bytes[start];
  if (end - start == 1) return first != 0;
  const second = bytes[start + 1];
  return !(first == 0 && second < 0x80) && !(first == 0xff && second >= 0x80);
}

/** A type byte and an integer in as few bytes as possible: 64 bits, of which the topmost is a sign if `signed`. */
export function encodeInteger(tag: Tag, value: u64, signed: bool): Uint8Array {
  const negative = signed && <i64>value < 0;
  let size = 8;
  // A byte is left out when all its bits, and the topmost one of the next, are the sign.
  while (size > 0) {
    const top = <u8>(value >> (8 * (size - 1)));
    const next: u8 = size > 1 ? <u8>(value >> (8 * (size - 2))) : 0;
    const redundant = negative ? top == 0xff && next >= 0x80 : top == 0 && next < 0x80;
    if (!redundant) break;
    size--;
  }
  // A large number without a sign needs a byte that says so.
  const extra = !negative && size > 0 && <u8>(value >> (8 * (size - 1))) >= 0x80 ? 1 : 0;
  const bytes = new Uint8Array(1 + extra + size);
  bytes[0] = <u8>tag;
  for (let place = 0; place < size; place++) bytes[bytes.length - 1 - place] = <u8>(value >> (8 * place));
  return bytes;
}

/** Says whether bytes are UTF-8: no over-long forms, no surrogates, nothing above U+10FFFF (Unicode, table 3-7). */
export function isUtf8(bytes: Uint8Array, start: i32, end: i32): bool {
  let at = start;
  while (at < end) {
    const first = bytes[at];
    if (first < 0x80) {
      at++;
      continue;
    }
    const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || size > end - at) return false;
    const second = bytes[at + 1];
    const low: u8 = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    const high: u8 = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (second < low || second > high) return false;
    for (let index = 2; index < size; index++) if ((bytes[at + index] & 0xc0) != 0x80) return false;
    at += size;
  }
  return true;
}

/** Four bytes, the most significant one first. */
export function readBigEndian32(bytes: Uint8Array, at: i32): u32 {
  return bswap<u32>(load<u32>(bytes.dataStart + at));
}

/**
 * Numbers the descriptors of a value anew, from 0 in the order in which they occur, each of them once, and lists
 * them. What a reader would refuse is left as it is.
 */
export function renumber(bytes: Uint8Array, start: i32, end: i32, descriptors: u32[], depth: i32): void {
  if (start == end) return;
  const tag = bytes[start];
  if (tag == Tag.fd && end - start == 5) {
    const fd = readBigEndian32(bytes, start + 1);
    if (fd == u32.MAX_VALUE) return;
    let index = descriptors.indexOf(fd);
    if (index < 0) index = descriptors.push(fd) - 1;
    store<u32>(bytes.dataStart + start + 1, bswap<u32>(index));
  } else if ((tag == Tag.map || tag == Tag.seq) && depth < MAX_DEPTH) {
    const whole = new Cursor(bytes, start + 1, end);
    let count = 0;
    while (whole.next()) count++;
    if (whole.malformed || (tag == Tag.map && count % 2 != 0)) return;
    const parts = new Cursor(bytes, start + 1, end);
    while (parts.next()) renumber(bytes, parts.start, parts.end, descriptors, depth + 1);
  }
}

/**
 * Puts the numbers of received descriptors into a value, whose descriptors are indexes of a list. An index beyond the list becomes
 * one of no descriptor.
 *
 * @returns The number of descriptors that were put in.
 */
export function assign(bytes: Uint8Array, start: i32, end: i32, descriptors: u32[], depth: i32): i32 {
  if (start == end) return 0;
  const tag = bytes[start];
  let count = 0;
  if (tag == Tag.fd && end - start == 5) {
    const index = readBigEndian32(bytes, start + 1);
    const known = index < <u32>descriptors.length;
    store<u32>(bytes.dataStart + start + 1, known ? bswap<u32>(descriptors[index]) : u32.MAX_VALUE);
    if (known) count++;
  } else if ((tag == Tag.map || tag == Tag.seq) && depth < MAX_DEPTH) {
    const parts = new Cursor(bytes, start + 1, end);
    while (parts.next()) count += assign(bytes, parts.start, parts.end, descriptors, depth + 1);
  }
  return count;
}
