import assert from 'node:assert/strict';

/** Bytes of a request as the C library sends them. */
export function requestOf(type: number, key: Uint8Array | string): Buffer {
  const bytes = typeof key === 'string' ? Buffer.from(`${key}\0`) : Buffer.from(key);
  const head = Buffer.alloc(12);
  head.writeInt32LE(2, 0);
  head.writeInt32LE(type, 4);
  head.writeInt32LE(bytes.length, 8);
  return Buffer.concat([head, bytes]);
}

/** A reply as the C library takes it apart. */
export type Reply = {
  readonly found: number;
  readonly numbers: readonly number[];
  readonly texts: readonly string[];
  readonly ids: readonly number[];
  readonly addresses: readonly string[];
};

/**
 * Reads a reply in the way of the C library, which believes every length, and checks what it would have to believe: texts
 * end with their only NUL, and nothing is missing or left.
 */
export function readReply(type: number, bytes: Buffer): Reply {
  let at = 0;
  const take = (length: number): Buffer => {
    assert(length >= 0 && at + length <= bytes.length, `${length} bytes at ${at} of ${bytes.length}`);
    at += length;
    return bytes.subarray(at - length, at);
  };
  const number = (): number => take(4).readInt32LE(0);
  const text = (length: number): string => {
    const content = take(length);
    assert.equal(content.indexOf(0), length - 1, 'the only NUL ends a text');
    return content.toString('utf8', 0, length - 1);
  };
  assert.equal(number(), 2);
  const found = number();
  const numbers = Array.from({ length: counts[type] ?? assert.fail(`no reply to ${type}`) }, number);
  const texts: string[] = [];
  const ids: number[] = [];
  const addresses: string[] = [];
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0] = numbers;
  if (found === 1) {
    if (type <= 1) texts.push(...[a, b, e, f, g].map(text));
    else if (type <= 3) {
      const lengths = Array.from({ length: d }, number);
      texts.push(...[a, b, ...lengths].map(text));
    } else if (type <= 7) {
      assert.equal(b, 0);
      assert([4, 16].includes(d) && (d === 4) === (c === 2));
      texts.push(text(a));
      for (let count = 0; count < e; count++) addresses.push(take(d).toString('hex'));
    } else if (type === 14) {
      const all = take(b);
      const families = [...take(a)];
      texts.push(text(c));
      let from = 0;
      for (const family of families) {
        const length = family === 2 ? 4 : 16;
        addresses.push(all.subarray(from, from + length).toString('hex'));
        from += length;
      }
      assert.equal(from, all.length);
    } else if (type === 15) for (let count = 0; count < a; count++) ids.push(number());
    else {
      texts.push(text(a), text(b));
      const lengths = Array.from({ length: c }, number);
      texts.push(...lengths.map(text));
    }
  }
  assert.equal(at, bytes.length, 'nothing is left');
  return { found, numbers, texts, ids, addresses };
}

const counts: Readonly<Record<number, number>> = {
  0: 7,
  1: 7,
  2: 4,
  3: 4,
  4: 6,
  5: 6,
  6: 6,
  7: 6,
  14: 4,
  15: 1,
  16: 4,
  17: 4,
  19: 2,
  20: 1,
};
