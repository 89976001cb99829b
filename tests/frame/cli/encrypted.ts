// An encrypted directory, its key, and ways to run our command there.
import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { TestContext } from 'node:test';
import { removeFolder } from '../programs.ts';
import { executable, type Outcome } from './commands.ts';

/** The places of a test. */
export type EncryptedScene = {
  readonly folder: string;
  readonly directory: string;
  readonly key: string;
  /** Runs `cloudabi` in the folder. */
  run(...args: readonly string[]): Outcome;
  /** Runs a script of sh(1) in the encrypted directory. */
  sh(script: string, ...options: readonly string[]): Outcome;
  /** Begins such a script. */
  begin(script: string): ChildProcessByStdio<null, Readable, Readable>;
};

/** Makes an empty directory and a key. */
export function encryptedScene(t: TestContext): EncryptedScene {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cloudabi-encrypted-')));
  t.after(() => t.after(() => removeFolder(folder)));
  const directory = join(folder, 'd');
  const key = join(folder, 'key');
  mkdirSync(directory);
  writeFileSync(key, randomBytes(32));
  const run = (...args: readonly string[]): Outcome => {
    const words = [executable('cloudabi'), ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, {
      cwd: folder,
      encoding: 'utf8',
      timeout: 300_000,
    });
    return { status, stdout, stderr };
  };
  const grants = ['exec', '--base', 'system', '--encrypt', directory, '--encrypt-key', key];
  const words = (script: string, options: readonly string[] = []): readonly string[] => [
    ...grants,
    ...['--chdir', directory, ...options, '--', '/bin/sh', '-c', script],
  ];
  return {
    folder,
    directory,
    key,
    run,
    sh: (script, ...options) => run(...words(script, options)),
    begin: (script) =>
      spawn(process.execPath, [executable('cloudabi'), ...words(script)], {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
  };
}
