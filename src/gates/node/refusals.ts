import { silentCalls } from '../../capsicum/calls.ts';
import { CLOCK_SPEED } from '../../capsicum/clock-speed.ts';
import { type Refused, watchRefusals } from '../../capsicum/refusals.ts';
import { answerRings, handlerCalls, ringDescriptors } from '../../capsicum/rings.ts';
import { prepareTrap } from '../../host/trap/install.ts';
import { RefusalReader } from '../../host/trap/refusals.ts';
import { TCGETS } from '../../linux/terminals.ts';
import type { CallWatch } from './walls.ts';

/** A system call that the walls have refused a program, as capability mode of a living Node has them. */
export type RefusedCall = Refused;

/**
 * Prepares to hear of every system call that the walls refuse, with the stack that led to it: refused calls raise
 * SIGSYS, whose handler takes notes and answers as the filter would, but for paths, where it says EACCES. Loaded only
 * for programs that are traced.
 *
 * @param hold Threads other than this one stop for ever at a refusal.
 */
export function watchCalls(onRefused: (refused: RefusedCall) => void, hold: boolean): CallWatch {
  const watch = watchRefusals();
  const state = prepareTrap({ places: [CLOCK_SPEED], names: undefined, hold, placeholder: -1 }).install(
    watch.wake,
  );
  const tell = (refused: RefusedCall): void => {
    if (!asksForTerminal(refused)) onRefused(refused);
  };
  return {
    keep: [...watch.descriptors, ...ringDescriptors()],
    calls: handlerCalls,
    silent: silentCalls,
    start: () => watch.start(new RefusalReader(state), undefined, tell),
  };
}

/**
 * Lets the event loop go on where it has a ring of io_uring(7); refusals are not told.
 *
 * @throws PollingRingError
 */
export function watchRings(): CallWatch {
  return { ...answerRings(), start: () => undefined };
}

/** Node asks that of each standard stream that is used, and does without an answer. */
function asksForTerminal({ call, arguments: values }: RefusedCall): boolean {
  return call === 'ioctl' && values[1] === BigInt(TCGETS);
}
