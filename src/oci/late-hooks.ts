import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfiguration } from './config/configuration.ts';
import { readState, StateFile } from './container-state.ts';
import type { Warn } from './process/clamp-limits.ts';
import { runHooks } from './run-hooks.ts';

/**
 * Runs the hooks behind `start` or `delete`. One that fails does not undo what is done (OCI runtime specification,
 * "Lifecycle"): the log has it.
 *
 * @param finish Runs as soon as the container's files have been read.
 */
export function runLateHooks(
  states: string,
  id: string,
  point: 'poststart' | 'poststop',
  warn: Warn,
  finish: () => void,
): void {
  const { directory, bundle, document, pid } = readState(states, id);
  const text = readFileSync(join(directory, StateFile.configuration), 'utf8');
  const hooks = readConfiguration(text, bundle).hooks.get(point) ?? [];
  finish();
  const status = point === 'poststart' ? 'running' : 'stopped';
  const state = JSON.stringify({ ...document, pid: point === 'poststart' ? pid : 0, status });
  for (const hook of hooks) {
    try {
      runHooks(point, [hook], state);
    } catch (error) {
      warn(error instanceof Error ? error.message : String(error));
    }
  }
}
