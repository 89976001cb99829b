import type { Tree } from '@yowasp/clang';

/** A file that lives in memory and can grow. */
export class MemoryFile {
  /** Tells nodes apart, as the inode number of a real file does. */
  readonly id: number;
  #bytes: Uint8Array | undefined;
  #size: number;
  readonly #load: () => Uint8Array;
  /** True if `#bytes` belongs to other code and is copied before it is changed. */
  #borrowed = true;

  /**
   * @param size how much it holds, in bytes
   * @param load gives just that many bytes; called when they are first wanted. They are not changed.
   */
  constructor(size: number, load: () => Uint8Array) {
    this.id = nextId++;
    this.#size = size;
    this.#load = load;
  }

  /** The content; it changes when the file is written to. */
  get content(): Uint8Array {
    this.#bytes ??= this.#load();
    return this.#bytes.subarray(0, this.#size);
  }

  get size(): number {
    return this.#size;
  }

  /** Cuts the file off, or fills it up with zeros. */
  set size(size: number) {
    const bytes = this.#reserve(size);
    if (size > this.#size) bytes.fill(0, this.#size, size);
    this.#size = size;
  }

  /** Writes bytes at an offset; a hole before them reads as zeros. */
  write(offset: number, bytes: Uint8Array): void {
    const end = offset + bytes.length;
    if (end > this.#size) this.size = end;
    this.#reserve(this.#size).set(bytes, offset);
  }

  /** Gives room of our own for so many bytes, the content at its beginning. */
  #reserve(size: number): Uint8Array {
    if (this.#bytes !== undefined && !this.#borrowed && size <= this.#bytes.length) return this.#bytes;
    const old = this.content;
    const grown = new Uint8Array(Math.max(size, this.#borrowed ? 0 : 2 * old.length));
    grown.set(old.subarray(0, Math.min(old.length, size)));
    this.#bytes = grown;
    this.#borrowed = false;
    return grown;
  }
}

/** A directory that lives in memory. */
export class MemoryDirectory {
  /** Tells nodes apart, as the inode number of a real directory does. */
  readonly id: number = nextId++;
  readonly entries: Map<string, MemoryNode> = new Map();

  /**
   * Finds a node.
   *
   * @param path relative to this directory, also with a slash in front; `..` at the top stays there
   */
  find(path: string): MemoryNode | undefined {
    const above: MemoryDirectory[] = [];
    let node: MemoryNode | undefined = this;
    for (const name of path.split('/')) {
      if (name === '' || name === '.') continue;
      if (!(node instanceof MemoryDirectory)) return undefined;
      if (name === '..') {
        node = above.pop() ?? this;
      } else {
        above.push(node);
        node = node.entries.get(name);
      }
    }
    return node;
  }
}

/** The entries of a directory. */
export type MemoryNode = MemoryFile | MemoryDirectory;

let nextId = 1;

/** Makes directories of a tree of plain objects. The bytes are shared until a file is written to. */
export function directoryOf(tree: Tree): MemoryDirectory {
  const directory = new MemoryDirectory();
  for (const [name, value] of Object.entries(tree)) directory.entries.set(name, nodeOf(value));
  return directory;
}

function nodeOf(value: Tree | string | Uint8Array): MemoryNode {
  if (typeof value === 'string') return nodeOf(Buffer.from(value, 'utf8'));
  return value instanceof Uint8Array ? new MemoryFile(value.length, () => value) : directoryOf(value);
}
