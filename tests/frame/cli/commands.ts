// Runs our executables as a user would.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The path of one of our executables. */
export function executable(name: 'cloudabi' | 'cloudabi-run' | 'cloudabi-oci'): string {
  return fileURLToPath(new URL(`../../../../dist/bin/${name}.js`, import.meta.url));
}

/** End of a command. */
export type Outcome = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

/** Runs one of our executables to its end; `cwd` and standard input are given, the environment is inherited. */
export function command(
  name: 'cloudabi' | 'cloudabi-run',
  args: readonly string[],
  { input = '', cwd = '.' }: { input?: string; cwd?: string } = {},
): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--', executable(name), ...args], {
    input,
    cwd,
    encoding: 'utf8',
    timeout: 300_000,
  });
  return { status, stdout, stderr };
}
