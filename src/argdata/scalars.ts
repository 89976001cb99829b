// The checks and readings of one encoded value that holds no other, shared by the decoder, the lazy view
// and the dump. Every function takes the payload as `bytes[start, end)`, without the type byte.
import { ArgdataError } from './errors.ts';
import { MAX_INT_BYTES } from './format.ts';
import { fromInt } from './value.ts';

/** @throws {ArgdataError} `bad-bool` when the payload is neither empty nor `01`. */
export function readBool(bytes: Uint8Array, start: number, end: number): boolean {
  if (start === end) return false;
  if (end - start === 1 && bytes[start] === 1) return true;
  throw new ArgdataError('bad-bool', start, 'The payload of a bool is neither empty nor 01');
}

/** @throws {ArgdataError} `bad-fd` when the payload is not 4 bytes. */
export function readFdPayload(bytes: Uint8Array, start: number, end: number): number {
  if (end - start !== 4) {
    throw new ArgdataError('bad-fd', start, `The payload of an fd is 4 bytes, not ${end - start}`);
  }
  return readUint32(bytes, start);
}

const float = new DataView(new ArrayBuffer(8));

/** @throws {ArgdataError} `bad-float` when the payload is not 8 bytes. */
export function readFloat(bytes: Uint8Array, start: number, end: number): number {
  if (end - start !== 8) {
    throw new ArgdataError('bad-float', start, `The payload of a float is 8 bytes, not ${end - start}`);
  }
  float.setUint32(0, readUint32(bytes, start));
  float.setUint32(4, readUint32(bytes, start + 4));
  return float.getFloat64(0);
}

/**
 * Reads a two's complement number of any size.
 *
 * @throws {ArgdataError} `code` when it is not as short as possible, `too-large` above
 *   {@link MAX_INT_BYTES}.
 */
export function readInt(
  bytes: Uint8Array,
  start: number,
  end: number,
  code: 'bad-int' | 'bad-timestamp' = 'bad-int',
): number | bigint {
  const size = end - start;
  if (size === 0) return 0;
  const first = bytes[start] ?? 0;
  if (size === 1) {
    if (first === 0) throw notMinimal(start, code);
    return (first << 24) >> 24;
  }
  const second = bytes[start + 1] ?? 0;
  if ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)) throw notMinimal(start, code);
  if (size <= 4) {
    let value = (first << 24) >> 24;
    for (let at = start + 1; at < end; at++) value = (value << 8) | (bytes[at] ?? 0);
    return value;
  }
  if (size > 8) return readBigInt(bytes, start, end);
  let high = (first << 24) >> 24;
  for (let at = start + 1; at < end - 4; at++) high = (high << 8) | (bytes[at] ?? 0);
  const low = readUint32(bytes, end - 4);
  // Exact as long as the high part has at most 21 bits and a sign.
  if (high >= -0x200000 && high < 0x200000) {
    const value = high * 0x100000000 + low;
    if (Number.isSafeInteger(value)) return value;
  }
  return (BigInt(high) << 32n) | BigInt(low);
}

/** Reads nanoseconds since the epoch; like an int, but always a bigint. */
export function readTimestamp(bytes: Uint8Array, start: number, end: number): bigint {
  return BigInt(readInt(bytes, start, end, 'bad-timestamp'));
}

/**
 * Checks the terminator of a string.
 *
 * @returns where the characters end.
 * @throws {ArgdataError} `missing-nul`.
 */
export function endOfStr(bytes: Uint8Array, start: number, end: number): number {
  if (start < end && bytes[end - 1] === 0) return end - 1;
  throw new ArgdataError('missing-nul', end - 1, 'A string does not end with a NUL byte');
}

function readUint32(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] ?? 0) << 24) |
      ((bytes[at + 1] ?? 0) << 16) |
      ((bytes[at + 2] ?? 0) << 8) |
      (bytes[at + 3] ?? 0)) >>>
    0
  );
}

function readBigInt(bytes: Uint8Array, start: number, end: number): number | bigint {
  const size = end - start;
  if (size > MAX_INT_BYTES) {
    const reason = `An int of ${size} bytes is larger than the ${MAX_INT_BYTES} supported`;
    throw new ArgdataError('too-large', start, reason);
  }
  // Through hexadecimal, the conversion takes linear time; adding byte by byte would not.
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset + start, size).toString('hex');
  return fromInt(BigInt.asIntN(size * 8, BigInt(`0x${hex}`)));
}

function notMinimal(offset: number, code: 'bad-int' | 'bad-timestamp'): ArgdataError {
  const what = code === 'bad-int' ? 'An int' : 'A timestamp';
  return new ArgdataError(code, offset, `${what} is not encoded in as few bytes as possible`);
}
