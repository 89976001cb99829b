import { accessSync, constants } from 'node:fs';
import { S_IRWXG, S_IRWXO, S_IRWXU, S_ISGID } from '../../linux/stat.ts';
import type { HeldFile } from '../../resources/held-files.ts';
import { type Spelling, spellSetting } from '../../resources/spelling.ts';
import { quote } from '../../resources/written.ts';
import type { CallGroup } from '../../worlds/call-groups.ts';
import { launcherNow } from '../../worlds/start.ts';
import type { Walls } from '../../worlds/world.ts';
import type { Identity } from './identity.ts';

/** The facts that the warnings depend on. */
export type WriteGrant = {
  /** The file, directory or device of the host that is granted for writing. */
  readonly file: HeldFile;
  /** The path as it was written. */
  readonly written: string;
  readonly walls: Walls;
  readonly calls: readonly CallGroup[];
  /** The user that the program becomes; `undefined` for that of the launcher. */
  readonly user: Identity | undefined;
  /** The user's spelling, for remedies. */
  readonly spelling: Spelling;
};

const WRITE = 0o222;

/**
 * Says which writes fail in spite of a grant, because of owners, groups and modes: the program has no
 * capabilities, and in the namespaces of an ordinary user there is no group but the user's own.
 */
export function writeWarnings({ file, written, walls, calls, user, spelling }: WriteGrant): string[] {
  const { stats } = file;
  const what = quote(written);
  const warnings: string[] = [];
  const group = spelling === 'options' ? 'set_id_files' : '[set_id_files]';
  if (!mayWrite(file, user)) warnings.push(cannotWrite(what, stats.uid, user));
  if (walls === 'landlock' || !stats.isDirectory()) return warnings;
  if ((stats.mode & S_ISGID) !== 0 && !calls.includes('set_id_files'))
    warnings.push(
      `${what} passes its group on (set-group-ID): the program cannot change modes of such directories; grant '${spellSetting('system_calls', group, spelling)}' to allow that`,
    );
  if (!launcherNow().privileged && stats.gid !== process.getegid?.() && groups().includes(stats.gid))
    warnings.push(
      `The program cannot give files to group ${stats.gid}, to which ${what} belongs: in the namespaces of an ordinary user there is only the user's own group`,
    );
  return warnings;
}

function groups(): readonly number[] {
  return process.getgroups?.() ?? [];
}

/** Tells whether a process of this user may write to it without any capability. */
function mayWrite({ name, stats: { uid, gid, mode } }: HeldFile, user: Identity | undefined): boolean {
  if (user !== undefined)
    return (mode & WRITE & (uid === user.uid ? S_IRWXU : gid === user.gid ? S_IRWXG : S_IRWXO)) !== 0;
  if (process.geteuid?.() !== 0) {
    try {
      accessSync(name, constants.W_OK);
      return true;
    } catch {
      return false;
    }
  }
  // The kernel would answer for root with its capabilities.
  const member = gid === process.getegid?.() || groups().includes(gid);
  return (mode & WRITE & (uid === 0 ? S_IRWXU : member ? S_IRWXG : S_IRWXO)) !== 0;
}

function cannotWrite(what: string, owner: number, user: Identity | undefined): string {
  if (user !== undefined)
    return `The program cannot write to ${what}, which belongs to user ${owner}: it becomes user ${user.uid}`;
  return process.geteuid?.() === 0
    ? `The program cannot write to ${what}, which belongs to user ${owner}: a Linux program of root has no capabilities; start it as that user, or grant files of root`
    : `The program cannot write to ${what}: this user may not, either`;
}
