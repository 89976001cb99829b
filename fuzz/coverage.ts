/** Counts of Istanbul's instrumented code, per file: statements and the ways of each branch. */
type FileCounts = {
  readonly s: Record<string, number>;
  readonly b: Record<string, number[]>;
};

declare global {
  /** Filled by the instrumented code (scripts/fuzz.js). */
  var __coverage__: Record<string, FileCounts> | undefined;
}

/** The statements and branches that ran, and how often in powers of two. */
export class Coverage {
  readonly #statements: { readonly counts: Record<string, number>; readonly keys: readonly string[] }[] = [];
  readonly #branches: number[][] = [];
  /** A bit for each power of two seen, by place. */
  readonly #seen: Uint32Array;

  constructor() {
    let places = 0;
    for (const { s, b } of Object.values(globalThis.__coverage__ ?? {})) {
      const keys = Object.keys(s);
      this.#statements.push({ counts: s, keys });
      this.#branches.push(...Object.values(b));
      places += keys.length + Object.values(b).reduce((sum, ways) => sum + ways.length, 0);
    }
    this.#seen = new Uint32Array(places);
  }

  /** Forgets the counts since the last look. */
  clear(): void {
    this.#look(() => undefined);
  }

  /** Takes the counts since the last look; how many (place, power of two) pairs were never seen before. */
  take(): number {
    let fresh = 0;
    this.#look((place, count) => {
      const bit = 1 << (31 - Math.clz32(count));
      const seen = this.#seen[place] ?? 0;
      if ((seen & bit) !== 0) return;
      this.#seen[place] = seen | bit;
      fresh++;
    });
    return fresh;
  }

  #look(use: (place: number, count: number) => void): void {
    let place = 0;
    for (const { counts, keys } of this.#statements) {
      for (const key of keys) {
        const count = counts[key] ?? 0;
        if (count !== 0) {
          use(place, count);
          counts[key] = 0;
        }
        place++;
      }
    }
    for (const ways of this.#branches) {
      for (let way = 0; way < ways.length; way++, place++) {
        const count = ways[way] ?? 0;
        if (count === 0) continue;
        use(place, count);
        ways[way] = 0;
      }
    }
  }
}
