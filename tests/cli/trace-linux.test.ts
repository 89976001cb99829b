import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { command, type Outcome } from '../frame/cli/commands.ts';
import { makeFolder, setEnvironment } from '../frame/programs.ts';

/** One refusal of `--trace --json`. */
type Line = Readonly<Record<'category' | 'object' | 'option' | 'yaml' | 'reason', string>> & {
  readonly process: { readonly pid: number; readonly executable: string };
  readonly by: readonly string[];
};

/** A folder with a granted and an ungranted part, and a cache of the test's own. */
function makeScene(t: TestContext): {
  readonly folder: string;
  readonly granted: string;
  readonly secret: string;
} {
  const folder = makeFolder(t);
  const [granted, secret] = [join(folder, 'granted'), join(folder, 'secret')];
  mkdirSync(granted);
  writeFileSync(secret, 'secret\n');
  writeFileSync(join(granted, 'a.txt'), 'a\n');
  setEnvironment(t, { XDG_CACHE_HOME: join(folder, 'cache') });
  return { folder, granted, secret };
}

function trace(
  script: string,
  ...options: readonly string[]
): { readonly lines: readonly Line[]; readonly run: Outcome } {
  const words = ['exec', '--trace', '--json', '--base', 'system', ...options, '--', '/bin/sh', '-c', script];
  const run = command('cloudabi', words);
  const lines = run.stderr.split('\n').filter((line) => line.startsWith('{'));
  return { lines: lines.map((line): Line => JSON.parse(line)), run };
}

const about = (lines: readonly Line[], object: string): readonly Line[] =>
  lines.filter((line) => line.object === object);

test('a file of the host that was not granted is told with both spellings of its grant', (t) => {
  const { secret } = makeScene(t);
  const [line] = about(trace(`cat ${secret}`).lines, secret);
  assert.equal(line?.category, 'read');
  assert.match(line?.process.executable ?? '', /cat$|coreutils$/);
  assert.equal(line?.option, `--read-data ${secret}`);
  assert.equal(line?.yaml, `files: { ${secret}: !file { path: ${secret}, rights: [read] } }`);
  assert.ok(line?.by.includes('mount namespace'));
});

test('a path that is on the host neither was never there, and is not told', (t) => {
  const { folder, granted } = makeScene(t);
  const { lines } = trace(`cat ${folder}/nothing; cat ${granted}/nothing`, '--read', granted);
  assert.deepEqual(about(lines, `${folder}/nothing`), []);
  assert.deepEqual(about(lines, `${granted}/nothing`), []);
});

test('a path is told without single dots and doubled slashes', (t) => {
  const { folder, secret } = makeScene(t);
  writeFileSync(join(folder, 'tool'), '#!/bin/sh\n', { mode: 0o755 });
  const { lines } = trace(`cd ${folder} 2> /dev/null; ${folder}/.//./tool; cat ${folder}//secret`);
  assert.deepEqual(
    lines.filter(({ category }) => category !== 'chdir').map(({ object, option }) => [object, option]),
    [
      [`${folder}/tool`, `--read ${folder}/tool`],
      [secret, `--read-data ${secret}`],
    ],
  );
});

test('a granted file is not told', (t) => {
  const { granted } = makeScene(t);
  const { lines, run } = trace(`cat ${granted}/a.txt`, '--read', granted);
  assert.equal(run.stdout, 'a\n');
  assert.deepEqual(about(lines, `${granted}/a.txt`), []);
});

test('changes in a directory that can only be read are told by their categories', (t) => {
  const { granted } = makeScene(t);
  const { lines } = trace(
    `cd ${granted}; echo > new; mkdir sub; rm -f a.txt; mv a.txt b.txt; chmod 600 a.txt; :`,
    '--read',
    granted,
  );
  const told = new Map(lines.map(({ object, category }) => [object, category]));
  assert.equal(told.get(`${granted}/new`), 'create');
  assert.equal(told.get(`${granted}/sub`), 'mkdir');
  assert.equal(told.get(`${granted}/a.txt`), 'delete');
  assert.ok(
    lines.every(({ option }) => !option.startsWith('--read')),
    JSON.stringify(lines),
  );
});

