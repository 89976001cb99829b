// A program with a list of executables starts approved files and nothing else, by any route.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { command, executable, type Outcome } from '../../frame/cli/commands.ts';
import { passAsNobody } from '../../frame/other-user.ts';

const skip = spawnSync('gcc', ['--version']).status === 0 ? false : 'there is no gcc';
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cloudabi-executables-')));
const at = (name: string): string => join(folder, name);

before(() => {
  if (skip !== false) return;
  chmodSync(folder, 0o755);
  for (const name of ['bin', 'work', 'open']) mkdirSync(at(name));
  const options = ['-O1', '-w', '-D_GNU_SOURCE', '-pthread'];
  execFileSync('gcc', [...options, '-static', '-o', at('bin/try'), 'tests/run/linux/executables.c']);
  for (const letter of ['A', 'O']) {
    writeFileSync(at(`${letter}.c`), `int main(void) { return write(1, "${letter}", 1) != 1; }`);
    execFileSync('gcc', [...options, '-static', '-o', at(letter), at(`${letter}.c`)]);
    execFileSync('gcc', [...options, '-o', at(`dynamic${letter}`), at(`${letter}.c`)]);
  }
  execFileSync('gcc', [...options, '-no-pie', '-o', at('bin/not-pie'), at('A.c')]);
  execFileSync('gcc', [...options, '-z', 'execstack', '-o', at('bin/stack'), at('A.c')]);
  copyFileSync(at('dynamicA'), at('bin/pie'));
  copyFileSync(at('A'), at('bin/static'));
  writeFileSync(at('bin/script'), '#!/bin/sh\necho script\n', { mode: 0o755 });
  copyFileSync(at('O'), at('bin/other'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a list of files of the scene. */
function list(...names: readonly string[]): string {
  const { status, stderr } = command('cloudabi', ['checksum', '-o', at('list'), ...names.map(at)]);
  assert.equal(status, 0, stderr);
  return at('list');
}

const exec = (...words: readonly string[]): Outcome =>
  command('cloudabi', ['exec', '--no-stdin', '--read', at('bin'), '--write', at('work'), ...words]);

describe('a program with a list of executables', { skip }, () => {
  const attempt = (...words: readonly string[]): string => {
    const run = exec('--base', 'system', '--executables', at('list'), '--', at('bin/try'), ...words);
    assert.equal(run.status, 0, run.stderr);
    return run.stdout;
  };

  test('starts these, and no others', () => {
    list('bin/try', 'bin/static', 'bin/pie');
    assert.equal(attempt('start', at('bin/static')), 'started: A\n');
    assert.equal(attempt('start', at('bin/pie')), 'started: A\n');
    assert.equal(attempt('start', at('bin/other')), 'started: Permission denied\n');
    assert.equal(exec('--', at('bin/try'), 'start', at('bin/other')).stdout, 'started: O\n');
  });

  test('starts no copy of another file, with a name or without', () => {
    list('bin/try');
    for (const directory of [at('work'), '/tmp'])
      assert.doesNotMatch(attempt('copies', directory, at('bin/other')), /started: [AO]|started: started/);
    assert.match(
      exec('--', at('bin/try'), 'copies', at('work'), at('bin/other')).stdout,
      /copy started: O\n/,
    );
  });

  test('starts no file in memory', () => {
    list('bin/try');
    const tried = attempt('memory', at('bin/other'));
    assert.match(
      tried,
      /^memfd: Permission denied\nmemfd that never starts: started\nit started: (?!O|started)/,
    );
    assert.match(
      exec('--', at('bin/try'), 'memory', at('bin/other')).stdout,
      /^memfd: started\nmemfd started: O\n/,
    );
  });

  test('maps no code of other files, so that no loader starts them', () => {
    list('bin/try', 'bin/pie');
    const no = 'Operation not permitted';
    assert.equal(
      attempt('map', at('bin/other')),
      `mapped: ${no}\nmapped, then made executable: Permission denied\n`,
    );
    assert.equal(attempt('map', at('bin/pie')), 'mapped: started\nmapped, then made executable: started\n');
  });

  test('does not start a file that it was handed open', () => {
    list('bin/try');
    const run = (...options: readonly string[]): string =>
      spawnSync(
        process.execPath,
        [executable('cloudabi'), 'exec', '--read', at('bin'), ...options, '--', at('bin/try'), 'input'],
        { stdio: [openSync(at('bin/other'), 'r'), 'pipe', 'inherit'], encoding: 'utf8' },
      ).stdout;
    assert.equal(run('--executables', at('list')), 'input started: Permission denied\n');
  });

  test('is refused when a file is no longer the listed one, or one that it needs is not listed', () => {
    list('bin/try', 'bin/static');
    const text = readFileSync(at('list'), 'utf8');
    writeFileSync(at('list'), text.replace(/^[0-9a-f]{4}(?=.*try$)/m, '0000'));
    const changed = exec('--executables', at('list'), '--', at('bin/try'), 'start', '/');
    assert.equal(changed.status, 65);
    assert.match(
      changed.stderr,
      /The program needs '.*\/bin\/try' \(its SHA-256 is [0-9a-f]{64}\), which '.*list'/,
    );
    writeFileSync(at('list'), '');
    assert.match(exec('--executables', at('list'), '--', at('bin/pie')).stderr, /ld-linux|ld-musl|libc/);
    writeFileSync(at('list'), 'what is this\n');
    assert.match(
      exec('--executables', at('list'), '--', at('bin/try')).stderr,
      /^.*Line 1 of '.*list' is no checksum/,
    );
  });

  test('starts none of the refused kinds', () => {
    list('bin/try', 'bin/static', 'bin/pie', 'bin/not-pie', 'bin/stack', 'bin/script');
    const starts = (name: string, kind: string): string => {
      const options = ['--base', 'system', '--executables', at('list'), '--refuse', kind];
      const run = exec(...options, '--', at('bin/pie'));
      const why = command('cloudabi', [
        'why',
        '--exec',
        at(`bin/${name}`),
        'exec',
        '--read',
        at('bin'),
        ...options,
        '--',
        at('bin/pie'),
      ]);
      assert.equal(run.status, 0, run.stderr);
      return (
        why.stdout
          .split('\n')[0]
          ?.replace(/^(Yes|No).*?(?:: files of the kind '(.*)' are refused)?$/, '$1 $2') ?? ''
      );
    };
    assert.equal(starts('static', 'static'), 'No static');
    assert.equal(starts('pie', 'static'), 'Yes ');
    assert.equal(starts('not-pie', 'not-pie'), 'No not-pie');
    assert.equal(starts('stack', 'executable-stack'), 'No executable-stack');
    assert.equal(starts('script', 'script'), 'No script');
    const own = exec(
      '--base',
      'system',
      '--executables',
      at('list'),
      '--refuse',
      'dynamic',
      '--',
      at('bin/pie'),
    );
    assert.match(own.stderr, /files of the kind 'dynamic' are refused/);
  });

  test('starts none that another user could replace, where that is asked', () => {
    copyFileSync(at('A'), at('open/prog'));
    chmodSync(at('open'), 0o777);
    list('bin/try', 'open/prog');
    const options = ['--executables', at('list'), '--trusted', '--read', at('open')];
    const explained = exec('--explain', ...options, '--', at('bin/try'));
    assert.match(explained.stdout, /^ {2}\/.*\/bin\/try$/m);
    assert.match(explained.stdout, /not .*\/open\/prog: others may write to '.*\/open'/);
  });

  test('needs namespaces, without which nothing holds the list', () => {
    list('bin/try');
    const { status, stderr } = exec('--walls', 'landlock', '--executables', at('list'), '--', at('bin/try'));
    assert.equal(status, 65);
    assert.match(stderr, /'--executables' needs namespaces/);
  });
});

/** Exchanges the two files from outside, as another program of the host might, until it is killed. */
function swapOutside(): () => void {
  const script = `const { renameSync } = require('node:fs');
    for (;;) for (const [a, b] of [['prog', 'kept'], ['other', 'prog'], ['prog', 'other'], ['kept', 'prog']])
      try { renameSync('${at('work')}/' + a, '${at('work')}/' + b); } catch {}`;
  const child = spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
  return () => child.kill('SIGKILL');
}

test('the approved file runs, although another lies at its path while it is started', { skip }, () => {
  const race = (count: number, ...options: readonly string[]): readonly number[] => {
    copyFileSync(at('A'), at('work/prog'));
    copyFileSync(at('O'), at('work/other'));
    const alias = ['--write', `${at('work')}:/alias`];
    const words = ['race', at('work'), '/alias', String(count), at('bin/other')];
    const run = exec(...alias, ...options, '--', at('bin/try'), ...words);
    assert.equal(run.status, 0, run.stderr);
    return run.stdout.trim().split(' ').map(Number);
  };
  copyFileSync(at('A'), at('work/prog'));
  const lists = list('bin/try', 'work/prog');
  const [approved = 0, others] = race(3000, '--executables', lists);
  assert.equal(others, 0);
  assert.ok(approved > 0, String(approved));
  const stop = swapOutside();
  try {
    // A file that is exchanged outside takes the copy away; the file beneath it cannot be started.
    const [, found, refused] = raceWhenReady(() => race(1000, '--executables', lists));
    assert.equal(found, 0);
    assert.ok((refused ?? 0) >= 0);
  } finally {
    stop();
  }
  // Without a list, the same threads have the other file started, sooner or later on a busy machine.
  let started = 0;
  for (let attempt = 0; attempt < 30 && started === 0; attempt++) started = race(300)[1] ?? 0;
  assert.ok(started > 0);
});

/** The file has to be the approved one when the world is made, which the exchange outside makes a matter of luck. */
function raceWhenReady(run: () => readonly number[]): readonly number[] {
  for (let attempt = 0; ; attempt++) {
    try {
      return run();
    } catch (error) {
      if (attempt === 30) throw error;
    }
  }
}

test('the same as an ordinary user', { skip }, (t) => {
  passAsNobody(t, [new URL(import.meta.url)]);
});
