import type { Filetype } from '../abi/generated/constants.ts';
import { close } from '../host/files/files.ts';
import { CAPACITY, clearTable, DescriptorTable, rowOf, TABLE_WORDS } from './descriptors.ts';
import { SharedMutex } from './mutex.ts';
import { fromHost, type Result } from './result.ts';
import type { RightsSet } from './rights.ts';

/** Host descriptors have smaller numbers: a table names at most `CAPACITY` of them, and hosts give out the lowest. */
const HOSTS = 65536;

/** Words: the table, how many calls use each host descriptor, and the lock of both. */
const USES = TABLE_WORDS;
const LOCK = USES + HOSTS;
const WORDS = LOCK + 1;

/** A bit of the count of uses: no row names the host descriptor any more, and its last user closes it. */
const DOOMED = 0x40000000;

/**
 * The descriptors of a process with several threads, as one thread sees them. Each thread has an object of its own
 * over the same memory.
 *
 * A call sees each descriptor once: the first look copies its row and holds the host descriptor, all later looks of
 * the call see that copy, and the host descriptor stays open until the call is over (`endCall`), even if another
 * thread closes the number or puts another file there. So the rights that were checked and the file that is acted on
 * always belong together, and a host's number is never given out anew while a call still means what it was before.
 *
 * Every look at the table and every change is made under one lock; no host call is made under it.
 */
export class SharedDescriptorTable extends DescriptorTable {
  /** The memory that other threads' tables are made of. */
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #lock: SharedMutex;
  /** The table itself; only under the lock. */
  readonly #table: DescriptorTable;
  /** 1 for each number that the current call has looked at; `rows` has a copy of its row. */
  readonly #isHeld = new Uint8Array(CAPACITY);
  readonly #held: number[] = [];
  /** Host descriptors to close once the lock is free. */
  readonly #closing: number[] = [];

  /** @param buffer That of the process's first table; without it, this is the first. */
  constructor(buffer?: SharedArrayBuffer) {
    super();
    this.buffer = buffer ?? new SharedArrayBuffer(WORDS * 4);
    this.#words = new Int32Array(this.buffer);
    const table = this.#words.subarray(0, TABLE_WORDS);
    if (buffer === undefined) clearTable(table);
    this.#lock = new SharedMutex(this.#words, LOCK);
    this.#table = new DescriptorTable(table, (host) => this.#closeLater(host));
  }

  override get isShared(): boolean {
    return true;
  }

  override get closes(): number {
    return this.#lock.during(() => this.#table.closes);
  }

  protected override cell(descriptor: number, column: number): number {
    if (this.#isHeld[descriptor] === 0) this.#hold(descriptor);
    return super.cell(descriptor, column);
  }

  /** Copies a row, and keeps its host descriptor open until the call is over. Precondition: a number of the table. */
  #hold(descriptor: number): void {
    const [start, end] = rowOf(descriptor);
    this.#lock.lock();
    for (let at = start; at < end; at++) this.rows[at] = this.#words[at] ?? 0;
    const host = this.rows[start] ?? -1;
    if (host >= 0) this.#words[USES + host] = (this.#words[USES + host] ?? 0) + 1;
    this.#lock.unlock();
    this.#isHeld[descriptor] = 1;
    this.#held.push(descriptor);
  }

  override endCall(): void {
    if (this.#held.length === 0) return;
    this.#lock.lock();
    for (const descriptor of this.#held) {
      this.#isHeld[descriptor] = 0;
      const host = this.rows[rowOf(descriptor)[0]] ?? -1;
      if (host < 0) continue;
      const uses = (this.#words[USES + host] ?? 0) - 1;
      this.#words[USES + host] = uses === DOOMED ? 0 : uses;
      if (uses === DOOMED) this.#closing.push(host);
    }
    this.#held.length = 0;
    this.#lock.unlock();
    this.#close();
  }

  /** Under the lock: remembers a host descriptor that lost its last row, or leaves it to the thread that uses it. */
  #closeLater(host: number): number {
    const uses = this.#words[USES + host] ?? 0;
    if (uses === 0) this.#closing.push(host);
    else this.#words[USES + host] = uses | DOOMED;
    return 0;
  }

  /** Closes the descriptors that `#closeLater` remembered. No row names it and no thread uses it, so that no call can mean it. */
  #close(): number {
    let result = 0;
    for (let host = this.#closing.pop(); host !== undefined; host = this.#closing.pop()) {
      const closed = close(host);
      if (closed < 0) result = closed;
    }
    return result;
  }

  /** Changes the table under the lock, and closes afterwards the descriptors that lost their last row. */
  #change(change: (table: DescriptorTable) => Result): Result {
    this.#lock.lock();
    const result = change(this.#table);
    this.#lock.unlock();
    const closed = this.#closing.length === 0 ? 0 : this.#close();
    return result === 0 && closed < 0 ? fromHost(closed) : result;
  }

  override insert(...row: Parameters<DescriptorTable['insert']>): Result {
    if (row[0] >= HOSTS) throw new RangeError(`Host descriptor ${row[0]} is above ${HOSTS - 1}`);
    return this.#change((table) => table.insert(...row));
  }

  override add(descriptor: Parameters<DescriptorTable['add']>[0]): Result {
    if (descriptor.host >= HOSTS)
      throw new RangeError(`Host descriptor ${descriptor.host} is above ${HOSTS - 1}`);
    return this.#change((table) => table.add(descriptor));
  }

  override restrict(descriptor: number, low: number, high: number, iLow: number, iHigh: number): Result {
    // The first look reports a refusal; the second counts, at the row as it is now.
    const error = this.mayRestrict(descriptor, low, high, iLow, iHigh);
    return error < 0 ? error : this.#change((table) => table.restrict(descriptor, low, high, iLow, iHigh));
  }

  override settle(
    descriptor: number,
    type: Filetype,
    useful: { readonly base: RightsSet; readonly inheriting: RightsSet },
  ): void {
    const [start] = rowOf(descriptor);
    // Only if the number still names what was looked at: the host descriptor is held, so that no other has its number.
    const host = this.rows[start];
    this.#change((table) => {
      if (this.#words[start] === host) table.settle(descriptor, type, useful);
      return 0;
    });
    super.settle(descriptor, type, useful);
  }

  override duplicate(descriptor: number): Result {
    return this.#change((table) => table.duplicate(descriptor));
  }

  override replace(from: number, to: number): Result {
    return this.#change((table) => table.replace(from, to));
  }

  override renumber(from: number, to: number): Result {
    return this.#change((table) => table.renumber(from, to));
  }

  override close(descriptor: number): Result {
    return this.#change((table) => table.close(descriptor));
  }

  override keep(list: readonly number[]): Result {
    return this.#change((table) => table.keep(list));
  }

  override closeAll(): void {
    this.#change((table) => {
      table.closeAll();
      return 0;
    });
  }
}
