import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Clockid, Errno } from '../abi/generated/constants.ts';
import { Poll } from '../kernel/poll.ts';
import { R } from '../kernel/rights.ts';
import { Descriptor, placeOf } from './descriptor.ts';

/** The end of a process: one of both, or neither where the host cannot tell (before Linux 6.15). */
export type ProcessEnd = { readonly code?: number; readonly signal?: NodeJS.Signals };

/** Options for waiting. */
export type EndOptions = {
  /** Gives up waiting. */
  readonly signal?: AbortSignal;
};

/** The longest pause between two looks, in milliseconds. */
const LONGEST_PAUSE = 64;

/** Names of signals; of those with two names (SIGABRT, SIGIOT), the usual one. */
const names = new Map<number, NodeJS.Signals>();
for (const [name, number] of Object.entries(constants.signals)) {
  if (!names.has(number)) names.set(number, name as NodeJS.Signals);
}

/** Another process. Its end can be waited for; such a descriptor allows nothing else. */
export class ProcessDescriptor extends Descriptor {
  /**
   * Waits for its end. Node waits for no descriptor of a process, so this looks from time to time.
   *
   * @throws OperationError; the reason of `signal` when it is aborted.
   */
  async ended({ signal }: EndOptions = {}): Promise<ProcessEnd> {
    for (let pause = 1; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      const end = this.#look();
      if (end !== undefined) return end;
      await sleep(pause, undefined, signal === undefined ? {} : { signal });
    }
  }

  /** Asks how it has ended; `undefined` as long as it runs. */
  #look(): ProcessEnd | undefined {
    this.require('poll', R.poll_proc_terminate);
    const { world, number, label } = placeOf(this);
    const poll = new Poll(world.process);
    poll.addProcess(0, number);
    poll.addClock(1, Clockid.monotonic, 0n, false);
    const outcomes = poll.wait();
    if (typeof outcomes === 'number') {
      world.check(outcomes, 'poll', label);
      return undefined;
    }
    const outcome = outcomes.get(0);
    if (outcome === undefined) return undefined;
    const { error, end } = outcome;
    if (error !== Errno.notsup) world.check(-error, 'poll', label);
    if (end === undefined) return {};
    return end.signal === 0 ? { code: end.code } : { signal: names.get(end.signal) ?? 'SIGKILL' };
  }
}
