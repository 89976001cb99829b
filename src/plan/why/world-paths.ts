import { posix } from 'node:path';
import { look } from '../../resources/file-kind.ts';
import { quote } from '../../resources/written.ts';
import { shellWord } from '../../text/shell-word.ts';
import { landlockHoldsFiles } from '../../worlds/landlock-domain.ts';
import { entryLimits } from '../linux/enforcement.ts';
import type { PlannedEntry, PlannedLinux } from '../linux/planned.ts';
import type { LinuxPlan } from '../plan-types.ts';
import { heldHere, Wall } from '../wall-names.ts';
import { granted, refused } from './answers.ts';
import { lineOfEntry as lineOf, lineOfGrant } from './lines.ts';
import { grantPath } from './mend.ts';
import { permissionProblem } from './permission.ts';
import { answerProc } from './proc-paths.ts';
import { answerByRules } from './ruled-paths.ts';
import { SeenFiles, type SeenPlace } from './seen-files.ts';
import { programProblem } from './started.ts';
import { streamAt } from './streams.ts';
import type { DecidingLine, Mend, PathAccess, PathUse, UseAnswer } from './use.ts';

type Mount = Extract<PlannedEntry, { kind: 'mount' }>;

/** The mechanisms that keep a Linux program from everything that no entry of its world names. */
function aroundWorld({ walls, calls }: PlannedLinux): readonly string[] {
  const landlock = landlockHoldsFiles({ walls, calls }) ? [Wall.landlock] : [];
  return walls === 'all' ? [Wall.mounts, ...landlock] : landlock;
}

/** Answers about a path of a Linux program. */
export function answerWorldPath(plan: LinuxPlan, use: PathUse): UseAnswer {
  const files = new SeenFiles(plan.linux);
  const place = files.find(use.path);
  return answerByRules(plan.linux.rules, use.kind, place, answerByGrants(plan, use, files, place));
}

function answerByGrants(
  { linux, grants }: LinuxPlan,
  use: PathUse,
  files: SeenFiles,
  place: SeenPlace,
): UseAnswer {
  const stream = linux.walls === 'landlock' ? streamAt(grants, use.kind, place.at) : undefined;
  if (stream !== undefined)
    return granted('it is open as one of its descriptors', lineOfGrant(stream), [Wall.landlock]);
  const { entry } = place;
  if (entry === undefined) return outside(linux, use, place);
  switch (entry.kind) {
    case 'mount':
      return mounted(linux, files, use, place, entry);
    case 'tmpfs':
      return inMemory(use, place, entry);
    case 'proc':
      return answerProc(use.kind, place, { entry, line: lineOf(entry) });
    default:
      return made(use, place, entry);
  }
}

/** Nothing is there but, perhaps, a directory on the way to something else. */
function outside(linux: PlannedLinux, { kind }: PathUse, place: SeenPlace): UseAnswer {
  const { at, missing } = place;
  const by = heldHere([{ limit: '', by: aroundWorld(linux) }])[0]?.by ?? [];
  if (missing === 0 && kind === 'read' && linux.walls === 'all')
    return granted('it is a directory on the way to what is granted, and can be listed', undefined, by);
  if (missing === 0 && linux.walls === 'all')
    return refused(
      'it is a directory on the way to what is granted, and read-only',
      undefined,
      by,
      undefined,
    );
  return refused('nothing grants it', undefined, by, mendFor(kind, at));
}

/** The grant of a path of the host at the same place; of a missing file that is to be written, its directory. */
function mendFor(kind: PathAccess, at: string): Mend | undefined {
  const stats = look(at);
  if (typeof stats === 'object') return grantPath(kind, { path: at, at, directory: stats.isDirectory() });
  if (kind !== 'write' || typeof look(posix.dirname(at)) !== 'object') return undefined;
  const path = posix.dirname(at);
  return grantPath(kind, { path, at: path, directory: true });
}

