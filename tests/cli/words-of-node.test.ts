// Node reads the files of some options wherever they stand among its arguments, before any code of ours runs: files that
// mostly come with a project, and by which Node loads code.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type command, executable } from '../frame/cli/commands.ts';
import { makeFolder } from '../frame/programs.ts';

/** A file of variables with which Node would make a file, and that file. */
function makeTrap(t: TestContext): {
  readonly variables: string;
  readonly code: string;
  readonly made: string;
} {
  const folder = makeFolder(t);
  const [variables, code, made] = ['.env', 'code.cjs', 'made'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(code, `require('node:fs').writeFileSync(${JSON.stringify(made)}, '');`);
  writeFileSync(variables, `NODE_OPTIONS=--require=${code}\n`);
  return { variables, code, made };
}

/** Starts one of our commands by its own file, as a shell does. */
function started(
  name: Parameters<typeof executable>[0],
  words: readonly string[],
): ReturnType<typeof command> {
  const PATH = `${dirname(process.execPath)}:${process.env['PATH']}`;
  const { status, stdout, stderr, error } = spawnSync(executable(name), words, {
    encoding: 'utf8',
    env: { ...process.env, PATH },
    timeout: 300_000,
  });
  assert.equal(error, undefined);
  return { status, stdout, stderr };
}

test('Node itself reads no file of variables that an option names', (t) => {
  const { variables, made } = makeTrap(t);
  for (const words of [['--env-file', variables], [`--env-file=${variables}`]]) {
    const { status, stderr } = started('cloudabi', ['exec', ...words, '--', 'true']);
    assert.equal(status, 65);
    assert.match(stderr, /Variable NODE_OPTIONS steers which code programs run/);
  }
  assert.ok(!existsSync(made));
});

test('Node itself reads no file that the words of a program name', (t) => {
  const { variables, made } = makeTrap(t);
  for (const word of [`--env-file=${variables}`, `--env-file-if-exists=${variables}`]) {
    const { status, stdout, stderr } = started('cloudabi', ['exec', 'echo', word]);
    assert.deepEqual([status, stdout], [0, `${word}\n`], stderr);
    started('cloudabi', ['why', '--read', '/x', 'exec', 'echo', word]);
    started('cloudabi-run', ['echo', word]);
    started('cloudabi-oci', ['spec', word]);
  }
  assert.ok(!existsSync(made));
});

test('Node itself reads no settings that the words of a program name', (t) => {
  const { code, made } = makeTrap(t);
  const settings = join(dirname(code), 'node.config.json');
  writeFileSync(settings, JSON.stringify({ nodeOptions: { require: [code] } }));
  for (const words of [
    [`--experimental-config-file=${settings}`],
    ['--experimental-config-file', settings],
    ['--experimental-default-config-file'],
  ]) {
    const { status, stdout, stderr } = started('cloudabi', ['exec', 'echo', ...words]);
    assert.deepEqual([status, stdout], [0, `${words.join(' ')}\n`], stderr);
    started('cloudabi-run', ['echo', ...words]);
  }
  assert.ok(!existsSync(made));
});

test('the words of a program stay as they are, with options of Node among them and without', () => {
  const rest = ['', ':', ':x', '--', 'a  b', '*', "'", '$HOME', 'line\nend'];
  for (const words of [rest, ['--env-file=x', ...rest], [...rest, '--experimental-config-file=:']]) {
    const shown = ['sh', '-c', 'printf "<%s>" "$@"', 'sh', ...words];
    const { stdout, stderr } = started('cloudabi', ['exec', '--base', 'system', '--', ...shown]);
    assert.equal(stdout, words.map((word) => `<${word}>`).join(''), stderr);
  }
});

test('a command that is started by the name of Node says that Node has read the file', (t) => {
  const folder = makeFolder(t);
  const variables = join(folder, 'variables');
  writeFileSync(variables, 'A=1\n');
  const words = ['exec', `--env-file=${variables}`, '--base', 'system', '--', 'env'];
  const run = (...front: string[]): ReturnType<typeof command> => {
    const argv = [...front, executable('cloudabi'), ...words];
    const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
    return { status, stdout, stderr };
  };
  const refused = run();
  assert.equal(refused.status, 64);
  assert.match(
    refused.stderr,
    /^cloudabi exec: Node, which runs cloudabi, has read the file of --env-file itself/,
  );
  const { status, stdout, stderr } = run('--');
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^A=1$/m);
});
