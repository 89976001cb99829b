// A commit that is killed: each file has its old or its new content, and the next commit goes on.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { executable } from '../frame/cli/commands.ts';
import { overlayScene, overlaysOf } from '../frame/cli/overlays.ts';
import { until } from '../frame/programs.ts';

const FILES = 100;
const names = Array.from({ length: FILES }, (_, index) => `d/file${index}`);
const STAGING = /^\.cloudabi-commit-/;

for (const [when, reached] of [
  ['while copies are prepared', (entries: readonly string[]) => entries.some((name) => STAGING.test(name))],
  ['while files are put in their places', (_: readonly string[], made: number) => made > 5],
  [
    'while files are deleted',
    (_: readonly string[], made: number, old: number) => made === FILES && old < FILES,
  ],
] as const)
  test(`a commit that is killed ${when} leaves old or new files, and is gone on with`, async (t) => {
    const files = Object.fromEntries(
      names.flatMap((name) => [
        [name, 'old'],
        [`${name}.old`, 'old'],
      ]),
    );
    const scene = overlayScene(t, files);
    scene.change('rm d/*.old; for f in d/file*; do echo new > $f; echo new > $f.new; done');
    const { directory } = scene;
    const ending = (suffix: string): number =>
      readdirSync(join(directory, 'd')).filter((name) => name.endsWith(suffix)).length;
    const commit = spawn(process.execPath, [executable('cloudabi'), 'commit'], {
      cwd: directory,
      env: { ...process.env, XDG_STATE_HOME: join(scene.kept, '../..') },
      stdio: 'ignore',
    });
    const ended = once(commit, 'close');
    await until(
      'the commit has come so far, or has ended',
      () => commit.exitCode !== null || reached(readdirSync(directory), ending('.new'), ending('.old')),
    );
    commit.kill('SIGKILL');
    await ended;
    for (const name of names) assert.match(readFileSync(join(directory, name), 'utf8'), /^(?:old|new\n)$/);
    if (overlaysOf(scene.kept).length > 0) {
      const { status, stderr } = scene.run('commit');
      assert.equal(status, 0, stderr);
    }
    assert.deepEqual(readdirSync(directory), ['d']);
    assert.deepEqual(overlaysOf(scene.kept), []);
    assert.equal(ending('.old'), 0);
    for (const name of names)
      for (const suffix of ['', '.new'])
        assert.equal(readFileSync(join(directory, `${name}${suffix}`), 'utf8'), 'new\n');
  });
