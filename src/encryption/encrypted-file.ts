import { fdatasyncSync, fstatSync, fsyncSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import { setTimes, stat } from '../host/files/files.ts';
import { NativeMemory } from '../host/memory.ts';
import { check } from '../host/system-error.ts';
import { Stat, UTIME_OMIT } from '../linux/stat.ts';
import {
  ENTRY_SIZE,
  type FileHeader,
  fileIdIn,
  HEADER_SLOTS,
  newFileId,
  ROOT_ENTRIES,
  readFileHeader,
  writeFileHeader,
} from './file-header.ts';
import type { FolderKey } from './folder-key.ts';
import { IntegrityError, PAGE_SIZE } from './page-cipher.ts';
import { PageTree } from './page-tree.ts';

/** Pages that no header leads to before the file is brought to the disk, so that they can be used again. */
const MOST_STALE = 64;
const STALE_SHARE = 1 / 4;

/** The largest file, in bytes. */
export const LARGEST_FILE: number = 2 ** 44 - PAGE_SIZE * 2;

/** A page of memory that begins a page: one write of it is never cut in two by a signal. */
let aligned: Uint8Array | undefined;

function pageOfMemory(): Uint8Array {
  aligned ??= new NativeMemory(PAGE_SIZE).bytes.subarray(0, PAGE_SIZE);
  return aligned;
}

/** Memory for a `struct stat`, whose times lie as utimensat(2) takes them: access, then modification. */
let status: NativeMemory | undefined;

function times(): NativeMemory {
  status ??= new NativeMemory(Stat.size);
  return status;
}

/** The header that counts, and its place. */
type Found = {
  readonly header: FileHeader;
  readonly slot: number;
  readonly id: Uint8Array;
  readonly key: Uint8Array;
};

/**
 * Finds the header that counts.
 *
 * @throws IntegrityError when there is none for this key.
 */
function findHeader(descriptor: number, folder: FolderKey): Found {
  const pages = Buffer.alloc(HEADER_SLOTS * PAGE_SIZE);
  const length = readSync(descriptor, pages, 0, pages.length, 0);
  let best: Found | undefined;
  for (let slot = 0; slot < HEADER_SLOTS; slot++) {
    const page = pages.subarray(slot * PAGE_SIZE, (slot + 1) * PAGE_SIZE);
    const id = (slot + 1) * PAGE_SIZE <= length ? fileIdIn(page) : undefined;
    if (id === undefined) continue;
    const key = folder.keyOf(id);
    try {
      const header = readFileHeader(key, page);
      if (best === undefined || header.sequence > best.header.sequence) best = { header, slot, id, key };
    } catch (error) {
      // A header that was cut short, or an attacker's: the other one counts, if there is one.
      if (!(error instanceof IntegrityError)) throw error;
    }
  }
  if (best === undefined) throw new IntegrityError('The file has no header of this key');
  return best;
}

/** The size of contents, in bytes, and permission bits. */
export type FileFacts = { readonly size: number; readonly mode: number };

/**
 * Reads facts about a file.
 *
 * @throws IntegrityError
 */
export function factsOf(descriptor: number, folder: FolderKey): FileFacts {
  const { size, mode } = findHeader(descriptor, folder).header;
  return { size, mode };
}

/**
 * An encrypted file that is open: contents of any size that can be read and changed anywhere. A change counts as a whole or not
 * at all, whenever its process is killed, because it counts with one header, which is one page. What was changed before it
 * stays readable until the file was brought to the disk.
 *
 * Precondition: nothing else changes the file.
 */
export class EncryptedFile {
  readonly #descriptor: number;
  readonly #id: Uint8Array;
  readonly #key: Uint8Array;
  readonly #tree: PageTree;
  #size: number;
  #mode: number;
  #sequence: number;
  /** The place of the header that stays until the file was brought to the disk. */
  #durable: number;
  #current: number;
  /** The first page behind all that are used. */
  #end: number;
  /** Pages for new contents, and such as only a header of before leads to. */
  #free: number[] = [];
  #stale: number[] = [];
  #isReady: boolean;

  private constructor(descriptor: number, { header, slot, id, key }: Found, isNew: boolean) {
    this.#descriptor = descriptor;
    this.#id = id;
    this.#key = key;
    this.#size = header.size;
    this.#mode = header.mode;
    this.#sequence = header.sequence;
    this.#durable = slot;
    this.#current = slot;
    this.#end = Math.max(HEADER_SLOTS, Math.ceil(fstatSync(descriptor).size / PAGE_SIZE));
    this.#isReady = isNew;
    this.#tree = new PageTree(
      key,
      {
        read: (number) => this.#readPage(number),
        write: (number, page) => writeAll(descriptor, page, number * PAGE_SIZE),
        allocate: () => this.#free.pop() ?? this.#end++,
        release: (number) => this.#stale.push(number),
      },
      header,
    );
  }

  /** Makes a new file, which is empty. */
  static make(descriptor: number, folder: FolderKey, mode: number): EncryptedFile {
    const id = newFileId();
    const key = folder.keyOf(id);
    const header = { sequence: 1, size: 0, mode, depth: 0, entries: emptyRoot() };
    const page = pageOfMemory();
    writeFileHeader(key, id, header, page);
    writeAll(descriptor, page, 0);
    return new EncryptedFile(descriptor, { header, slot: 0, id, key }, true);
  }

  /** Encrypts and decrypts something, so that all that this needs is loaded. */
  static warmUp(folder: FolderKey): void {
    const id = newFileId();
    const key = folder.keyOf(id);
    const page = pageOfMemory();
    writeFileHeader(key, id, { sequence: 1, size: 0, mode: 0, depth: 0, entries: emptyRoot() }, page);
    readFileHeader(key, page);
  }

  /** @throws IntegrityError for a file that is not of this key. */
  static open(descriptor: number, folder: FolderKey): EncryptedFile {
    return new EncryptedFile(descriptor, findHeader(descriptor, folder), false);
  }

  /** Bytes of the contents. */
  get size(): number {
    return this.#size;
  }

  /** Permission bits. */
  get mode(): number {
    return this.#mode;
  }

  /** The descriptor on the host. */
  get descriptor(): number {
    return this.#descriptor;
  }

  /**
   * Reads contents into memory.
   *
   * @returns Bytes; fewer than there is room for at the end of the file.
   * @throws IntegrityError
   */
  read(offset: number, into: Uint8Array): number {
    const length = Math.max(0, Math.min(into.length, this.#size - offset));
    for (let done = 0; done < length; ) {
      const at = offset + done;
      const within = at % PAGE_SIZE;
      const part = Math.min(PAGE_SIZE - within, length - done);
      const page = this.#tree.read((at - within) / PAGE_SIZE);
      if (page === undefined) into.fill(0, done, done + part);
      else into.set(page.subarray(within, within + part), done);
      done += part;
    }
    return length;
  }

  /**
   * Writes contents, which count as a whole when this returns.
   *
   * @throws IntegrityError when a page that they change a part of is not authentic, RangeError for a file that would be too large.
   */
  write(offset: number, bytes: Uint8Array): void {
    if (offset + bytes.length > LARGEST_FILE) throw new RangeError('A file is too large');
    this.#prepare();
    for (let done = 0; done < bytes.length; ) {
      const at = offset + done;
      const within = at % PAGE_SIZE;
      const index = (at - within) / PAGE_SIZE;
      const part = Math.min(PAGE_SIZE - within, bytes.length - done);
      const whole = part === PAGE_SIZE;
      const page = whole
        ? bytes.subarray(done, done + part)
        : Uint8Array.from(this.#tree.read(index) ?? new Uint8Array(PAGE_SIZE));
      if (!whole) page.set(bytes.subarray(done, done + part), within);
      this.#tree.write(index, page);
      done += part;
    }
    this.#commit(Math.max(this.#size, offset + bytes.length));
  }

  /** Cuts the contents, or adds zeros, which take no space. */
  setSize(size: number): void {
    if (size > LARGEST_FILE) throw new RangeError('A file is too large');
    if (size === this.#size) return;
    this.#prepare();
    if (size < this.#size) {
      const within = size % PAGE_SIZE;
      const kept = Math.ceil(size / PAGE_SIZE);
      const last = within === 0 ? undefined : this.#tree.read(kept - 1);
      this.#tree.cut(kept);
      // Contents behind the end must not come back when the file grows.
      if (last !== undefined) this.#tree.write(kept - 1, Uint8Array.from(last).fill(0, within));
    }
    this.#commit(size);
  }

  /** Sets the permission bits; the time of the last change of the contents stays. */
  setMode(mode: number): void {
    this.#prepare();
    this.#mode = mode;
    this.#keepTime(() => this.#commit(this.#size));
  }

  /** Brings the file to the disk (fsync(2)). */
  sync(data: boolean): void {
    if (data) fdatasyncSync(this.#descriptor);
    else fsyncSync(this.#descriptor);
    this.#settle();
  }

  /** Gives the space back that nothing leads to, if there is much of it. */
  tidy(): void {
    if (this.#stale.length <= MOST_STALE / 4) return;
    fdatasyncSync(this.#descriptor);
    this.#settle();
  }

  /** Finds the pages that can be used, before the first change. */
  #prepare(): void {
    if (this.#isReady) return;
    this.#isReady = true;
    // The other header is written next: the one that counts must be on the disk before.
    fdatasyncSync(this.#descriptor);
    const used = new Uint8Array(this.#end);
    used.fill(1, 0, HEADER_SLOTS);
    for (const place of this.#tree.places()) used[place] = 1;
    for (let place = this.#end - 1; place >= HEADER_SLOTS; place--)
      if (used[place] === 0) this.#free.push(place);
  }

  #commit(size: number): void {
    this.#tree.flush();
    this.#sequence++;
    const page = pageOfMemory();
    writeFileHeader(
      this.#key,
      this.#id,
      { sequence: this.#sequence, size, mode: this.#mode, ...this.#tree.root },
      page,
    );
    this.#current = 1 - this.#durable;
    writeAll(this.#descriptor, page, this.#current * PAGE_SIZE);
    this.#size = size;
    if (this.#stale.length > MOST_STALE + this.#end * STALE_SHARE) this.sync(true);
  }

  /** The header that counts is on the disk: what only one of before leads to is free. */
  #settle(): void {
    this.#durable = this.#current;
    if (this.#stale.length === 0) return;
    this.#free = [...this.#free, ...this.#stale].toSorted((a, b) => b - a);
    this.#stale = [];
    let end = this.#end;
    let count = 0;
    while (this.#free[count] === end - 1 && end > HEADER_SLOTS) {
      end--;
      count++;
    }
    if (count === 0) return;
    this.#free.splice(0, count);
    this.#keepTime(() => ftruncateSync(this.#descriptor, end * PAGE_SIZE));
    this.#end = end;
  }

  /** Does something to the file that is no change of its contents. */
  #keepTime(change: () => void): void {
    const room = times();
    check(stat(this.#descriptor, room.address), 'fstat');
    change();
    room.view.setBigInt64(Stat.accessed + 8, UTIME_OMIT, true);
    check(setTimes(this.#descriptor, room.at(Stat.accessed)), 'utimensat');
  }

  #readPage(number: number): Uint8Array {
    const page = Buffer.alloc(PAGE_SIZE);
    readSync(this.#descriptor, page, 0, PAGE_SIZE, number * PAGE_SIZE);
    return page;
  }
}

function emptyRoot(): Uint8Array {
  return new Uint8Array(ROOT_ENTRIES * ENTRY_SIZE);
}

function writeAll(descriptor: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(descriptor, bytes, done, bytes.length - done, at + done);
}
