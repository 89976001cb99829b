// In containers, programs are often run by a number that no list of users has.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { modulePath } from '../frame/capsicum/child.ts';
import { executable } from '../frame/cli/commands.ts';
import { asUser } from '../frame/other-user.ts';
import { makeFolder } from '../frame/programs.ts';

const UNLISTED = 1_234_567_890;
const user = asUser(UNLISTED);
const skip = 'missing' in user && user.missing;

/** Runs Node as that user, in an environment of a path and these variables. */
function run(env: Readonly<Record<string, string>>, words: readonly string[], input = ''): object {
  assert.ok('words' in user);
  const [setpriv, ...options] = user.words;
  const { status, stdout, stderr } = spawnSync(setpriv, [...options, process.execPath, ...words], {
    encoding: 'utf8',
    input,
    timeout: 300_000,
    env: { PATH: process.env['PATH'], ...env },
  });
  return { status, stdout, stderr };
}

const printed = (stdout: string): object => ({ status: 0, stdout, stderr: '' });

/** Makes a folder for temporary files of all users. */
function makeTemporary(t: TestContext): string {
  const folder = makeFolder(t);
  chmodSync(folder, 0o1777);
  return folder;
}

for (const home of ['without a home', 'with a home']) {
  test(`a user whom no list has runs each kind of program, ${home}`, { skip }, (t) => {
    const env = {
      TMPDIR: makeTemporary(t),
      ...(home === 'with a home' && { HOME: makeFolder(t) }),
    };
    const [cloudabi, cloudabiRun] = [executable('cloudabi'), executable('cloudabi-run')];
    assert.deepEqual(
      run(env, [cloudabiRun, 'examples/hello/hello.wasm'], 'output: !fd stdout\nmessage: hello\n'),
      printed('hello\n'),
    );
    assert.deepEqual(
      run(env, [cloudabi, 'exec', '--base', 'system', '--', 'sh', '-c', 'echo hello']),
      printed('hello\n'),
    );
    assert.deepEqual(
      run(env, [cloudabiRun, 'examples/hello-typescript/hello.ts'], 'output: !fd stdout\nmessage: hello\n'),
      printed('hello\n'),
    );
    const prepares = `import { enter, prepare } from ${JSON.stringify(modulePath)};
      import os from 'node:os';
      await prepare({ system: true });
      enter();
      try { os.userInfo(); } catch ({ code }) { console.log(code, os.cpus().length > 0); }`;
    assert.deepEqual(run(env, ['--input-type=module', '-e', prepares]), printed('ERR_SYSTEM_ERROR true\n'));
  });
}

test('a home that is not there is not made', (t) => {
  const home = join(makeFolder(t), 'none');
  const { XDG_CACHE_HOME: _, ...env } = process.env;
  const { status, stderr } = spawnSync(
    process.execPath,
    [executable('cloudabi-run'), 'examples/hello-typescript/hello.ts'],
    {
      input: 'output: !fd stdout\nmessage: hello\n',
      encoding: 'utf8',
      env: { ...env, HOME: home },
    },
  );
  assert.equal(status, 0, stderr);
  assert.ok(!existsSync(home));
});

test('folders in the place of ours that another user has made are not used', { skip }, (t) => {
  const temporary = makeTemporary(t);
  // One lets all users write, the other is a link that its owner could change to lead elsewhere.
  const taken = [`/dev/shm/cloudabi-${UNLISTED}`, join(temporary, `cloudabi-${UNLISTED}`)] as const;
  const ours = makeFolder(t);
  chownSync(ours, UNLISTED, UNLISTED);
  mkdirSync(taken[0]);
  t.after(() => rmSync(taken[0], { recursive: true, force: true }));
  chmodSync(taken[0], 0o777);
  symlinkSync(ours, taken[1]);
  const hello = [executable('cloudabi-run'), 'examples/hello-typescript/hello.ts'];
  assert.deepEqual(
    run({ TMPDIR: temporary }, hello, 'output: !fd stdout\nmessage: hello\n'),
    printed('hello\n'),
  );
  for (const folder of [...taken, ours]) assert.deepEqual(readdirSync(folder), []);
  // A program that runs for long is listed in a folder of its own.
  const others = readdirSync(temporary).filter((name) => name !== `cloudabi-run-${UNLISTED}`);
  assert.deepEqual(others, [`cloudabi-${UNLISTED}`]);
});
