import type { CallList } from '../../host/processes/call-list.ts';
import {
  _LINUX_CAPABILITY_VERSION_3,
  PR_CAP_AMBIENT,
  PR_CAP_AMBIENT_CLEAR_ALL,
  PR_CAP_AMBIENT_RAISE,
  PR_CAPBSET_DROP,
  PR_SET_KEEPCAPS,
} from '../../linux/prctl.ts';
import type { CapabilitySets, ContainerProcess } from '../config/container-process.ts';

/** The last capability that there can be. */
const LAST_CAPABILITY = 63;

/** A set as two halves of 32 bits. */
function halves(set: readonly number[]): readonly [low: number, high: number] {
  const bits = (from: number): number =>
    set
      .filter((one) => one >= from && one < from + 32)
      .reduce((all, one) => (all | (1 << (one - from))) >>> 0, 0);
  return [bits(0), bits(32)];
}

function capset(list: CallList, words: string, { effective, permitted, inheritable }: CapabilitySets): void {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(_LINUX_CAPABILITY_VERSION_3, 0);
  const sets = Buffer.alloc(24);
  for (const [place, set] of [effective, permitted, inheritable].entries())
    for (const [half, bits] of halves(set).entries()) sets.writeUInt32LE(bits, half * 12 + place * 4);
  const name = `capabilities ${permitted.toSorted((a, b) => a - b).join(', ') || 'none'}`;
  list.call(words, 'capset', [list.data('capability version', [header]), list.data(name, [sets])]);
}

/**
 * Adds the calls by which a process becomes the user that was asked for, with the capabilities that were asked for and no
 * others (capabilities(7)).
 */
export function addIdentity(
  list: CallList,
  { user, group, groups, capabilities }: Pick<ContainerProcess, 'user' | 'group' | 'groups' | 'capabilities'>,
): void {
  const words = 'give up capabilities';
  const done = list.label();
  for (let capability = 0; capability <= LAST_CAPABILITY; capability++) {
    if (capabilities.bounding.includes(capability)) continue;
    // The first that this kernel does not know ends the row.
    const outcome = capability < 32 ? {} : { onError: done };
    list.call(words, 'prctl', [PR_CAPBSET_DROP, capability, 0, 0, 0], outcome);
  }
  list.place(done);
  const become = `become user ${user} of group ${group}`;
  const more = Buffer.alloc(Math.max(8, groups.length * 4));
  for (const [index, each] of groups.entries()) more.writeUInt32LE(each, index * 4);
  list.call(become, 'prctl', [PR_SET_KEEPCAPS, 1, 0, 0, 0]);
  list.call(become, 'setgroups', [groups.length, list.data('groups', [more])]);
  list.call(become, 'setresgid', [group, group, group]);
  list.call(become, 'setresuid', [user, user, user]);
  list.call(become, 'prctl', [PR_SET_KEEPCAPS, 0, 0, 0, 0]);
  list.call(words, 'prctl', [PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0]);
  // None that its bounds do not have.
  const within = (set: readonly number[]): readonly number[] =>
    set.filter((one) => capabilities.bounding.includes(one));
  const permitted = within(capabilities.permitted);
  capset(list, words, {
    ...capabilities,
    permitted,
    effective: capabilities.effective.filter((one) => permitted.includes(one)),
    inheritable: within(capabilities.inheritable),
  });
  for (const one of within(capabilities.ambient)) {
    const next = list.label();
    // The kernel has none that is not permitted and inheritable at once: then it is not ambient.
    list.call(words, 'prctl', [PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, one, 0, 0], { onError: next });
    list.place(next);
  }
}
