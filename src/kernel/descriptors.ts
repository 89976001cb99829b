import { Errno, type Filetype } from '../abi/generated/constants.ts';
import { close } from '../host/files/files.ts';
import { fromHost, type Result } from './result.ts';
import { RH, type RightsSet } from './rights.ts';

/** An open resource on its way into a process's table. */
export type Descriptor = {
  /** The host's descriptor number. The table owns it from now on and closes it. */
  readonly host: number;
  readonly type: Filetype;
  /** Rights on this descriptor itself. */
  readonly base: RightsSet;
  /** The most rights of descriptors that are opened through this one. */
  readonly inheriting: RightsSet;
  /**
   * The grant that this descriptor comes from, directly or by opening through it; names it when something is refused.
   */
  readonly grant: number;
};

/** Column of each field in a row of the table. */
const HOST = 0;
const TYPE = 1;
const BASE_LOW = 2;
const BASE_HIGH = 3;
const INHERITING_LOW = 4;
const INHERITING_HIGH = 5;
const GRANT = 6;
const COLUMNS = 8;

/** A row whose HOST says so is free. */
const FREE = -1;

/** The most descriptors that a process may have at once. */
export const CAPACITY = 4096;

/** Words behind the rows: no free number lies below the first; how many rows name a host descriptor of another row. */
const LOWEST_FREE = CAPACITY * COLUMNS;
const SHARED = LOWEST_FREE + 1;
/** The number of host descriptors that were closed. */
const CLOSES = LOWEST_FREE + 2;

/** Gives the first word of a row in a table, and the word behind its last. */
export function rowOf(descriptor: number): readonly [start: number, end: number] {
  return [descriptor * COLUMNS, (descriptor + 1) * COLUMNS];
}

/** The number of 32-bit words in a table. */
export const TABLE_WORDS: number = LOWEST_FREE + COLUMNS;

/** Makes an empty table out of words. */
export function clearTable(words: Int32Array): Int32Array {
  words.fill(FREE, 0, LOWEST_FREE);
  return words.fill(0, LOWEST_FREE);
}

/** Called when a right is missing: call, descriptor, the missing halves, and the grant it came from. */
export type RefusalListener = (
  call: string,
  descriptor: number,
  missingLow: number,
  missingHigh: number,
  grant: number,
) => void;

/**
 * A process's descriptors: host descriptor, type, rights. Plain 32-bit columns, so that a check costs two loads.
 * Numbers are the program's, from 0; free ones are handed out lowest first.
 *
 * This one is for a process of one thread; `SharedDescriptorTable` is the same for several.
 */
export class DescriptorTable {
  /** The table. */
  protected readonly rows: Int32Array;
  readonly #closeHost: (host: number) => number;
  #onRefused: RefusalListener | undefined;

  /**
   * @param words The table itself, out of `clearTable`.
   * @param closeHost Closes a host descriptor that no row names any more; 0 or `-errno` of Linux.
   */
  constructor(
    words: Int32Array = clearTable(new Int32Array(TABLE_WORDS)),
    closeHost: (host: number) => number = close,
  ) {
    this.rows = words;
    this.#closeHost = closeHost;
  }

  /**
   * The number of host descriptors that were closed: code that remembers one by number forgets it when this changes.
   */
  get closes(): number {
    return this.rows[CLOSES] ?? 0;
  }

  /** True if other threads use these descriptors, too, and may read a host descriptor meanwhile. */
  get isShared(): boolean {
    return false;
  }

  /** A call is over: the descriptors it used may go. */
  endCall(): void {}

  /** Reports every refusal for want of a right to `listener`. */
  onRefused(listener: RefusalListener): void {
    this.#onRefused = listener;
  }

  protected cell(descriptor: number, column: number): number {
    return this.rows[descriptor * COLUMNS + column] ?? FREE;
  }

  /** True when the number names an open descriptor. */
  isOpen(descriptor: number): boolean {
    return descriptor >= 0 && descriptor < CAPACITY && this.cell(descriptor, HOST) !== FREE;
  }

  /**
   * The check at the top of every system call: the host descriptor behind a number that has all the rights, or
   * `-badf`, or `-notcapable`.
   */
  require(call: string, descriptor: number, low: number, high = 0): Result {
    if (!this.isOpen(descriptor)) return -Errno.badf;
    const at = descriptor * COLUMNS;
    const missingLow = low & ~(this.rows[at + BASE_LOW] ?? 0);
    const missingHigh = high & ~(this.rows[at + BASE_HIGH] ?? 0);
    if ((missingLow | missingHigh) !== 0) {
      this.#onRefused?.(call, descriptor, missingLow, missingHigh, this.cell(descriptor, GRANT));
      return -Errno.notcapable;
    }
    return this.rows[at + HOST] ?? -Errno.badf;
  }