function mounted(
  linux: PlannedLinux,
  files: SeenFiles,
  { kind }: PathUse,
  place: SeenPlace,
  entry: Mount,
): UseAnswer {
  const { at, host = entry.path, missing, withheld } = place;
  const line = lineOf(entry);
  const stats = missing > 0 ? undefined : look(host);
  if (entry.type === 'socket' || (typeof stats === 'object' && stats.isSocket()))
    return refused('it is a socket, which is connected to and not opened', line, [], undefined);
  const limits = entryLimits(entry, linux);
  const holds = (limit: RegExp): readonly string[] => limits.find((one) => limit.test(one.limit))?.by ?? [];
  const isDevice = typeof stats === 'object' && (stats.isCharacterDevice() || stats.isBlockDevice());
  if (isDevice && entry.type !== 'device' && kind !== 'exec' && linux.walls === 'all')
    return refused(
      'it is a device, and only one that is granted by its own name can be opened',
      line,
      [Wall.noDevices],
      grantPath(kind, { path: host, at, directory: false }),
    );
  if (kind === 'write') {
    if (withheld !== undefined) {
      const reason = withheld.withheld ?? 'it leads to another grant';
      return refused(`it is withheld from writing: ${reason}`, lineOf(withheld), [Wall.readOnly], undefined);
    }
    if (entry.access === 'read')
      return refused(
        'it is granted for reading only',
        line,
        holds(/^No (?:change|writing)/),
        widened(kind, entry, 'write'),
      );
  }
  if (kind === 'exec' && linux.executables !== undefined) {
    const answer = notApproved(linux.executables, at, line);
    if (answer !== undefined) return answer;
  } else if (kind === 'exec' && !entry.execute)
    return refused(
      'nothing in it can be started',
      line,
      holds(/^No program/),
      widened(kind, entry, 'execute'),
    );
  if (stats === undefined || typeof stats === 'string') {
    if (kind !== 'write' || missing !== 1 || entry.type !== 'directory')
      return refused(`there is nothing at ${quote(host)} on the host`, line, [], undefined);
    const problem = permissionProblem(posix.dirname(host), 'write');
    if (problem !== undefined) return notPermitted(posix.dirname(host), problem, line);
    return granted('it can be made there', line, aroundWorld(linux));
  }
  if (kind === 'exec' && !stats.isFile())
    return refused('it is no file that can be started', line, [], undefined);
  const problem = permissionProblem(host, kind);
  if (problem !== undefined) return notPermitted(host, problem, line);
  if (kind === 'exec') {
    const lacking = programProblem(host, (path) => {
      const found = files.find(path);
      if (found.missing > 0 || found.entry?.kind !== 'mount' || found.host === undefined)
        return { problem: 'is not there' };
      const approved = linux.executables?.files.some((file) => file.at === found.at) ?? false;
      return found.entry.execute || approved ? { host: found.host } : { problem: 'cannot be executed' };
    });
    if (lacking !== undefined)
      return refused(
        lacking.reason,
        line,
        [Wall.mounts],
        lacking.path === undefined ? undefined : mendFor('exec', lacking.path),
      );
  }
  return granted(`it is granted${entry.why === 'base' ? ' by the base' : ''}`, line, aroundWorld(linux));
}

/** Answers for a file that is not among the approved ones. */
function notApproved(
  { list, files, refused: others }: NonNullable<PlannedLinux['executables']>,
  at: string,
  line: DecidingLine,
): UseAnswer | undefined {
  if (files.some((file) => file.at === at)) return undefined;
  const why = others.find(({ path }) => path === at)?.reason;
  const by = [Wall.noExecute, Wall.landlock, Wall.seccomp];
  const words = `cloudabi checksum ${shellWord(at)}`;
  return refused(`${quote(list)} does not approve it${why === undefined ? '' : `: ${why}`}`, line, by, {
    option: `a line of '${words}' in ${list}`,
    yaml: `a line of '${words}' in ${list}`,
  });
}

/** The same grant with a right more. */
function widened(kind: PathAccess, entry: Mount, right: 'write' | 'execute'): Mend {
  const { at, path, type, why } = entry;
  const directory = type === 'directory';
  const mend = grantPath(kind, { path, at, directory });
  // A part of the base has no line of its own: the grant covers it.
  if (!/^(?:directories|files)\[/.test(why)) return mend;
  const more = right === 'write' && directory ? "'write', 'create' and 'remove'" : `'${right}'`;
  // The rights that it has stay.
  const [, value = ''] = /^\S+ (.*)$/s.exec(mend.option ?? '') ?? [];
  const verb = entry.access === 'write' || right === 'write' ? '--write' : '--read';
  const option = entry.execute || right === 'execute' ? verb : `${verb}-data`;
  return { option: `${option} ${value} instead`, yaml: `add ${more} to the rights of ${why}` };
}

function inMemory(
  { kind }: PathUse,
  { missing }: SeenPlace,
  entry: Extract<PlannedEntry, { kind: 'tmpfs' }>,
): UseAnswer {
  const line = lineOf(entry);
  const around = [Wall.mounts, Wall.landlock];
  if (missing === 0 && kind !== 'exec') return granted('it is private, in memory', line, around);
  if (kind === 'write' && missing === 1) return granted('it can be made there, in memory', line, around);
  if (kind === 'exec' && !entry.execute)
    return refused('nothing in it can be started', line, [Wall.noExecute, Wall.landlock], undefined);
  return refused(
    'nothing is there when the program starts, and only the program can make it',
    line,
    [],
    undefined,
  );
}

/** Things that are made for the program. */
function made({ kind }: PathUse, { missing }: SeenPlace, entry: PlannedEntry): UseAnswer {
  const line = lineOf(entry);
  if (missing > 0) return refused('there is nothing', line, [], undefined);
  const writes = entry.kind === 'device' || entry.kind === 'console' || entry.kind === 'terminals';
  if (kind === 'read' || (kind === 'write' && writes)) return granted('it is made for the program', line, []);
  const by = kind === 'exec' ? [Wall.noExecute] : [Wall.readOnly, Wall.landlock];
  return refused(kind === 'exec' ? 'it is no program' : 'it can only be read', line, by, undefined);
}

function notPermitted(path: string, problem: string, line: DecidingLine): UseAnswer {
  return refused(
    `the host does not permit it at ${quote(path)}: ${problem}`,
    line,
    [Wall.permissions],
    undefined,
  );
}