test('a program that lies where nothing can be started is told', (t) => {
  const { granted } = makeScene(t);
  writeFileSync(join(granted, 'tool'), '#!/bin/sh\n', { mode: 0o755 });
  const [line] = about(trace(`${granted}/tool`, '--read-data', granted).lines, `${granted}/tool`);
  assert.equal(line?.category, 'exec');
  assert.equal(line?.option, `--read ${granted} instead`);
});

test('files that a program made in its own /tmp are not told, though the host has others there', (t) => {
  const { folder } = makeScene(t);
  const { lines, run } = trace(`mkdir -p ${folder}; echo own > ${folder}/secret; cat ${folder}/secret`);
  assert.equal(run.stdout, 'own\n');
  assert.deepEqual(
    lines.filter(({ object }) => object === `${folder}/secret`),
    [],
  );
});

test('a UNIX socket that was not granted is told with its option', async (t) => {
  const { folder } = makeScene(t);
  const path = join(folder, 'socket');
  const server = createServer().listen(path);
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const code = `require('node:net').connect(${JSON.stringify(path)}).on('error', () => 0)`;
  const { stderr } = command('cloudabi', [
    'exec',
    '--trace',
    '--json',
    '--dev',
    '--',
    process.execPath,
    '-e',
    code,
  ]);
  const lines = stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): Line => JSON.parse(line));
  const [line] = about(lines, path);
  assert.equal(line?.category, 'net/connect');
  assert.equal(line?.option, `--socket ${path}`);
});

test('a connection without a network is told with the rule that would allow it', (t) => {
  makeScene(t);
  const code = `require('node:net').connect(80, '192.0.2.1').on('error', () => 0)`;
  const { stderr } = command('cloudabi', ['exec', '--trace', '--', process.execPath, '-e', code]);
  assert.match(
    stderr,
    /net\/connect of 192\.0\.2\.1:80 refused: it has no network .*; --net 192\.0\.2\.1:80, or network/,
  );
});

test('the missing grants of the last run are printed, and with them the program runs', (t) => {
  const { folder, secret } = makeScene(t);
  trace(`cat ${secret}`);
  const { status, stdout } = command('cloudabi', ['learn', '--from-last']);
  assert.equal(status, 0);
  const [option] = stdout.split('\n').filter((line) => line.startsWith('--'));
  assert.equal(option, `--read-data ${secret}`);
  assert.match(stdout, /^files:$/m);
  const again = command('cloudabi', [
    'exec',
    '--base',
    'system',
    ...(option ?? '').split(' '),
    '--',
    '/bin/cat',
    secret,
  ]);
  assert.equal(again.stdout, 'secret\n');
  assert.ok(folder);
});

test('the missing grants are added to a document, whose comments and order stay', (t) => {
  const { folder, granted, secret } = makeScene(t);
  const document = join(folder, 'grants.yaml');
  const script = `cat ${secret}; echo > ${granted}/new`;
  writeFileSync(
    document,
    `# Ours\n!command\nbase: system\narguments: [-c, '${script}']\nstdout: !fd stdout\ndirectories:\n  ${granted}: !file { path: granted, rights: [read] } # the project\n`,
  );
  const first = command('cloudabi', ['run', '--trace', '--config', document, '/bin/sh']);
  assert.notEqual(first.status, 0);
  assert.equal(command('cloudabi', ['learn', '--from-last', '--write-document']).status, 0);
  const text = readFileSync(document, 'utf8');
  assert.match(text, /^# Ours\n/);
  assert.match(text, /path: granted, rights: \[read, write, create, remove\] \} # the project\n/);
  const second = command('cloudabi', ['run', '--config', document, '/bin/sh']);
  assert.equal(second.status, 0, second.stderr);
  assert.equal(second.stdout, 'secret\n');
});

test('a key that was refused is not added, but told with the reason', (t) => {
  const { folder } = makeScene(t);
  const home = join(folder, 'home');
  mkdirSync(join(home, '.ssh'), { recursive: true });
  writeFileSync(join(home, '.ssh/id_ed25519'), 'key');
  setEnvironment(t, { HOME: home });
  trace(`cat ${home}/.ssh/id_ed25519`);
  const { stdout } = command('cloudabi', ['learn', '--from-last']);
  assert.doesNotMatch(stdout, /^--/m);
  assert.match(stdout, /^# Sensitive: \S+id_ed25519 \[read\]: keys of SSH/m);
});