  /** Reports a refusal that the caller found itself, such as a path that leads out; answers `-notcapable`. */
  refuse(call: string, descriptor: number, missingLow = 0, missingHigh = 0): Result {
    this.#onRefused?.(call, descriptor, missingLow, missingHigh, this.cell(descriptor, GRANT));
    return -Errno.notcapable;
  }

  /** The type of an open descriptor. */
  type(descriptor: number): number {
    return this.cell(descriptor, TYPE);
  }

  /** The grant an open descriptor comes from. */
  grant(descriptor: number): number {
    return this.cell(descriptor, GRANT);
  }

  baseLow(descriptor: number): number {
    return this.cell(descriptor, BASE_LOW);
  }

  baseHigh(descriptor: number): number {
    return this.cell(descriptor, BASE_HIGH);
  }

  inheritingLow(descriptor: number): number {
    return this.cell(descriptor, INHERITING_LOW);
  }

  inheritingHigh(descriptor: number): number {
    return this.cell(descriptor, INHERITING_HIGH);
  }

  /** Puts a descriptor at the lowest free number and returns it; `-mfile` (and the host descriptor closed) when full. */
  insert(
    host: number,
    type: number,
    low: number,
    high: number,
    iLow: number,
    iHigh: number,
    grant: number,
  ): Result {
    const number = this.#takeFree();
    if (number < 0) {
      this.#release(host);
      return number;
    }
    const at = number * COLUMNS;
    this.rows[at + HOST] = host;
    this.rows[at + TYPE] = type;
    this.rows[at + BASE_LOW] = low;
    this.rows[at + BASE_HIGH] = high;
    this.rows[at + INHERITING_LOW] = iLow;
    this.rows[at + INHERITING_HIGH] = iHigh;
    this.rows[at + GRANT] = grant;
    return number;
  }

