import { isUtf8 } from 'node:buffer';
import { Errno } from '../abi/generated/constants.ts';
import { close } from '../host/files/files.ts';
import { Open, openBeneath } from '../host/files/lookup.ts';
import type { Address } from '../host/libc.ts';
import { NativeMemory } from '../host/memory.ts';
import type { Name } from '../host/names/sealed-names.ts';
import { LinuxErrno } from '../linux/errno.ts';
import { PATH_MAX } from '../linux/limits.ts';
import type { Memory } from './memory.ts';
import { fromLookup, type Result } from './result.ts';

/** Longest path the host takes, without the terminating NUL (PATH_MAX). */
export const PATH_LENGTH: number = PATH_MAX - 1;

/** The place of the copy of the last component, behind the path. */
const NAME = PATH_LENGTH + 1;

/** Room for both. */
const ROOM = 8192;

const SLASH = 0x2f;
const DOT = 0x2e;

/**
 * A path that was copied out of the program's memory, so that the checked bytes are the used ones. The copy is NUL-terminated
 * and lies in memory of ours; one `Path` serves one argument position and is filled anew for each call.
 */
export class Path {
  readonly #memory = new NativeMemory(ROOM);
  #length = 0;
  /** Offset of the last component; 0 when the path has only one. */
  #nameStart = 0;
  /** The end of the last component, before trailing slashes. */
  #nameEnd = 0;
  #problem: Result = 0;

  /** Address of the whole path, NUL-terminated. */
  get address(): Address {
    return this.#memory.address;
  }

  /**
   * The fault of the path in itself: 0 for none; `-noent` when empty; `-nametoolong`; `-inval` for a NUL byte;
   * `-ilseq`; `-fault` when the guest has no such memory. Calls answer it after they have checked descriptor and rights.
   */
  get problem(): Result {
    return this.#problem;
  }

  /** Bytes of the whole path. */
  get length(): number {
    return this.#length;
  }

  /** The last component without its trailing slashes; it lasts until the next path is loaded. */
  get name(): Name {
    const { bytes } = this.#memory;
    const length = this.#nameEnd - this.#nameStart;
    bytes.copyWithin(NAME, this.#nameStart, this.#nameEnd);
    bytes[NAME + length] = 0;
    return { address: this.#memory.at(NAME), bytes: bytes.subarray(NAME, NAME + length) };
  }

  /** True when the path ends in a slash, so that it can only mean a directory. */
  get endsInSlash(): boolean {
    return this.#nameEnd !== this.#length;
  }

  /** True when the last component is missing (the path is `/`), `.` or `..`: no entry that could be made or removed. */
  get namesNoEntry(): boolean {
    const length = this.#nameEnd - this.#nameStart;
    const { bytes } = this.#memory;
    const dots = bytes[this.#nameStart] === DOT && (length === 1 || bytes[this.#nameStart + 1] === DOT);
    return length === 0 || (length <= 2 && dots);
  }

  /** True when the last component is `..`. */
  get namesAbove(): boolean {
    return this.namesNoEntry && this.#nameEnd - this.#nameStart === 2;
  }

  /** The path as text, for reports. */
  get text(): string {
    return Buffer.from(this.#memory.bytes.subarray(0, this.#length)).toString();
  }

  /** Copies a path out of a guest's memory, as `load` does. One that is empty or too long is not looked at. */
  take(memory: Memory, at: number, length: number, utf8: boolean): void {
    const place = length === 0 || length > PATH_LENGTH ? 0 : memory.take(at, length);
    this.load(memory.bytes, place, length, utf8);
  }

  /**
   * Copies a path in and finds its last component; `problem` tells afterwards whether it can be used.
   *
   * @param start Its place in `source`; an error there becomes the path's problem.
   * @param utf8 Refuse bytes that are no UTF-8, as WASI does.
   */
  load(source: Uint8Array, start: number, length: number, utf8: boolean): void {
    this.#problem = this.#copy(source, start, length, utf8);
    if (this.#problem < 0) this.#length = 0;
    const { bytes } = this.#memory;
    let end = this.#length;
    while (end > 0 && bytes[end - 1] === SLASH) end--;
    let nameStart = end;
    while (nameStart > 0 && bytes[nameStart - 1] !== SLASH) nameStart--;
    this.#nameStart = nameStart;
    this.#nameEnd = end;
  }

  #copy(source: Uint8Array, start: number, length: number, utf8: boolean): Result {
    if (length === 0) return -Errno.noent;
    if (length > PATH_LENGTH) return -Errno.nametoolong;
    if (start < 0) return start;
    const { bytes } = this.#memory;
    let plain = true;
    for (let index = 0; index < length; index++) {
      const byte = source[start + index] ?? 0;
      if (byte === 0) return -Errno.inval;
      if (byte >= 0x80) plain = false;
      bytes[index] = byte;
    }
    bytes[length] = 0;
    this.#length = length;
    return utf8 && !plain && !isUtf8(bytes.subarray(0, length)) ? -Errno.ilseq : 0;
  }

  /** True for an absolute path, which no directory can grant. */
  get isAbsolute(): boolean {
    return this.#memory.bytes[0] === SLASH;
  }

  /**
   * Opens the directory that holds the last component, beneath `directory`.
   *
   * @returns `directory` itself when the path has one component; a descriptor that `leaveParent` closes; or an error.
   */
  enterParent(directory: number): Result {
    if (this.isAbsolute) return fromLookup(-LinuxErrno.EXDEV);
    if (this.#nameStart === 0) return directory;
    const { bytes } = this.#memory;
    bytes[this.#nameStart - 1] = 0;
    const parent = openBeneath(directory, this.address, Open.path | Open.directory);
    bytes[this.#nameStart - 1] = SLASH;
    return fromLookup(parent);
  }

  /** Closes the directory that `enterParent` opened. */
  leaveParent(directory: number, parent: number): void {
    if (parent !== directory && parent >= 0) close(parent);
  }
}
