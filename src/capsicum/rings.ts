import { findBatches } from '../host/trap/batches.ts';
import { prepareTrap } from '../host/trap/install.ts';
import type { SystemCall } from '../linux/system-calls.ts';
import type { CallRule } from '../walls/allow-list.ts';
import { silentCalls } from './calls.ts';

/** The needs of a handler that makes the calls of rings. */
export type AnsweredRings = {
  /** Host descriptors of the rings: they stay open, so that no other descriptor gets their numbers. */
  readonly keep: readonly number[];
  /** Calls that the handler makes. */
  readonly calls: readonly CallRule[];
  /** Calls that it cannot hear. */
  readonly silent: readonly SystemCall[];
};

/** Calls with which the handler reads paths that could lie where nothing is. */
export const handlerCalls: readonly CallRule[] = (['process_vm_readv', 'process_vm_writev'] as const).map(
  (call) => ({ call, when: [{ argument: 0, is: 'equal', value: process.pid }] }),
);

/**
 * Lets the event loop of newer versions of Node go on where it has a ring of io_uring(7), through which no filter sees:
 * the handler of SIGSYS makes the calls there that the event loop would hand to the kernel.
 *
 * Precondition: refused calls raise SIGSYS, `silent` ones excepted.
 *
 * @throws PollingRingError
 */
export function answerRings(): AnsweredRings {
  prepareTrap({ places: [], names: undefined, hold: false, placeholder: -1 }).install();
  return { keep: ringDescriptors(), calls: handlerCalls, silent: silentCalls };
}

/**
 * Lists the host descriptors of the rings of this process's event loops.
 *
 * @throws PollingRingError
 */
export function ringDescriptors(): number[] {
  return findBatches().rings.map(({ descriptor }) => descriptor);
}
