import { basename } from 'node:path';
import { type RunningProgram, runningPrograms } from '../control/registry.ts';
import { UsageError } from './options.ts';

/**
 * Finds a running program by the id of its command or of its first process, or by the name of its file.
 *
 * @throws UsageError when there is none, or several have the name.
 */
export function runningProgram(name: string): RunningProgram {
  const all = runningPrograms();
  const found = /^\d+$/.test(name)
    ? all.filter(({ pid, first }) => pid === Number(name) || first === Number(name))
    : all.filter(({ path }) => path === name || basename(path) === name);
  const [one, ...others] = found;
  if (one === undefined)
    throw new UsageError(`No command of yours runs '${name}'; 'cloudabi ps' lists the programs that run`);
  if (others.length > 0)
    throw new UsageError(`Several programs are named '${name}': ${found.map(({ pid }) => pid).join(', ')}`);
  return one;
}
