// Runs Linux programs in a world of their own.
import { text } from 'node:stream/consumers';
import type { ExitReason } from '../../../../src/process/exit-reason.ts';
import { type CommandOptions, command, pipe } from '../../../../src/resources/constructors.ts';
import { launch } from '../../../../src/run/launch.ts';

/** End and output of a program. */
export type Outcome = { readonly reason: ExitReason; readonly out: string; readonly errors: string };

/** Runs a program to its end. */
export async function run(program: string, options: CommandOptions): Promise<Outcome> {
  const stdout = pipe('write');
  const stderr = pipe('write');
  const started = launch(program, command({ ...options, stdout, stderr }));
  const [reason, out, errors] = await Promise.all([started.exited, text(stdout.stream), text(stderr.stream)]);
  return { reason, out, errors };
}

/** Runs a shell command with the programs of this host. */
export function shell(script: string, options: CommandOptions = {}): Promise<Outcome> {
  return run('/bin/sh', { base: 'system', ...options, arguments: ['-c', script] });
}
