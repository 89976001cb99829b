import { CallList, type Label } from '../../host/processes/call-list.ts';
import { PR_SET_DUMPABLE, PR_SET_PDEATHSIG } from '../../linux/prctl.ts';
import { SIGKILL } from '../../linux/signals.ts';
import { addFreshStart, addProgram, addProgramCheck, addWalls, type ProcessSteps } from './process-steps.ts';

/** The message of a further process that waits behind its walls; the launcher's answer is one byte. */
export const AT_THE_GATE = '1';

/** Facts about a further process of a container. */
export type FurtherProcess = {
  readonly steps: ProcessSteps;
  readonly status: number;
  /** A descriptor of the first process (pidfd_open(2)), and the namespaces of it to join. */
  readonly first: number;
  readonly namespaces: number;
  readonly memberships: readonly number[];
};

/** Makes the list of system calls of a process that `exec` starts in a running container. */
export function execList({ steps, status, first, namespaces, memberships }: FurtherProcess): CallList {
  const list = new CallList();
  const { terminal, ruleset } = steps;
  const handed = typeof terminal === 'number' ? [terminal] : [];
  addFreshStart(list, steps.firstClosed, [
    status,
    first,
    ...(ruleset === undefined ? [] : [ruleset]),
    ...memberships,
    ...handed,
  ]);
  list.call('end with the launcher', 'prctl', [PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0]);
  list.call('hide the process', 'prctl', [PR_SET_DUMPABLE, 0]);
  const self = list.data('"0"', [Buffer.from('0')]);
  for (const group of memberships) list.call('join a control group', 'write', [group, self, 1]);
  list.call('join the container', 'setns', [first, namespaces]);
  // A new user takes this signal away at a moment of the kernel's choice. From here on it ends when the socket does.
  list.call('outlive the launcher', 'prctl', [PR_SET_PDEATHSIG, 0, 0, 0, 0]);
  addWalls(list, steps);
  addProgramCheck(list, steps);
  const failure = list.label();
  addTurn(list, status, failure);
  addProgram(list, steps);
  list.place(failure);
  list.failAt(failure);
  list.call('report the failure', 'write', [status, list.failed, 16]);
  list.call('end', 'exit_group', [1]);
  return list;
}

/** Waits until the engine knows the process: a launcher that ends before that leaves none. */
function addTurn(list: CallList, status: number, gone: Label): void {
  const words = 'wait for the launcher';
  const goOn = list.label();
  list.call(words, 'write', [status, list.data(AT_THE_GATE, [Buffer.from(AT_THE_GATE)]), AT_THE_GATE.length]);
  list.call(words, 'read', [status, list.data('answer', [new Uint8Array(8)]), 1], {
    onPositive: goOn,
    onZero: gone,
  });
  list.place(goOn);
}
