// This launcher within others and within itself: what works, and that what does not names its cause.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { asUser, NOBODY } from '../../frame/other-user.ts';
import { makeFolder } from '../../frame/programs.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url)).replace(/\/$/, '');
const cloudabi = `${root}/dist/bin/cloudabi.js`;
const exec = [process.execPath, cloudabi, 'exec'];

type Outcome = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

function run(words: readonly string[]): Outcome {
  const [program = '', ...options] = words;
  return spawnSync(program, options, { encoding: 'utf8', timeout: 120_000 });
}

/** Runs a command within this launcher, itself with some options. */
function within(
  options: readonly string[],
  inner: readonly string[],
  before: readonly string[] = [],
): Outcome {
  return run([...before, ...exec, '--base', 'system', ...options, '--read', root, '--', ...exec, ...inner]);
}

/** A module whose `_start` does nothing. */
const NOTHING =
  '0061736d010000000104016000000302010005030100010713' + '02065f73746172740000066d656d6f727902000a040102000b';

const hello = ['--base', 'system', '--', 'echo', 'hello'];

function ordinary(): readonly string[] {
  const user = asUser(NOBODY);
  return 'missing' in user ? [] : user.words;
}

test('by Landlock and seccomp alone, it works within itself', () => {
  const { stdout, stderr } = within([], ['--walls', 'landlock', ...hello]);
  assert.deepEqual([stdout, stderr], ['hello\n', '']);
});

test('with leave to make namespaces, an ordinary user has all walls within itself', (t) => {
  const before = ordinary();
  if (before.length === 0 && process.getuid?.() === 0) return t.skip('no ordinary user here');
  const { stdout, stderr } = within(['--allow-calls', 'namespaces'], ['--no-proc', ...hello], before);
  assert.deepEqual([stdout, stderr], ['hello\n', '']);
});

const refused: readonly (readonly [
  words: string,
  options: readonly string[],
  said: RegExp,
  ordinary?: true,
])[] = [
  ['without leave', [], /There are no namespaces here: a filter of system calls .*--allow-calls namespaces/],
  [
    'with another /proc',
    ['--allow-calls', 'namespaces'],
    /Mount processes at \/proc: .* parts of the \/proc .*--no-proc.*systempaths=unconfined.*unmask=ALL.*procMount/,
    true,
  ],
  ['without mounts', ['--allow-calls', 'user_namespaces'], /lets it mount nothing/, true],
  [
    'with a read-only /proc',
    ['--allow-calls', 'namespaces', '--proc', 'processes'],
    /no namespaces here: \/proc is read-only here/,
    true,
  ],
];

for (const [words, options, said, user] of refused)
  test(`a mechanism that it lacks within itself is named: ${words}`, (t) => {
    const before = user === undefined ? [] : ordinary();
    if (user !== undefined && before.length === 0 && process.getuid?.() === 0)
      return t.skip('no ordinary user here');
    const { status, stderr } = within(options, hello, before);
    assert.equal(status, 69, stderr);
    assert.match(stderr, said);
    assert.doesNotMatch(stderr, /--accept-missing/);
  });

test('root that lacks capabilities is told to start it as an ordinary user', (t) => {
  if (process.getuid?.() !== 0) return t.skip('not root here');
  const { status, stderr } = within(['--allow-calls', 'namespaces'], hello);
  assert.equal(status, 69, stderr);
  assert.match(stderr, /root without all its capabilities.* start it as an ordinary user/);
});

test('without a /proc it says so, for every program, and advises to lower no wall', (t) => {
  const hidden = [
    'unshare',
    '--user',
    '--map-root-user',
    '--mount',
    'sh',
    '-c',
    'mount -t tmpfs none /proc && exec "$@"',
    'sh',
  ];
  if (run([...hidden, 'true']).status !== 0) return t.skip('no namespaces here');
  for (const words of [
    [...exec, '--', '/bin/true'],
    [...exec, fileURLToPath(import.meta.url)],
    [process.execPath, cloudabi, 'doctor'],
  ]) {
    const { status, stdout, stderr } = run([...hidden, ...words]);
    assert.equal(status, 69, stderr);
    assert.match(stderr, /Cannot start programs: no \/proc is mounted here; mount one/);
    assert.doesNotMatch(stdout + stderr, /--accept-missing|A mistake in cloudabi/);
  }
});

test('in the /proc of another process namespace it says so', (t) => {
  const foreign = ['unshare', '--user', '--map-root-user', '--pid', '--fork'];
  if (run([...foreign, 'true']).status !== 0) return t.skip('no namespaces here');
  const { status, stderr } = run([...foreign, ...exec, '--', '/bin/true']);
  assert.equal(status, 69, stderr);
  assert.match(stderr, /the \/proc that is mounted here is that of another process namespace/);
});

test('a WebAssembly program within a world has directories where lookups are allowed, and is told where not', (t) => {
  const folder = makeFolder(t);
  const program = join(folder, 'nothing.wasm');
  writeFileSync(program, Buffer.from(NOTHING, 'hex'));
  const start = ['--read', folder, program];
  const refusal = within(['--read', folder], start);
  assert.equal(refusal.status, 69, refusal.stderr);
  assert.match(
    refusal.stderr,
    /No directory can be granted here: a filter .* withholds openat2; .*set_id_files/,
  );
  const { status, stderr } = within(['--read', folder, '--allow-calls', 'set_id_files'], start);
  assert.deepEqual([status, stderr], [0, '']);
});
