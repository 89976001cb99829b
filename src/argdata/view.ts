import { decode } from './decode.ts';
import { encode } from './encode.ts';
import { ArgdataError } from './errors.ts';
import { lengthSize, readLength, TAG, TYPE_NAMES, unknownType } from './format.ts';
import { endOfStr, readBool, readFdPayload, readFloat, readInt, readTimestamp } from './scalars.ts';
import { checkUtf8 } from './utf8.ts';
import { type Argdata, type ArgdataType, Fd } from './value.ts';

/**
 * Reads one value out of encoded argdata without decoding the rest. A view is a place in the original
 * buffer: making one copies nothing, and only the bytes that a call looks at are checked by it.
 * `value()` checks and decodes everything below.
 *
 * Every getter throws {@link ArgdataError} `wrong-type` when the value is of another type, and the error
 * of {@link decode} when the bytes are malformed.
 *
 * @example
 * ```ts
 * const view = new ArgdataView(encode(new Map([['port', 80]])));
 * view.get('port')?.int(); // 80
 * ```
 */
export class ArgdataView {
  readonly #buffer: Uint8Array;
  readonly #start: number;
  readonly #end: number;

  /** A view of `buffer[start, end)`, by default of all of it. The buffer must not change afterwards. */
  constructor(buffer: Uint8Array, start = 0, end: number = buffer.length) {
    if (!(start >= 0 && start <= end && end <= buffer.length)) {
      throw new RangeError(`A view from ${start} to ${end} is outside a buffer of ${buffer.length} bytes`);
    }
    this.#buffer = buffer;
    this.#start = start;
    this.#end = end;
  }

  /** The encoded value, sharing memory with the buffer. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  /** The type, without looking at the payload. */
  get type(): ArgdataType {
    if (this.#start === this.#end) return 'null';
    const tag = this.#buffer[this.#start] ?? 0;
    const name = tag === 0 ? undefined : TYPE_NAMES[tag];
    if (name === undefined) throw unknownType(tag, this.#start);
    return name;
  }

  /** Says whether the value is null. */
  isNull(): boolean {
    return this.#start === this.#end;
  }

  /** The bytes of a binary, sharing memory with the buffer. */
  binary(): Uint8Array {
    return this.#buffer.subarray(this.#payload(TAG.binary), this.#end);
  }

  bool(): boolean {
    return readBool(this.#buffer, this.#payload(TAG.bool), this.#end);
  }

  /** The descriptor index, {@link INVALID_FD} included. */
  fd(): number {
    return readFdPayload(this.#buffer, this.#payload(TAG.fd), this.#end);
  }

  float(): number {
    return readFloat(this.#buffer, this.#payload(TAG.float), this.#end);
  }

  int(): number | bigint {
    return readInt(this.#buffer, this.#payload(TAG.int), this.#end);
  }

  str(): string {
    const start = this.#payload(TAG.str);
    const end = endOfStr(this.#buffer, start, this.#end);
    checkUtf8(this.#buffer, start, end);
    return asBuffer(this.#buffer).toString('utf8', start, end);
  }

  /** Nanoseconds since 1970-01-01T00:00:00Z. */
  timestamp(): bigint {
    return readTimestamp(this.#buffer, this.#payload(TAG.timestamp), this.#end);
  }

  /** The elements of a seq, in order. */
  *items(): IterableIterator<ArgdataView> {
    const buffer = this.#buffer;
    for (let at = this.#payload(TAG.seq); at < this.#end; ) {
      const length = readLength(buffer, at, this.#end);
      const start = at + lengthSize(length);
      at = start + length;
      yield new ArgdataView(buffer, start, at);
    }
  }

  /** The element of a seq at `index`, counted from 0; found by stepping over those before it. */
  at(index: number): ArgdataView | undefined {
    const buffer = this.#buffer;
    for (let at = this.#payload(TAG.seq); at < this.#end; index--) {
      const length = readLength(buffer, at, this.#end);
      const start = at + lengthSize(length);
      at = start + length;
      if (index === 0) return new ArgdataView(buffer, start, at);
    }
    return undefined;
  }

  /** The entries of a map, in order. Duplicate keys are not looked for. */
  *entries(): IterableIterator<[key: ArgdataView, value: ArgdataView]> {
    const buffer = this.#buffer;
    for (let at = this.#payload(TAG.map); at < this.#end; ) {
      const keyLength = readLength(buffer, at, this.#end);
      const keyStart = at + lengthSize(keyLength);
      const keyEnd = keyStart + keyLength;
      if (keyEnd === this.#end) throw oddMap(keyStart);
      const length = readLength(buffer, keyEnd, this.#end);
      const start = keyEnd + lengthSize(length);
      at = start + length;
      yield [new ArgdataView(buffer, keyStart, keyEnd), new ArgdataView(buffer, start, at)];
    }
  }

  /**
   * Looks a key up in a map, by comparing encodings and stopping at the first match.
   *
   * @param key any value, or a view of one.
   */
  get(key: Argdata | ArgdataView): ArgdataView | undefined {
    const buffer = this.#buffer;
    const wanted = key instanceof ArgdataView ? key.bytes : encodeKey(key);
    for (let at = this.#payload(TAG.map); at < this.#end; ) {
      const keyLength = readLength(buffer, at, this.#end);
      const keyStart = at + lengthSize(keyLength);
      const keyEnd = keyStart + keyLength;
      if (keyEnd === this.#end) throw oddMap(keyStart);
      const length = readLength(buffer, keyEnd, this.#end);
      const start = keyEnd + lengthSize(length);
      at = start + length;
      if (keyLength === wanted.length && startsWith(buffer, keyStart, wanted)) {
        return new ArgdataView(buffer, start, at);
      }
    }
    return undefined;
  }

  /** Decodes the value and everything below it. Offsets in errors count from the start of the buffer. */
  value(): Argdata;
  value<Leaf>(leaf: (index: number) => Leaf): Argdata<Leaf>;
  value(leaf: (index: number) => unknown = (index) => new Fd(index)): Argdata<unknown> {
    return decode(this.#buffer, leaf, this.#start, this.#end);
  }

  #payload(tag: number): number {
    if (this.#buffer[this.#start] === tag && this.#start < this.#end) return this.#start + 1;
    const reason = `The value is of type ${this.type}, not ${TYPE_NAMES[tag]}`;
    throw new ArgdataError('wrong-type', this.#start, reason);
  }
}

// Programs look the same few names up again and again.
const encodedKeys = new Map<string, Uint8Array>();
const MAX_ENCODED_KEYS = 256;

function encodeKey(key: Argdata): Uint8Array {
  if (typeof key !== 'string' || key.length > 64) return encode(key);
  let bytes = encodedKeys.get(key);
  if (bytes === undefined) {
    if (encodedKeys.size >= MAX_ENCODED_KEYS) encodedKeys.clear();
    bytes = encode(key);
    encodedKeys.set(key, bytes);
  }
  return bytes;
}

function startsWith(bytes: Uint8Array, at: number, prefix: Uint8Array): boolean {
  for (let i = 0; i < prefix.length; i++) if (bytes[at + i] !== prefix[i]) return false;
  return true;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function oddMap(offset: number): ArgdataError {
  return new ArgdataError('odd-map', offset, 'A map ends with a key that has no value');
}
