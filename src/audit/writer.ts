import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { lockFile, unlockFile } from '../host/files/file-lock.ts';
import { checkRecord, makeRecord, NO_HASH } from './chain.ts';

/** The end of a file that is read for its last record, in bytes: more than any record has. */
const TAIL = 8 * 1024 * 1024;

/** A place for audit records: a file to which several commands may add, or a descriptor of this process alone. */
export class AuditWriter {
  readonly #descriptor: number;
  readonly #shared: boolean;
  #next = 0;
  #previous = NO_HASH;

  /**
   * Opens it.
   *
   * @param target The path of a file, which is made when it is not there (mode 0600), or the number of a descriptor.
   * @throws Error when it cannot be opened, or the end of the file is no intact record.
   */
  constructor(target: string | number) {
    this.#shared = typeof target === 'string';
    this.#descriptor =
      typeof target === 'number'
        ? target
        : openSync(
            target,
            constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW,
            0o600,
          );
    try {
      const stats = fstatSync(this.#descriptor);
      if (this.#shared && !stats.isFile())
        throw new Error('an audit stream goes to a regular file or a descriptor');
      if (this.#shared) this.#locked(() => this.#readLast());
    } catch (error) {
      if (this.#shared) closeSync(this.#descriptor);
      throw error;
    }
  }

  /**
   * Adds a record behind the last one, which another command may have written meanwhile.
   *
   * @throws Error when it cannot be written, or the last record is not intact.
   */
  add(type: string, data: unknown): void {
    if (!this.#shared) {
      this.#write(type, data);
      return;
    }
    this.#locked(() => {
      this.#readLast();
      this.#write(type, data);
    });
  }

  /** Closes a file. */
  close(): void {
    if (this.#shared) closeSync(this.#descriptor);
  }

  #write(type: string, data: unknown): void {
    const record = {
      index: this.#next,
      time: new Date().toISOString(),
      type,
      data,
      previous: this.#previous,
    };
    const { line, hash } = makeRecord(record);
    const bytes = Buffer.from(`${line}\n`);
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#descriptor, bytes, done);
    this.#next++;
    this.#previous = hash;
  }

  #readLast(): void {
    const { size } = fstatSync(this.#descriptor);
    if (size === 0) {
      this.#next = 0;
      this.#previous = NO_HASH;
      return;
    }
    const length = Math.min(size, TAIL);
    const bytes = Buffer.alloc(length);
    const count = readSync(this.#descriptor, bytes, 0, length, size - length);
    const text = bytes.toString('utf8', 0, count);
    const end = text.lastIndexOf('\n', text.length - 2);
    const last = text.endsWith('\n') ? checkRecord(text.slice(end + 1, -1)) : undefined;
    if (last === undefined)
      throw new Error("its last line is no intact record; 'cloudabi audit verify' says more");
    this.#next = last.index + 1;
    this.#previous = last.hash;
  }

  #locked(doing: () => void): void {
    lockFile(this.#descriptor);
    try {
      doing();
    } finally {
      unlockFile(this.#descriptor);
    }
  }
}
