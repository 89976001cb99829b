import { Filetype } from '../../abi/generated/constants.ts';
import { LinuxDirent, readEntries } from '../../host/files/directories.ts';
import { close } from '../../host/files/files.ts';
import { Open, openBeneath } from '../../host/files/lookup.ts';
import { addressOf } from '../../host/libc.ts';
import { NativeMemory } from '../../host/memory.ts';
import { Attributes, entryType } from '../../kernel/attributes.ts';

/** The most entries of a directory that are shown. */
export const MOST_SHOWN = 500;

/** An entry that a person may choose or enter. */
export type ShownEntry = { readonly name: string; readonly directory: boolean };

const block = new NativeMemory(65536);
const attributes = new Attributes();

/** The directory that a person looks at, beneath the directory of the grant, which no path leaves. */
export class PickedDirectory {
  readonly #root: number;
  /** Names below the root. */
  #way: readonly string[] = [];

  /** @param root Host descriptor of the directory of the grant, which stays the caller's. */
  constructor(root: number) {
    this.#root = root;
  }

  /** The way from the root, without a slash at its end; empty for the root. */
  get path(): string {
    return this.#way.join('/');
  }

  /** Files and directories here, by name; links and all else are left out. */
  entries(): readonly ShownEntry[] {
    const directory = this.#open(this.path === '' ? '.' : this.path, Open.read | Open.directory);
    if (directory < 0) return [];
    const found: ShownEntry[] = [];
    try {
      for (let used = 1; used > 0 && found.length < MOST_SHOWN; ) {
        used = readEntries(directory, block.address, block.length);
        for (let at = 0; at < used; at += block.view.getUint16(at + LinuxDirent.recordLength, true)) {
          const entry = entryAt(at);
          if (entry !== undefined && found.length < MOST_SHOWN) found.push(entry);
        }
      }
    } finally {
      close(directory);
    }
    return found.sort((a, b) => Number(b.directory) - Number(a.directory) || (a.name < b.name ? -1 : 1));
  }

  /** Goes into a directory; false when there is none. */
  enter(name: string): boolean {
    const way = [...this.#way, name];
    const directory = this.#open(way.join('/'), Open.path | Open.directory | Open.noFollow);
    if (directory < 0) return false;
    close(directory);
    this.#way = way;
    return true;
  }

  /** Goes up, as far as the root. */
  leave(): void {
    this.#way = this.#way.slice(0, -1);
  }

  /** Opens this directory for reading; a host descriptor or `-errno`. */
  openHere(): number {
    return this.#open(this.path === '' ? '.' : this.path, Open.read | Open.directory);
  }

  /** Opens a file here; `undefined` when it is no regular file, or the host denies it. */
  openFile(name: string, how: number): number | undefined {
    const file = this.#open([...this.#way, name].join('/'), how | Open.noFollow | Open.nonblock);
    if (file < 0) return undefined;
    if (attributes.load(file) === 0 && attributes.type === Filetype.regular_file) return file;
    close(file);
    return undefined;
  }

  #open(path: string, how: number): number {
    return openBeneath(this.#root, addressOf(Buffer.from(`${path}\0`)), how);
  }
}

function entryAt(at: number): ShownEntry | undefined {
  const start = at + LinuxDirent.name;
  const bytes = block.bytes.subarray(start, block.bytes.indexOf(0, start));
  const name = Buffer.from(bytes).toString();
  const type = entryType(block.view.getUint8(at + LinuxDirent.type));
  // A name that is no UTF-8 could not be told from another one.
  if (name === '.' || name === '..' || !Buffer.from(name).equals(bytes)) return undefined;
  if (type !== Filetype.directory && type !== Filetype.regular_file) return undefined;
  return { name, directory: type === Filetype.directory };
}
