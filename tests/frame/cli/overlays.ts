// A directory whose changes are kept aside, and the folder in which they are.
import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { TestContext } from 'node:test';
import { removeFolder } from '../programs.ts';
import { executable, type Outcome } from './commands.ts';

/** The places of a test, and ways to run our command there. */
export type OverlayScene = {
  readonly directory: string;
  /** The directory of the overlays. */
  readonly kept: string;
  /** Runs `cloudabi` in the directory. */
  run(...args: readonly string[]): Outcome;
  /** Runs a script of sh(1) in an overlay of the directory, which the script finds as its working directory. */
  change(script: string, ...options: readonly string[]): Outcome;
  /** Begins such a script. */
  begin(script: string): ChildProcessByStdio<null, Readable, null>;
  /** The upper directory of the only overlay. */
  upper(): string;
};

/**
 * Makes a directory with some files.
 *
 * @param files Contents by path.
 */
export function overlayScene(t: TestContext, files: Readonly<Record<string, string>>): OverlayScene {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cloudabi-overlays-')));
  t.after(() => {
    // The kernel's work directories, and some of programs, have no permissions.
    spawnSync('chmod', ['-R', 'u+rwx', folder]);
    removeFolder(folder);
  });
  const directory = join(folder, 'project');
  mkdirSync(directory);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  const kept = join(folder, 'state/cloudabi/overlays');
  const env = { ...process.env, XDG_STATE_HOME: join(folder, 'state') };
  const run = (...args: readonly string[]): Outcome => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [executable('cloudabi'), ...args], {
      cwd: directory,
      encoding: 'utf8',
      env,
      timeout: 300_000,
    });
    return { status, stdout, stderr };
  };
  const overlaid = (script: string, ...options: readonly string[]): readonly string[] => [
    'exec',
    '--base',
    'system',
    '--overlay',
    '.',
    ...options,
    '--',
    '/bin/sh',
    '-c',
    script,
  ];
  return {
    directory,
    kept,
    run,
    change: (script, ...options) => run(...overlaid(script, ...options)),
    begin: (script) =>
      spawn(process.execPath, [executable('cloudabi'), ...overlaid(script)], {
        cwd: directory,
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    upper: () => {
      const [id = ''] = overlaysOf(kept);
      return join(kept, id, 'upper');
    },
  };
}

/** Lists the overlays in a folder. */
export function overlaysOf(kept: string): readonly string[] {
  return readdirSync(kept).filter((name) => name !== 'lock');
}
