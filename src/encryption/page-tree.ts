import { ENTRY_SIZE, type FileHeader, ROOT_ENTRIES } from './file-header.ts';
import { decryptFrom, encryptInto, PAGE_SIZE } from './page-cipher.ts';

/*
 * The tree of an encrypted file. Its leaves are the pages of the contents; above them are pages of entries, each of which has
 * the place and the tag of a page below, and the root is in the header. So a page is authentic where it stands and when it
 * was written alone: an older one of the same file has another tag.
 *
 * No page is ever overwritten as long as a header that counts leads to it. A change writes new pages, and counts with the header.
 */

/** Entries of a page. */
const FAN_OUT: number = PAGE_SIZE / ENTRY_SIZE;

/** The deepest tree: more than any file has. */
const MOST_LEVELS = 4;

const NO_ENTRY = new Uint8Array(ENTRY_SIZE);

/** The pages of a file on the host. */
export type PageStore = {
  /** Reads a page; a file that is too short for it gives zeros. */
  read(number: number): Uint8Array;
  write(number: number, page: Uint8Array): void;
  /** Finds a page that no header leads to. */
  allocate(): number;
  /** A page to which no header will lead that comes. */
  release(number: number): void;
};

type Node = { readonly page: Uint8Array };

/** The tree, as far as it was read. */
export class PageTree {
  readonly #key: Uint8Array;
  readonly #store: PageStore;
  #root: Uint8Array;
  #depth: number;
  /** Pages of entries by level, from 1, and number. */
  readonly #nodes: Map<number, Node>[] = [];
  /** The numbers of those that have changed, by level. */
  readonly #dirty: Set<number>[] = [];
  readonly #cipher = new Uint8Array(PAGE_SIZE);
  readonly #place = Buffer.alloc(16);

  constructor(key: Uint8Array, store: PageStore, { entries, depth }: Pick<FileHeader, 'entries' | 'depth'>) {
    if (depth > MOST_LEVELS) throw new RangeError('A tree has too many levels');
    this.#key = key;
    this.#store = store;
    this.#root = Uint8Array.from(entries);
    this.#depth = depth;
  }

