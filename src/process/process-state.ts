import { SIGINT, SIGTERM, SIGUSR1 } from '../linux/signals.ts';

/**
 * Signals that by default end a process and for which Node has handlers that do not work in capability mode: SIGINT,
 * SIGUSR1 (which opens Node's debugger) and SIGTERM.
 */
export const TERMINATING: readonly number[] = [SIGINT, SIGUSR1, SIGTERM];

/**
 * Leaves the current directory, which a process would otherwise have from the one that started it. The mask of new files
 * stays that of the user.
 */
export function settle(): void {
  process.chdir('/');
}
