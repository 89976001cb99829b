import { createRequire } from 'node:module';
import type { LinkBounds } from './linker-bounds.ts';
import { runLinker } from './linker-world.ts';
import type { OwnFolders } from './own-folders.ts';

/** Variables of the environment that would let esbuild start something else, or keep a thread. */
const STEERING = { ESBUILD_WORKER_THREADS: '0', ESBUILD_BINARY_PATH: undefined } as const;

/**
 * Loads esbuild here, only when something has to be linked: that takes longer than starting Node. It must not keep a
 * thread and a process of its own for next time, since this process may go into capability mode and never link again.
 */
export function loadLinker(): typeof import('esbuild') {
  const before = Object.keys(STEERING).map((name) => [name, process.env[name]] as const);
  for (const [name, value] of Object.entries(STEERING)) set(name, value);
  try {
    return createRequire(import.meta.url)('esbuild');
  } finally {
    for (const [name, value] of before) set(name, value);
  }
}

function set(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

/**
 * Runs esbuild's functions so that the process they start sees a program's own folders and nothing else. They start it by
 * `execFileSync` and have no option for that.
 *
 * @throws what `run` throws; LinkerEnded, ConfinementMissing
 */
export function withLinkerIn<T>(own: OwnFolders, bounds: LinkBounds, run: () => T): T {
  // Loading it takes time, which a program that is linked already can save.
  const childProcess = process.getBuiltinModule('node:child_process');
  const { execFileSync } = childProcess;
  const confined = (
    file: string,
    values: readonly string[],
    options: { readonly input: Uint8Array },
  ): Buffer => runLinker({ file, arguments: values, input: options.input }, own, bounds);
  childProcess.execFileSync = confined as typeof execFileSync;
  try {
    return run();
  } finally {
    childProcess.execFileSync = execFileSync;
  }
}
