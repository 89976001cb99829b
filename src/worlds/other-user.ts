import type { CallList } from '../host/processes/call-list.ts';
import { PR_SET_DUMPABLE } from '../linux/prctl.ts';

/** The user that a program of root becomes. */
export type ProgramUser = { readonly uid: number; readonly gid: number };

/**
 * Adds the calls by which a process becomes another user, without any further group. The kernel lets processes of that user
 * look into it then, which is taken back, and forgets the signal at the end of its parent (credentials(7), prctl(2)).
 */
export function addUser(list: CallList, { uid, gid }: ProgramUser): void {
  const words = `become user ${uid} of group ${gid}`;
  list.call(words, 'setgroups', [0, 0]);
  list.call(words, 'setresgid', [gid, gid, gid]);
  list.call(words, 'setresuid', [uid, uid, uid]);
  list.call('stay hidden', 'prctl', [PR_SET_DUMPABLE, 0]);
}
