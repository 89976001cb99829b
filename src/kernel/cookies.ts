/*
 * A cookie of file_readdir names a place in a directory. Programs of 32 bits keep it in 31 bits (`telldir` of their C
 * library gives a long), but places of the host are hashes of 63 bits on some file systems (ext4). So small places are
 * cookies as they are, and large ones get a short cookie for as long as the process lives. The same place always has
 * the same cookie, in every directory: it means something only together with a descriptor.
 */

/** Places below are their own cookies; short cookies lie between this and twice this. */
const SHORT = 2n ** 30n;
const SHORT_NUMBER = 2 ** 30;

/** Set in a cookie that holds a place of the host as it is, because no short one was left. */
const WHOLE = 2n ** 63n;

/** Levels double in size: the first has 2^12 slots, the last 2^21. */
const FIRST_BITS = 12;
const LEVELS = 10;
const SLOTS = 2 ** (FIRST_BITS + LEVELS) - 2 ** FIRST_BITS;

/** The slots of all smaller levels come before those of a level. */
const startOf = (level: number): number => 2 ** (FIRST_BITS + level) - 2 ** FIRST_BITS;

/** Slots of a level in which a place may be; when others have them all, the next level gets it. */
const PROBES = 8;

/** The slots of one level: a place each, or 0. */
type Level = {
  readonly start: number;
  readonly bits: number;
  readonly places: BigInt64Array;
  /** The same memory, which engines read and write many times faster. */
  readonly halves: Int32Array;
};

function levelOf(level: number, memory: ArrayBufferLike, offset: number): Level {
  const bits = FIRST_BITS + level;
  const places = new BigInt64Array(memory, offset, 2 ** bits);
  return { start: startOf(level), bits, places, halves: new Int32Array(memory, offset, 2 ** bits * 2) };
}

/** Short cookies for the places of directories. Threads of a process have objects of their own over the same memory. */
export class Cookies {
  /** A process of one thread makes a level when it is needed. */
  readonly #levels: Level[] = [];
  readonly #isShared: boolean;

  /** @param buffer That of `memory`, for a process with several threads. */
  constructor(buffer?: SharedArrayBuffer) {
    this.#isShared = buffer !== undefined;
    for (let level = 0; buffer !== undefined && level < LEVELS; level++)
      this.#levels.push(levelOf(level, buffer, startOf(level) * 8));
  }

  /** Memory for the objects of several threads. The host provides it page by page as it is written. */
  static memory(): SharedArrayBuffer {
    return new SharedArrayBuffer(SLOTS * 8);
  }

  /** The cookie for a place of the host, given as halves of 32 bits. */
  of(low: number, high: number): bigint {
    if (high === 0 && low >>> 0 < SHORT_NUMBER) return BigInt(low);
    const hash = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
    for (let number = 0; number < LEVELS; number++) {
      const level = this.#level(number);
      const first = hash >>> (32 - level.bits);
      for (let probe = 0; probe < PROBES; probe++) {
        const slot = (first + probe) & (2 ** level.bits - 1);
        if (this.#isShared ? takeShared(level, slot, low, high) : take(level, slot, low, high))
          return SHORT + BigInt(level.start + slot);
      }
    }
    return placeOf(low, high) | WHOLE;
  }

  /** The place for a cookie of the program; undefined for a short cookie that was never given out. */
  place(cookie: bigint): bigint | undefined {
    if (cookie < SHORT) return cookie;
    if (cookie >= 2n * SHORT) return cookie & ~WHOLE;
    const number = Number(cookie - SHORT);
    const level = this.#levels.findLast(({ start }) => start <= number);
    const slot = number - (level?.start ?? 0);
    if (level === undefined || slot >= level.places.length) return undefined;
    const place = this.#isShared ? Atomics.load(level.places, slot) : level.places[slot];
    return place === 0n ? undefined : place;
  }

  #level(number: number): Level {
    const there = this.#levels[number];
    if (there !== undefined) return there;
    const made = levelOf(number, new ArrayBuffer(2 ** (FIRST_BITS + number) * 8), 0);
    this.#levels.push(made);
    return made;
  }
}

function placeOf(low: number, high: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low >>> 0);
}

/** Tells whether a place is in a slot, which it takes if that is free. */
function take({ halves }: Level, slot: number, low: number, high: number): boolean {
  const at = slot * 2;
  if (halves[at] === 0 && halves[at + 1] === 0) {
    halves[at] = low;
    halves[at + 1] = high;
    return true;
  }
  return halves[at] === (low | 0) && halves[at + 1] === high;
}

/** The same where other threads take slots, too. */
function takeShared({ places }: Level, slot: number, low: number, high: number): boolean {
  const place = placeOf(low, high);
  const there = Atomics.compareExchange(places, slot, 0n, place);
  return there === 0n || there === place;
}
