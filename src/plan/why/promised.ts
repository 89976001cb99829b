import type { PromiseName } from '../../worlds/promises.ts';
import type { LinuxPlan } from '../plan-types.ts';
import { Wall } from '../wall-names.ts';
import { refused } from './answers.ts';
import type { Use, UseAnswer } from './use.ts';

/** Promises, of which one at least must be made for a use. */
const needed: Readonly<Record<Use['kind'], readonly PromiseName[]>> = {
  read: ['rpath'],
  write: ['wpath'],
  exec: ['exec'],
  connect: ['inet', 'dns'],
  bind: ['inet'],
  socket: ['unix'],
};

/** Answers for a use that the promises of a program leave out; `undefined` where they do not. */
export function answerPromised({ linux }: LinuxPlan, { kind }: Use): UseAnswer | undefined {
  const { promises } = linux;
  const [first, ...others] = needed[kind];
  if (promises === undefined || first === undefined) return undefined;
  if ([first, ...others].some((name) => promises.includes(name))) return undefined;
  const mend = { option: `--promise ${first}`, yaml: `add ${first} to promise` };
  return refused(`its promises leave out '${first}'`, undefined, [Wall.seccomp], mend);
}
