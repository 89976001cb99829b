import { basename } from 'node:path';
import type { ControlClient } from '../control/line-client.ts';
import { type RunningProgram, runningPrograms } from '../control/registry.ts';
import { UsageError } from './options.ts';

/**
 * Connects to the command of a running program; `undefined` where the command only waits, perhaps since its entry was read.
 *
 * @param onEvent Called for values that answer no request.
 * @throws UsageError when the command has ended since, Error when it does not listen.
 */
export async function openControl(
  { entry, pid, socket }: RunningProgram,
  onEvent?: (event: unknown) => void,
): Promise<ControlClient | undefined> {
  if (socket === undefined) return undefined;
  const { ControlClient } = await import('../control/line-client.ts');
  try {
    return await ControlClient.open(socket, onEvent);
  } catch (error) {
    const now = runningPrograms().find((one) => one.entry === entry);
    if (now === undefined) throw new UsageError(`The command ${pid} has ended meanwhile`);
    if (now.socket === undefined) return undefined;
    throw error;
  }
}

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
