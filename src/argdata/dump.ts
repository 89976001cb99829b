import { decode } from './decode.ts';
import { ArgdataError } from './errors.ts';
import { lengthSize, readLength, TAG, TYPE_NAMES } from './format.ts';
import type { ArgdataType } from './value.ts';
import { Fd } from './value.ts';
import { printYaml } from './yaml-print.ts';

/** One value of a dump. */
export interface DumpLine {
  /** The offset of its first byte, the length field included. */
  readonly offset: number;
  /** Its length field, type and payload; of a map or seq without what is in it. */
  readonly bytes: Uint8Array;
  /** The number of maps and seqs that it is in. */
  readonly depth: number;
  /** The part that it plays in its map or seq. */
  readonly role: 'root' | 'item' | 'key' | 'value';
  readonly type: ArgdataType;
  /** The value as YAML, or how large it is. */
  readonly meaning: string;
}

/** The result of {@link dump}. */
export interface Dump {
  readonly lines: readonly DumpLine[];
  /** The reason for the end of the lines, if the bytes are malformed: the error that {@link decode} throws. */
  readonly error?: ArgdataError;
}

/** Explains encoded argdata value by value, as far as it is well formed. */
export function dump(bytes: Uint8Array): Dump {
  const lines: DumpLine[] = [];
  try {
    decode(bytes);
  } catch (error) {
    if (!(error instanceof ArgdataError)) throw error;
    new Walk(bytes, lines, error.offset).run();
    return { lines, error };
  }
  new Walk(bytes, lines, Number.POSITIVE_INFINITY).run();
  return { lines };
}

/** Thrown when the walk has reached the mistake. */
class Stop extends Error {}

/** Values whose payload is longer are not shown. */
const MAX_SHOWN = 256;

class Walk {
  readonly #bytes: Uint8Array;
  readonly #lines: DumpLine[];
  /** The place of the mistake: nothing from there on can be relied on. */
  readonly #until: number;

  constructor(bytes: Uint8Array, lines: DumpLine[], until: number) {
    this.#bytes = bytes;
    this.#lines = lines;
    this.#until = until;
  }

  run(): void {
    try {
      this.#value(0, 0, this.#bytes.length, 0, 'root');
    } catch (error) {
      if (!(error instanceof Stop || error instanceof ArgdataError)) throw error;
    }
  }

  /** Adds the value `[start, end)`, whose length field starts at `offset`. */
  #value(offset: number, start: number, end: number, depth: number, role: DumpLine['role']): void {
    const tag = start === end ? 0 : (this.#bytes[start] ?? 0);
    const container = tag === TAG.map || tag === TAG.seq;
    const shown = container ? start + 1 : end;
    if (shown > this.#until) throw new Stop();
    const bytes = this.#bytes.subarray(offset, shown);
    const type = TYPE_NAMES[tag];
    if (type === undefined) throw new Stop();
    const meaning = container ? size(end - start - 1) : this.#meaning(start, end);
    this.#lines.push({ offset, bytes, depth, role, type, meaning });
    if (!container) return;
    let count = 0;
    for (let at = start + 1; at < end; count++) {
      const length = readLength(this.#bytes, at, end);
      const from = at + lengthSize(length);
      const inner = tag === TAG.seq ? 'item' : count % 2 === 0 ? 'key' : 'value';
      this.#value(at, from, from + length, depth + 1, inner);
      at = from + length;
    }
  }

  #meaning(start: number, end: number): string {
    const length = end - start - 1;
    if (length > MAX_SHOWN) return size(length);
    return printYaml(decode(this.#bytes, (index) => new Fd(index), start, end)).trimEnd();
  }
}

function size(bytes: number): string {
  return bytes === 1 ? '1 byte' : `${bytes} bytes`;
}
