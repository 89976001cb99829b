import { PR_SET_PDEATHSIG } from '../../linux/prctl.ts';
import { SIGKILL } from '../../linux/signals.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { syscall } from '../syscall.ts';
import { check } from '../system-error.ts';

/**
 * Makes the host kill this process when the thread that started it ends (prctl(2), PR_SET_PDEATHSIG).
 *
 * @param parent Process id of the process that started this one.
 * @returns False when that one is gone already, so that no signal will come: this process must then end by itself.
 */
export function dieWithParent(parent: number): boolean {
  check(syscall(callNumberOf('prctl'), PR_SET_PDEATHSIG, SIGKILL), 'prctl', 'PR_SET_PDEATHSIG');
  return process.ppid === parent;
}
