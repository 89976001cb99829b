import { posix } from 'node:path';
import { EMPTY_FILES } from '../../worlds/proc-covers.ts';
import { OWN_DIRECTORIES, sharedNames } from '../../worlds/proc-names.ts';
import { settingTexts, topTexts } from '../../worlds/proc-texts.ts';
import type { ProcEntry } from '../../worlds/world.ts';
import { Wall } from '../wall-names.ts';
import { granted, refused } from './answers.ts';
import { permissionProblem } from './permission.ts';
import type { SeenPlace } from './seen-files.ts';
import type { DecidingLine, PathAccess, UseAnswer } from './use.ts';

/** A /proc of a program, and its line. */
export type ProcPart = { readonly entry: ProcEntry; readonly line: DecidingLine };

/** Answers about a path beneath a /proc. */
export function answerProc(kind: PathAccess, { at }: SeenPlace, { entry, line }: ProcPart): UseAnswer {
  const path = posix.relative(entry.at, at);
  const [name = '', ...more] = path.split('/');
  if (kind === 'exec') return refused('nothing in it can be started', line, [Wall.noExecute], undefined);
  if (name === '')
    return kind === 'read'
      ? granted('its own processes are listed there', line, [Wall.processes])
      : refused('nothing can be made there', line, [], undefined);
  if (/^(?:\d+|self|thread-self)$/.test(name)) return aboutProcesses(kind, more, { entry, line });
  if (kind === 'write')
    return refused('processes of the whole machine share it', line, [Wall.mounts, Wall.landlock], undefined);
  const exists =
    sharedNames().some((one) => one.name === name && one.certain) || /^(?:mounts|net)$/.test(name);
  if (!exists) return refused('the kernel has nothing of that name', line, [], undefined);
  if (entry.show !== 'processes' && isShown(entry, path, name))
    return granted(
      entry.show === 'everything'
        ? 'its /proc shows everything'
        : 'it tells the share of the machine that the program has',
      line,
      [Wall.mounts],
    );
  return refused('its /proc does not show it', line, [Wall.mounts], {
    option: '--proc everything',
    yaml: 'proc: everything',
  });
}

/** The attributes of a process have the same modes for all of them. */
function aboutProcesses(kind: PathAccess, more: readonly string[], { entry, line }: ProcPart): UseAnswer {
  const problem = permissionProblem(posix.join('/proc/self', ...more), kind);
  if (problem !== undefined)
    return refused(`the host does not permit it: ${problem}`, line, [Wall.permissions], undefined);
  if (kind === 'read') return granted('it is about its own processes', line, [Wall.processes]);
  if (entry.show !== 'processes' && entry.attributes && more.length > 0)
    return granted('it is an attribute of its own processes', line, [Wall.processes]);
  return refused('its /proc is read-only', line, [Wall.readOnly, Wall.landlock], undefined);
}

type SharedProc = Exclude<ProcEntry, { show: 'processes' }>;

function isShown({ show, share }: SharedProc, path: string, name: string): boolean {
  if (show === 'everything' || /^(?:mounts|net)$/.test(name)) return true;
  if (OWN_DIRECTORIES.includes(name)) return true;
  if (name === 'sys') {
    const shown = [...settingTexts(share).keys(), 'sys/kernel/random/uuid'];
    return shown.some((one) => one === path || one.startsWith(`${path}/`));
  }
  return [...topTexts(share).keys(), ...EMPTY_FILES, 'stat', 'uptime'].includes(path);
}
