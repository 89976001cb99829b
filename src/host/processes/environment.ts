import { readFileSync } from 'node:fs';
import { type Address, bytesAt } from '../libc.ts';

/** The fields of proc(5) with `env_start` and `env_end`, counted from the field behind the process's name. */
const ENV_START = 47;
const ENV_END = 48;

/**
 * Forgets the environment that this process was started with: empties `process.env` and overwrites the strings in
 * memory, so that an attacker who controls the process later does not find the user's secrets there.
 */
export function forgetEnvironment(): void {
  for (const name of Object.keys(process.env)) delete process.env[name];
  const status = readFileSync('/proc/self/stat', 'latin1');
  // The name in parentheses may hold anything, blanks and parentheses too.
  const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
  const start = Number(fields[ENV_START]);
  const end = Number(fields[ENV_END]);
  if (start > 0 && end > start) bytesAt(start as Address, end - start).fill(0);
}
