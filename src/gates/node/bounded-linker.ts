import { withMemoryLimit } from '../../host/processes/memory-limit.ts';

/** What linking may take: a program that imports `/dev/zero`, or a pipe that nobody writes to, would take all there is. */
export type LinkBounds = {
  /** Milliseconds. */
  readonly time: number;
  /** Bytes. */
  readonly memory: number;
};

export const BOUNDS: LinkBounds = { time: 60_000, memory: 2 ** 32 };

/**
 * Runs esbuild with bounds. It starts its process by `execFileSync` and has no option for them.
 *
 * @throws what `run` throws; `LinkerEnded` when its process had to be ended.
 */
export function withinBounds<T>(run: () => T, { time, memory }: LinkBounds): T {
  // Loading it takes time, which a program that is linked already can save.
  const childProcess = process.getBuiltinModule('node:child_process');
  const { execFileSync } = childProcess;
  childProcess.execFileSync = ((file: string, args: string[], options: object) => {
    try {
      return execFileSync(file, args, { ...options, timeout: time, killSignal: 'SIGKILL' });
    } catch (error) {
      const late = error instanceof Error && 'code' in error && error.code === 'ETIMEDOUT';
      throw new LinkerEnded(
        late ? `it takes longer than ${time / 1000} s` : 'the linker has failed, or used up its memory',
      );
    }
  }) as typeof execFileSync;
  try {
    return withMemoryLimit(memory, run);
  } finally {
    childProcess.execFileSync = execFileSync;
  }
}

/** The linker's process ended without a word about the program. */
export class LinkerEnded extends Error {
  override readonly name = 'LinkerEnded';
}
