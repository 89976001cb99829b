import { posix, resolve } from 'node:path';
import { look } from '../../resources/file-kind.ts';
import { shellWord } from '../../text/shell-word.ts';
import type { LinuxPlan, ServedPlan } from '../plan-types.ts';
import { Wall } from '../wall-names.ts';
import { granted, refused } from './answers.ts';
import { lineOfEntry, lineOfGrant } from './lines.ts';
import { yamlWord } from './mend.ts';
import { permissionProblem } from './permission.ts';
import { SeenFiles } from './seen-files.ts';
import { connectedUnixSocket } from './sockets-of.ts';
import type { SocketUse, UseAnswer } from './use.ts';

/** Answers about a UNIX socket of the host: any that a Linux program sees can be connected to, if its user may write to it. */
export function answerWorldSocket(plan: LinuxPlan, { path }: SocketUse): UseAnswer {
  const { linux } = plan;
  const handed = connectedUnixSocket(plan.grants, path);
  if (handed !== undefined)
    return granted(`it is connected already, as descriptor ${handed.descriptor}`, lineOfGrant(handed), []);
  if (linux.walls === 'landlock')
    return refused(
      'without namespaces, a program connects to no UNIX socket',
      undefined,
      [Wall.seccomp],
      undefined,
    );
  const place = new SeenFiles(linux).find(path);
  const { entry, host, at } = place;
  const mend = { option: `--socket ${shellWord(path)}`, yaml: `sockets: [${yamlWord(path)}]` };
  if (entry?.kind !== 'mount' || host === undefined)
    return refused(
      'nothing grants it',
      undefined,
      [Wall.mounts],
      typeof look(path) === 'object' ? mend : undefined,
    );
  const line = lineOfEntry(entry);
  const stats = place.missing > 0 ? undefined : look(host);
  if (typeof stats !== 'object') return refused('there is nothing', line, [], undefined);
  if (!stats.isSocket()) return refused('it is no socket', line, [], undefined);
  const problem = permissionProblem(host, 'write');
  if (problem !== undefined)
    return refused(`the host does not permit it: ${problem}`, line, [Wall.permissions], undefined);
  const within =
    entry.type === 'socket' ? 'it is granted' : `it lies in what is granted at ${posix.dirname(at)}`;
  return granted(within, line, [Wall.mounts]);
}

/** Answers about a UNIX socket of a program that our kernel serves. */
export function answerServedSocket({ grants }: ServedPlan, { path }: SocketUse): UseAnswer {
  const handed = connectedUnixSocket(grants, resolve(path));
  if (handed !== undefined)
    return granted(`it is connected already, as descriptor ${handed.descriptor}`, lineOfGrant(handed), []);
  return refused('it can make no connection', undefined, [Wall.seccomp], {
    option: undefined,
    yaml: `service: !socket { connect: ${yamlWord(resolve(path))} }`,
  });
}
