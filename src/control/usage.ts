import { descendantsOf } from '../host/processes/descendants.ts';
import { processFacts } from '../host/processes/process-facts.ts';

/** The resources that the processes of a program use now. */
export type UsageNow = {
  readonly processes: number;
  /** Bytes of memory that its processes hold; memory that several share counts for each. */
  readonly memory: number;
  /** Milliseconds of processor time of the processes that run. */
  readonly cpuTime: number;
};

/** The size of a page, and clock ticks within a second, as all architectures here have them for programs (sysconf(3)). */
const PAGE = 4096;
const TICKS = 100;

/**
 * Adds up what the processes beneath a first one use.
 *
 * @param first The id of the first process of the program's namespaces.
 */
export function usageNow(first: number): UsageNow {
  const beneath = descendantsOf(first);
  // A module has no process beneath the one that is launched.
  const facts = (beneath.length === 0 ? [first] : beneath).flatMap((pid) => processFacts(pid) ?? []);
  return {
    processes: facts.length,
    memory: facts.reduce((sum, { pages }) => sum + pages * PAGE, 0),
    cpuTime: facts.reduce((sum, { ticks }) => sum + (ticks * 1000) / TICKS, 0),
  };
}
