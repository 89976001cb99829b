import { silentCalls } from '../../capsicum/calls.ts';
import { type Refused, watchRefusals } from '../../capsicum/refusals.ts';
import { findBatches } from '../../host/trap/batches.ts';
import { prepareTrap } from '../../host/trap/install.ts';
import { RefusalReader } from '../../host/trap/refusals.ts';
import { TCGETS } from '../../linux/terminals.ts';
import type { CallRule } from '../../walls/allow-list.ts';
import type { CallWatch } from './walls.ts';

/** A system call that the walls have refused a program, as capability mode of a living Node has them. */
export type RefusedCall = Refused;

/** Calls with which the handler reads paths that could lie where nothing is. */
const calls: readonly CallRule[] = (['process_vm_readv', 'process_vm_writev'] as const).map((call) => ({
  call,
  when: [{ argument: 0, is: 'equal', value: process.pid }],
}));

/**
 * Prepares to hear of every system call that the walls refuse, with the stack that led to it: refused calls raise
 * SIGSYS, whose handler takes notes and answers as the filter would, but for paths, where it says EACCES. Loaded only
 * for programs that are traced.
 *
 * @param hold Threads other than this one stop for ever at a refusal.
 */
export function watchCalls(onRefused: (refused: RefusedCall) => void, hold: boolean): CallWatch {
  const watch = watchRefusals();
  const state = prepareTrap({ places: [], names: undefined, hold, placeholder: -1 }).install(watch.wake);
  const tell = (refused: RefusedCall): void => {
    if (!asksForTerminal(refused)) onRefused(refused);
  };
  return {
    keep: [...watch.descriptors, ...ringDescriptors()],
    calls,
    silent: silentCalls,
    start: () => watch.start(new RefusalReader(state), undefined, tell),
  };
}

/**
 * Lets the event loop of newer versions of Node go on where it has a ring of io_uring(7), through which no filter sees:
 * the handler makes the calls there that it would hand to the kernel.
 *
 * @throws PollingRingError
 */
export function answerRings(): CallWatch {
  prepareTrap({ places: [], names: undefined, hold: false, placeholder: -1 }).install();
  return { keep: ringDescriptors(), calls, silent: silentCalls, start: () => undefined };
}

function ringDescriptors(): number[] {
  return findBatches().rings.map(({ descriptor }) => descriptor);
}

/** Node asks that of each standard stream that is used, and does without an answer. */
function asksForTerminal({ call, arguments: values }: RefusedCall): boolean {
  return call === 'ioctl' && values[1] === BigInt(TCGETS);
}
