// Runs a tool of a script to its end.
import { spawnSync } from 'node:child_process';

/** Runs a tool and gives what it has printed; the script ends with status 2 when the tool fails. */
export function run(...argv) {
  const { status, stdout, stderr, error } = spawnSync(argv[0], argv.slice(1), { encoding: 'utf8' });
  if (error || status !== 0) {
    console.error(error?.message ?? stderr);
    process.exit(2);
  }
  return stdout;
}