  /** `insert` for set-up code, which may grant one host descriptor under several numbers. */
  add({ host, type, base, inheriting, grant }: Descriptor): Result {
    if (this.#names(host)) this.#count(SHARED, 1);
    return this.insert(host, type, base.low, base.high, inheriting.low, inheriting.high, grant);
  }

  /** Tells whether `restrict` would succeed, without doing it: 0, or its error. */
  mayRestrict(descriptor: number, low: number, high: number, iLow: number, iHigh: number): Result {
    if (!this.isOpen(descriptor)) return -Errno.badf;
    const moreLow = (low & ~this.baseLow(descriptor)) | (iLow & ~this.inheritingLow(descriptor));
    const moreHigh = (high & ~this.baseHigh(descriptor)) | (iHigh & ~this.inheritingHigh(descriptor));
    return (moreLow | moreHigh) === 0 ? 0 : this.refuse('fd_stat_put', descriptor, moreLow, moreHigh);
  }

  /**
   * Takes rights away. Rights that are not there already cannot be asked for: `-notcapable`. A linked socket stays so:
   * otherwise its holder would receive what others narrowed for it.
   */
  restrict(descriptor: number, low: number, high: number, iLow: number, iHigh: number): Result {
    const error = this.mayRestrict(descriptor, low, high, iLow, iHigh);
    if (error < 0) return error;
    const at = descriptor * COLUMNS;
    this.rows[at + BASE_LOW] = low;
    this.rows[at + BASE_HIGH] = high | (this.baseHigh(descriptor) & RH.linked);
    this.rows[at + INHERITING_LOW] = iLow;
    this.rows[at + INHERITING_HIGH] = iHigh | (this.inheritingHigh(descriptor) & RH.linked);
    return 0;
  }

  /** Records the type of a descriptor that was opened without looking, and keeps only the rights it has a use for. */
  settle(
    descriptor: number,
    type: Filetype,
    useful: { readonly base: RightsSet; readonly inheriting: RightsSet },
  ): void {
    const at = descriptor * COLUMNS;
    this.rows[at + TYPE] = type;
    this.rows[at + BASE_LOW] = this.baseLow(descriptor) & useful.base.low;
    this.rows[at + BASE_HIGH] = this.baseHigh(descriptor) & (useful.base.high | RH.linked);
    this.rows[at + INHERITING_LOW] = this.inheritingLow(descriptor) & useful.inheriting.low;
    this.rows[at + INHERITING_HIGH] = this.inheritingHigh(descriptor) & (useful.inheriting.high | RH.linked);
  }

  /** Another number for the same descriptor. Both share one host descriptor; the last close closes it. */
  duplicate(descriptor: number): Result {
    if (!this.isOpen(descriptor)) return -Errno.badf;
    const copy = this.#takeFree();
    if (copy < 0) return copy;
    this.#copyRow(descriptor, copy);
    this.#count(SHARED, 1);
    return copy;
  }

  /** Makes `to` (which must be open) another number for `from`; its old descriptor is closed. */
  replace(from: number, to: number): Result {
    if (!this.isOpen(from) || !this.isOpen(to)) return -Errno.badf;
    if (from === to) return 0;
    const old = this.cell(to, HOST);
    this.#copyRow(from, to);
    this.#count(SHARED, 1);
    return this.#release(old);
  }

  /** Moves `from` to the number of `to` (which must be open and is closed); `from` is free afterwards. */
  renumber(from: number, to: number): Result {
    if (!this.isOpen(from) || !this.isOpen(to)) return -Errno.badf;
    if (from === to) return 0;
    const old = this.cell(to, HOST);
    this.#copyRow(from, to);
    this.#free(from);
    return this.#release(old);
  }

  /** Closes a number, and the host descriptor behind it unless another number shares that. */
  close(descriptor: number): Result {
    if (!this.isOpen(descriptor)) return -Errno.badf;
    const host = this.cell(descriptor, HOST);
    this.#free(descriptor);
    return this.#release(host);
  }

  /**
   * Leaves only some descriptors, under the numbers 0, 1, 2 and so on, and closes all others. One that is listed again
   * shares its host descriptor.
   *
   * @returns 0; or `-badf` if one is not open, `-mfile` if there are too many: then nothing has changed.
   */
  keep(list: readonly number[]): Result {
    if (list.length > CAPACITY) return -Errno.mfile;
    if (!list.every((descriptor) => this.isOpen(descriptor))) return -Errno.badf;
    const kept = list.map((descriptor) => this.rows.slice(...rowOf(descriptor)));
    const hosts = new Set(kept.map((row) => row[HOST] ?? FREE));
    const dropped = new Set<number>();
    for (let descriptor = 0; descriptor < CAPACITY; descriptor++) {
      const host = this.cell(descriptor, HOST);
      if (host !== FREE && !hosts.has(host)) dropped.add(host);
      this.rows[descriptor * COLUMNS + HOST] = FREE;
    }
    for (const [number, row] of kept.entries()) this.rows.set(row, number * COLUMNS);
    this.rows[LOWEST_FREE] = kept.length;
    this.rows[SHARED] = kept.length - hosts.size;
    // Also without any closed: notes about a number are void.
    this.#count(CLOSES, 1 + dropped.size);
    for (const host of dropped) this.#closeHost(host);
    return 0;
  }

  /**
   * Makes a table with the same rows. Both name the same host descriptors, so that the function that closes them must count
   * tables.
   */
  copy(): DescriptorTable {
    return new DescriptorTable(this.rows.slice(), this.#closeHost);
  }

  /** The host descriptors that rows name, each once. */
  hosts(): ReadonlySet<number> {
    const hosts = new Set<number>();
    for (let descriptor = 0; descriptor < CAPACITY; descriptor++)
      if (this.isOpen(descriptor)) hosts.add(this.cell(descriptor, HOST));
    return hosts;
  }

  /** Closes everything. */
  closeAll(): void {
    for (let descriptor = 0; descriptor < CAPACITY; descriptor++)
      if (this.isOpen(descriptor)) this.close(descriptor);
  }

  /** The lowest free number, which the caller fills; `-mfile` when none is left. */
  #takeFree(): Result {
    let number = this.rows[LOWEST_FREE] ?? 0;
    while (number < CAPACITY && this.cell(number, HOST) !== FREE) number++;
    if (number === CAPACITY) return -Errno.mfile;
    this.rows[LOWEST_FREE] = number + 1;
    return number;
  }

  #copyRow(from: number, to: number): void {
    this.rows.copyWithin(to * COLUMNS, from * COLUMNS, (from + 1) * COLUMNS);
  }

  #free(descriptor: number): void {
    this.rows[descriptor * COLUMNS + HOST] = FREE;
    if (descriptor < (this.rows[LOWEST_FREE] ?? 0)) this.rows[LOWEST_FREE] = descriptor;
  }

  /** Closes a host descriptor that lost a row, unless another row still names it. */
  #release(host: number): Result {
    if ((this.rows[SHARED] ?? 0) > 0 && this.#names(host)) {
      this.#count(SHARED, -1);
      return 0;
    }
    this.#count(CLOSES, 1);
    return fromHost(this.#closeHost(host));
  }

  #count(cell: number, change: number): void {
    this.rows[cell] = (this.rows[cell] ?? 0) + change;
  }

  /** True when a row names the host descriptor. */
  #names(host: number): boolean {
    for (let at = HOST; at < LOWEST_FREE; at += COLUMNS) if (this.rows[at] === host) return true;
    return false;
  }
}
