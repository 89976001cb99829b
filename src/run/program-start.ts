import type { LaunchOptions } from '../process/options.ts';
import type { Process } from '../process/process.ts';

/** Starts a program, as `launch` does. */
export type LaunchProgram = (program: string, argdata: unknown, options: LaunchOptions) => Process;

let launchProgram: LaunchProgram | undefined;

/** Says how services have programs started: `launch` lies above them, and leads to them. */
export function startProgramsWith(launch: LaunchProgram): void {
  launchProgram = launch;
}

/**
 * Starts a program for a service.
 *
 * @throws Error in a process that cannot start programs, and the errors of `launch`.
 */
export function startProgram(program: string, argdata: unknown, options: LaunchOptions): Process {
  if (launchProgram === undefined) throw new Error('Programs cannot be started here');
  return launchProgram(program, argdata, options);
}
