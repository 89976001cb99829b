import type { PlannedLinux } from '../plan/linux/planned.ts';
import { describeRefused, type ExitReason } from '../process/exit-reason.ts';
import type { ResourceLimit } from '../worlds/world.ts';

/** Limits that the host's kernel holds by an error for the program alone, and their names for the user. */
const quiet: Partial<Readonly<Record<ResourceLimit, string>>> = {
  dataSize: 'memory',
  processes: 'processes',
  openFiles: 'open_files',
  fileSize: 'file_size',
};

/**
 * Says which limits may be behind the failure of a Linux program, whose own words are often others ("codec error").
 *
 * @param resources The limits that hold each process by itself.
 * @returns Lines for people: of limits that are known to have refused something, else of those that would not tell.
 */
export function limitWords(resources: PlannedLinux['resources'], reason: ExitReason): string[] {
  if (reason.kind !== 'exited' && reason.kind !== 'signaled') return [];
  const { refused = [] } = reason;
  if (refused.length > 0) return refused.map(describeRefused);
  if (reason.kind === 'exited' && reason.code === 0) return [];
  const names = resources.flatMap(([name]) => quiet[name] ?? []).map((name) => `'${name}'`);
  if (names.length === 0) return [];
  const many = names.length === 1 ? '' : 's';
  return [`it may have reached its limit${many} ${names.join(' or ')}; the host does not report that`];
}
