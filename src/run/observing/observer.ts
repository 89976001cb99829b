import { closeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Broker } from '../../broker/broker.ts';
import { makeSocketPair } from '../../host/files/new-descriptors.ts';
import type { SystemCall } from '../../linux/system-calls.ts';
import { entryPoint } from '../../plan/entry-points.ts';
import { type LateParts, NO_LATE_PARTS } from '../../plan/linux/world-of.ts';
import { observingFilter } from '../../worlds/observing-filter.ts';
import type { ObservedWorld } from '../../worlds/world.ts';
import { RECENT_CONNECTS_SIZE, RecentConnects } from './recent-connects.ts';
import type { Observed, ObservingStart } from './thread-words.ts';

/** Options of an observer. */
export type ObserverOptions = {
  readonly tells: ObservingStart['tells'];
  /** Calls that are told by their names, and let through. */
  readonly calls: readonly SystemCall[];
  /** Parts of its world beyond those of its plan; none when left out. */
  readonly late?: LateParts;
  /** Called in the order of the calls. */
  readonly onObserved: (observed: Observed) => void;
};

/**
 * Observes the calls of one program: a thread of the launcher hears of each before the kernel makes it. It decides
 * nothing; a program whose observer is gone has its observed calls fail (ENOSYS).
 */
export class Observer {
  readonly #options: ObserverOptions;
  readonly #ready = new SharedArrayBuffer(4);
  readonly #connects = new SharedArrayBuffer(RECENT_CONNECTS_SIZE);
  readonly #ours: number;
  readonly #worker: Worker;
  /** Settles when no process of the program is left, and all was told. */
  readonly ended: Promise<void>;
  #theirs: number | undefined;

  constructor(options: ObserverOptions) {
    this.#options = options;
    [this.#ours, this.#theirs] = makeSocketPair();
    const workerData: ObservingStart = {
      socket: this.#ours,
      tells: options.tells,
      calls: options.calls,
      ready: this.#ready,
      connects: this.#connects,
    };
    this.#worker = new Worker(`${entryPoint('observing-thread')}.js`, { workerData });
    this.#worker.on('message', (messages: readonly Observed[]) => this.#hear(messages));
    this.ended = new Promise((resolve, reject) => {
      this.#worker.once('error', reject);
      this.#worker.once('exit', () => resolve());
    });
    this.ended.catch(() => undefined);
  }

  /** Parts of its world beyond those of its plan. */
  get late(): LateParts {
    return this.#options.late ?? NO_LATE_PARTS;
  }

  /** True if its network is open, and every connection is told about. */
  get opensNetwork(): boolean {
    return this.#options.tells === 'uses';
  }

  /** The connects of the program so far. */
  get connects(): Pick<RecentConnects, 'find'> {
    return new RecentConnects(this.#connects);
  }

  /** The observation of a world. Its socket is closed by `begin`. */
  get observed(): ObservedWorld {
    if (this.#theirs === undefined) throw new Error('The observer observes a program already');
    return { filter: observingFilter(this.#options.calls), out: this.#theirs };
  }

  /** The broker of its network, once it was started; `undefined` without rules of hosts. */
  broker: Broker | undefined;

  /** The program was started, or not: its process has the socket now. */
  begin(broker?: Broker): void {
    this.broker ??= broker;
    if (this.#theirs !== undefined) closeSync(this.#theirs);
    this.#theirs = undefined;
  }

  /** Lets the call go on that waits. */
  goOn(): void {
    const ready = new Int32Array(this.#ready);
    Atomics.store(ready, 0, 1);
    Atomics.notify(ready, 0);
  }

  /** Waits for the last messages, and frees what the observer has. */
  async end(): Promise<void> {
    this.begin();
    await this.ended;
    closeSync(this.#ours);
  }

  #hear(messages: readonly Observed[]): void {
    for (const observed of messages) {
      try {
        this.#options.onObserved(observed);
      } finally {
        if (observed.kind === 'address' && observed.waits) this.goOn();
      }
    }
  }
}
