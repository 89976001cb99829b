import { close } from '../host/files/files.ts';
import { LinuxErrno } from '../linux/errno.ts';
import { O_CREAT, O_EXCL, O_RDONLY, O_RDWR } from '../linux/open-flags.ts';
import { type BackingFolder, HostFailure } from './backing.ts';
import { EncryptedFile, type FileFacts, factsOf } from './encrypted-file.ts';
import type { FolderKey } from './folder-key.ts';
import { type FileNode, nodePath } from './nodes.ts';

/** Files whose contents stay known though nothing has them open. */
const MOST_IDLE = 128;

/** The mode of files on the host; the one that the program sees is in their header. */
const HOST_MODE = 0o600;

/** The contents of files, as far as they are known. */
export class OpenFiles {
  readonly #folder: BackingFolder;
  readonly #key: FolderKey;
  readonly #writes: boolean;
  /** Those that nothing has open; the one that was used last is the last. */
  readonly #idle = new Set<FileNode>();

  constructor(folder: BackingFolder, key: FolderKey, writes: boolean) {
    this.#folder = folder;
    this.#key = key;
    this.#writes = writes;
  }

  /**
   * Finds the contents of a file.
   *
   * @throws HostFailure, IntegrityError
   */
  of(node: FileNode): EncryptedFile {
    if (node.file === undefined) {
      const descriptor = this.#folder.open(nodePath(node), this.#writes ? O_RDWR : O_RDONLY);
      try {
        node.file = EncryptedFile.open(descriptor, this.#key);
      } catch (error) {
        close(descriptor);
        throw error;
      }
    }
    if (node.opens === 0) this.#rest(node);
    return node.file;
  }

  /**
   * Makes a file.
   *
   * @returns Its contents, for the node of its name.
   */
  make(path: string, mode: number): EncryptedFile {
    const descriptor = this.#folder.open(path, O_RDWR | O_CREAT | O_EXCL, HOST_MODE);
    return EncryptedFile.make(descriptor, this.#key, mode);
  }

  /** Facts about a file. */
  factsOf(node: FileNode): FileFacts {
    if (node.file !== undefined) return node.file;
    const descriptor = this.#folder.open(nodePath(node), O_RDONLY);
    try {
      return factsOf(descriptor, this.#key);
    } finally {
      close(descriptor);
    }
  }

  /**
   * Changes a file. When that fails, the contents are read again: those in memory are not what the file has.
   *
   * @throws HostFailure, IntegrityError
   */
  change(node: FileNode, act: (file: EncryptedFile) => void): void {
    if (!this.#writes) throw new HostFailure(LinuxErrno.EROFS);
    const file = this.of(node);
    try {
      act(file);
    } catch (error) {
      node.file = EncryptedFile.open(file.descriptor, this.#key);
      throw error;
    }
  }

  opened(node: FileNode): void {
    node.opens++;
    this.#idle.delete(node);
  }

  released(node: FileNode): void {
    node.opens--;
    if (node.opens > 0 || node.file === undefined) return;
    node.file.tidy();
    if (node.names.length === 0) this.drop(node);
    else this.#rest(node);
  }

  /** Lets go of the contents of a file that is not needed. */
  drop(node: FileNode): void {
    this.#idle.delete(node);
    if (node.file !== undefined) close(node.file.descriptor);
    node.file = undefined;
  }

  #rest(node: FileNode): void {
    this.#idle.delete(node);
    this.#idle.add(node);
    if (this.#idle.size <= MOST_IDLE) return;
    const [oldest] = this.#idle;
    if (oldest !== undefined) this.drop(oldest);
  }
}