  get root(): Pick<FileHeader, 'entries' | 'depth'> {
    return { entries: this.#root, depth: this.#depth };
  }

  /**
   * Reads a page of the contents; `undefined` for a hole.
   *
   * @throws IntegrityError
   */
  read(index: number): Uint8Array | undefined {
    if (index >= this.#capacity()) return undefined;
    const entry = this.#entry(0, index, false);
    return entry && this.#load(0, index, entry);
  }

  /** Writes a page of the contents to a new place. */
  write(index: number, page: Uint8Array): void {
    while (index >= this.#capacity()) this.#grow();
    this.#save(0, index, this.#ownEntry(0, index), page);
  }

  /** Writes the pages of entries that have changed; the root then leads to all. */
  flush(): void {
    for (let level = 1; level <= this.#depth; level++) {
      for (const index of this.#changed(level)) {
        const node = this.#level(level).get(index);
        if (node !== undefined) this.#save(level, index, this.#ownEntry(level, index), node.page);
      }
      this.#changed(level).clear();
    }
  }

  /** Makes holes of all pages of the contents from one on. */
  cut(from: number): void {
    const cut = (level: number, index: number, entry: Uint8Array): void => {
      const span = FAN_OUT ** level;
      if ((index + 1) * span <= from || placeIn(entry) === 0) return;
      if (level > 0) {
        const node = this.#node(level, index, entry);
        for (let slot = 0; slot < FAN_OUT; slot++)
          cut(level - 1, index * FAN_OUT + slot, entryAt(node.page, slot));
        if (index * span < from) {
          this.#changed(level).add(index);
          return;
        }
        this.#level(level).delete(index);
        this.#changed(level).delete(index);
      }
      this.#store.release(placeIn(entry));
      entry.set(NO_ENTRY);
    };
    for (let slot = 0; slot < ROOT_ENTRIES; slot++) cut(this.#depth, slot, entryAt(this.#root, slot));
    if (from === 0) this.#depth = 0;
  }

  /** Lists the places of all pages to which the root leads. */
  *places(): Generator<number> {
    for (let slot = 0; slot < ROOT_ENTRIES; slot++)
      yield* this.#placesIn(this.#depth, slot, entryAt(this.#root, slot));
  }

  *#placesIn(level: number, index: number, entry: Uint8Array): Generator<number> {
    if (placeIn(entry) === 0) return;
    yield placeIn(entry);
    if (level === 0) return;
    const { page } = this.#node(level, index, entry);
    for (let slot = 0; slot < FAN_OUT; slot++)
      yield* this.#placesIn(level - 1, index * FAN_OUT + slot, entryAt(page, slot));
  }

  #capacity(): number {
    return ROOT_ENTRIES * FAN_OUT ** this.#depth;
  }

  /** Puts a level between the root and what it had. */
  #grow(): void {
    if (this.#depth === MOST_LEVELS) throw new RangeError('A file is too large');
    const page = new Uint8Array(PAGE_SIZE);
    page.set(this.#root);
    const empty = this.#root.every((byte) => byte === 0);
    this.#root = new Uint8Array(this.#root.length);
    this.#depth++;
    if (empty) return;
    this.#level(this.#depth).set(0, { page });
    this.#changed(this.#depth).add(0);
  }

  #level(level: number): Map<number, Node> {
    const found = this.#nodes[level] ?? new Map<number, Node>();
    this.#nodes[level] = found;
    return found;
  }

  #changed(level: number): Set<number> {
    const found = this.#dirty[level] ?? new Set<number>();
    this.#dirty[level] = found;
    return found;
  }

  /** The entry of a page in the page above it, or in the root; `undefined` for a hole, unless it is to be made. */
  #entry(level: number, index: number, makes: boolean): Uint8Array | undefined {
    if (level === this.#depth) {
      const entry = entryAt(this.#root, index);
      return makes || placeIn(entry) !== 0 ? entry : undefined;
    }
    const above = Math.floor(index / FAN_OUT);
    let node = this.#level(level + 1).get(above);
    if (node === undefined) {
      const entry = this.#entry(level + 1, above, makes);
      if (entry === undefined) return undefined;
      node = this.#node(level + 1, above, entry);
    }
    if (makes) this.#changed(level + 1).add(above);
    const entry = entryAt(node.page, index % FAN_OUT);
    return makes || placeIn(entry) !== 0 ? entry : undefined;
  }

  #ownEntry(level: number, index: number): Uint8Array {
    const entry = this.#entry(level, index, true);
    if (entry === undefined) throw new Error('An entry was not made');
    return entry;
  }

  #node(level: number, index: number, entry: Uint8Array): Node {
    const known = this.#level(level).get(index);
    if (known !== undefined) return known;
    const page = placeIn(entry) === 0 ? new Uint8Array(PAGE_SIZE) : this.#load(level, index, entry);
    const node = { page: Uint8Array.from(page) };
    this.#level(level).set(index, node);
    return node;
  }

  #load(level: number, index: number, entry: Uint8Array): Uint8Array {
    const ciphertext = this.#store.read(placeIn(entry));
    return decryptFrom(this.#key, this.#placeOf(level, index), ciphertext, entry.subarray(4));
  }

  #save(level: number, index: number, entry: Uint8Array, page: Uint8Array): void {
    const before = placeIn(entry);
    const place = this.#store.allocate();
    encryptInto(this.#key, this.#placeOf(level, index), page, entry.subarray(4), this.#cipher);
    this.#store.write(place, this.#cipher);
    if (before !== 0) this.#store.release(before);
    Buffer.from(entry.buffer, entry.byteOffset, 4).writeUInt32LE(place);
  }

  #placeOf(level: number, index: number): Uint8Array {
    this.#place.writeUInt32LE(level, 0);
    this.#place.writeBigUInt64LE(BigInt(index), 8);
    return this.#place;
  }
}

function entryAt(page: Uint8Array, slot: number): Uint8Array {
  return page.subarray(slot * ENTRY_SIZE, (slot + 1) * ENTRY_SIZE);
}

function placeIn(entry: Uint8Array): number {
  return Buffer.from(entry.buffer, entry.byteOffset, 4).readUInt32LE();
}
