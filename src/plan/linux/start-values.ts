import { statSync } from 'node:fs';
import { hostPath } from '../../host/files/host-path.ts';
import type { CommandParts } from '../../resources/command.ts';
import type { HeldFiles } from '../../resources/held-files.ts';
import type { Mistakes } from '../../resources/mistake.ts';
import { grantIn, spell } from '../../resources/spelling.ts';
import { quote } from '../../resources/written.ts';
import type { ProgramChain } from './chain.ts';
import type { PlannedTree } from './tree.ts';

/* The arguments, the variables and the directory that a Linux program starts with, beyond those that are granted. */

/** The process id that a program has in its own process namespace, where its init is the first. */
const OWN_PID = '2';

/**
 * Gives the arguments before those of the user. The name of a program is the one that was written, unless that leads
 * elsewhere from where it starts; a script's interpreter gets its path.
 *
 * @param path The program's absolute path.
 * @param shown The program as it was written.
 */
export function argumentsBefore(
  { arguments: before }: ProgramChain,
  path: string,
  shown: string,
  workingDirectory: string,
): readonly string[] {
  if (before.length > 1) return before;
  const relative = shown.includes('/') && !shown.startsWith('/');
  return [relative && workingDirectory !== process.cwd() ? path : shown];
}

/** Adds the variables that belong to a terminal and to sockets that are handed over (sd_listen_fds(3)). */
export function addToEnvironment(
  environment: Map<string, string>,
  { linux: { listenFds, terminal, descriptors, given }, spelling }: CommandParts,
  mistakes: Mistakes,
): void {
  if (terminal)
    for (const name of ['TERM', 'COLORTERM']) {
      const value = process.env[name];
      if (value !== undefined && !environment.has(name)) environment.set(name, value);
    }
  if (!listenFds) return;
  const numbers = [...descriptors.keys()];
  if (numbers.length === 0 || numbers.some((number, index) => number !== index + 3))
    mistakes.add(
      `With '${spell('listen_fds', spelling)}' the descriptors are numbered from 3 without a gap, not ${numbers.join(', ') || 'none'}`,
      given.get('listen_fds'),
    );
  environment.set('LISTEN_FDS', `${numbers.length}`);
  environment.set('LISTEN_PID', OWN_PID);
}

/** Finds the directory in which a program starts: the one that was asked for, else ours if it sees that, else the root. */
export function workingDirectoryOf(
  { linux: { workingDirectory, given }, spelling }: CommandParts,
  tree: PlannedTree,
  files: HeldFiles,
  mistakes: Mistakes,
): string {
  if (workingDirectory === undefined) return tree.hasPlace(process.cwd()) ? process.cwd() : '/';
  const place = tree.find(workingDirectory);
  if (place === undefined)
    mistakes.add(
      `The program does not see the working directory ${quote(workingDirectory)}; ${grantIn('directories', spelling)}`,
      given.get('working_directory'),
    );
  else if (place.host !== undefined && !isDirectory(place.host, files))
    mistakes.add(
      `The working directory ${quote(workingDirectory)} is not a directory`,
      given.get('working_directory'),
    );
  return workingDirectory;
}

function isDirectory(path: string, files: HeldFiles): boolean {
  const held = files.held(path);
  if (held !== undefined) return held.stats.isDirectory();
  return statSync(hostPath(path), { throwIfNoEntry: false })?.isDirectory() === true;
}
