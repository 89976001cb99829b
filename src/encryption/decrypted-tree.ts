import { close } from '../host/files/files.ts';
import { O_RDONLY } from '../linux/open-flags.ts';
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, Stat } from '../linux/stat.ts';
import type { BackingFolder } from './backing.ts';
import { EncryptedFile } from './encrypted-file.ts';
import { type FolderKey, MARK_NAME } from './folder-key.ts';
import { join } from './nodes.ts';

/** Something in an encrypted directory. Each character of a path is a byte. */
export type DecryptedEntry = { readonly path: string } & (
  | { readonly kind: 'directory'; readonly mode: number }
  | { readonly kind: 'link'; readonly target: Buffer }
  | { readonly kind: 'file'; readonly mode: number; readonly modified: Date; readonly size: number }
  /** A pipe or socket, which has no contents. */
  | { readonly kind: 'other' }
);

/** An encrypted directory that is read without being mounted. */
export class DecryptedTree {
  readonly #folder: BackingFolder;
  readonly #key: FolderKey;

  constructor(folder: BackingFolder, key: FolderKey) {
    this.#folder = folder;
    this.#key = key;
  }

  /**
   * Finds the object at a path; the empty one is the directory itself.
   *
   * @throws HostFailure, IntegrityError
   */
  entry(path: string): DecryptedEntry {
    const status = this.#folder.status(path);
    const mode = status.getUint32(Stat.mode, true);
    const seconds = Number(status.getBigInt64(Stat.modified, true));
    switch (mode & S_IFMT) {
      case S_IFDIR:
        return { path, kind: 'directory', mode: mode & ~S_IFMT };
      case S_IFLNK:
        return { path, kind: 'link', target: this.#folder.readLink(path) };
      case S_IFREG: {
        const { mode: bits, size } = this.#open(path, (file) => ({ mode: file.mode, size: file.size }));
        return { path, kind: 'file', mode: bits, size, modified: new Date(seconds * 1000) };
      }
      default:
        return { path, kind: 'other' };
    }
  }

  /** Lists the paths in a directory, sorted. */
  list(path: string): readonly string[] {
    return this.#folder
      .list(path)
      .map(({ name }) => name)
      .filter((name) => name !== '.' && name !== '..' && !(path === '' && name === MARK_NAME))
      .toSorted()
      .map((name) => join(path, name));
  }

  /**
   * Reads a file piece by piece.
   *
   * @throws HostFailure, IntegrityError
   */
  read(path: string, take: (bytes: Uint8Array) => void): void {
    this.#open(path, (file) => {
      const room = new Uint8Array(PIECE);
      for (let at = 0; at < file.size; at += PIECE) take(room.subarray(0, file.read(at, room)));
    });
  }

  #open<Result>(path: string, use: (file: EncryptedFile) => Result): Result {
    const descriptor = this.#folder.open(path, O_RDONLY);
    try {
      return use(EncryptedFile.open(descriptor, this.#key));
    } finally {
      close(descriptor);
    }
  }
}

/** Bytes that are read at once. */
const PIECE = 1024 * 1024;
