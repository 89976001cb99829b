/** Signals that by default end a process and for which Node has handlers that do not work in capability mode. */
export const TERMINATING: readonly number[] = [2, 15];

/** What files that a program creates may not allow: writing by group and others. */
const UMASK = 0o022;

/** Sets what a process would otherwise inherit from whoever started it: umask and current directory. */
export function settle(): void {
  process.umask(UMASK);
  process.chdir('/');
}
