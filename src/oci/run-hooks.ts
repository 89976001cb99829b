import { spawnSync } from 'node:child_process';
import { closeSync } from 'node:fs';
import { createMemoryFile } from '../host/files/memory-file.ts';
import type { Hook } from './config/configuration.ts';
import { OciError } from './oci-error.ts';

/**
 * Runs hooks, one after another, with the container's state on their standard input.
 *
 * @param point Its name, for messages.
 * @throws OciError for the first that fails.
 */
export function runHooks(point: string, hooks: readonly Hook[], state: string): void {
  for (const { path, arguments: args, environment, timeout } of hooks) {
    const [name, ...rest] = args;
    // A file in place of a pipe: a hook need not read it.
    const input = createMemoryFile('state', [Buffer.from(state)]);
    const { status, signal, error, stderr } = spawnSync(path, rest, {
      env: Object.fromEntries(environment.map((each) => splitVariable(each))),
      stdio: [input, 'ignore', 'pipe'],
      ...(name !== undefined && { argv0: name }),
      ...(timeout !== undefined && { timeout: timeout * 1000, killSignal: 'SIGKILL' as const }),
    });
    closeSync(input);
    if (error === undefined && status === 0) continue;
    const reason = error?.message ?? (signal === null ? `status ${status}` : `signal ${signal}`);
    const said = stderr?.toString().trim();
    throw new OciError(`The ${point} hook ${path} failed: ${reason}${said ? `: ${said}` : ''}`);
  }
}

function splitVariable(variable: string): readonly [name: string, value: string] {
  const equals = variable.indexOf('=');
  return equals < 0 ? [variable, ''] : [variable.slice(0, equals), variable.slice(equals + 1)];
}
