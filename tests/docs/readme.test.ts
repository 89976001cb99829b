import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { assertOwnCommands } from '../frame/docs/own-commands.ts';
import { Page } from '../frame/docs/page.ts';
import { install, makeDesk } from '../frame/docs/shell.ts';

const page = new Page('README.md');
const installing = page.block('sh', /npm pack/);
const shell = page.block('sh', /-- bash/);
const python = page.block('sh', /python\.wasm/);
const hello = page.block('ts', /message: text\(\)/);
const helloCommand = page.block('sh', /hello\.ts/);
const starting = page.block('sh', /npm start/);
const grants = page.block('yaml');
const launching = page.block('ts', /launch/);
const testing = page.block('sh', /npm test/);

test('the README installs by commands that exist, and asks the host', (t) => {
  const lines = installing.split('\n');
  // That the package is installed so is tested in tests/real/stranger.test.ts.
  assertOwnCommands(lines.filter((line) => line.startsWith('npm ci')).join('\n'));
  const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'));
  assert.match(installing, new RegExp(`^npm install -g --prefix ~/.local ./${name}-${version}.tgz `, 'm'));
  const asking = lines.find((line) => line.startsWith('cloudabi')) ?? '';
  const { status, stdout } = makeDesk(t).run(asking);
  // A host that lacks something makes it end with 69.
  assert.ok(status === 0 || status === 69);
  assert.match(stdout, /seccomp/);
});

test('the shell of the README has its directory, and no home, network or variable', (t) => {
  const { run, env } = makeDesk(t, { 'a-file': '' });
  env['SECRET'] = 'secret';
  const { status, stdout, stderr } = run(
    shell,
    'ls; ls -d /home /root; echo "[$SECRET]"; cat /sys/class/net/*/address\n',
  );
  assert.match(stdout, /^a-file\n\[\]\n$/);
  assert.match(stderr, /'\/home': No such file[\s\S]*'\/root': No such file/);
  assert.notEqual(status, 0);
});

test('the Python of the README sees its directory and is refused the rest', (t) => {
  const { cwd, run } = makeDesk(t);
  symlinkSync(resolve('node_modules'), join(cwd, 'node_modules'));
  const { status, stdout, stderr } = run(python);
  assert.match(stdout, /'node_modules'/);
  assert.match(stderr, /FileNotFoundError/);
  assert.equal(status, 1);
});

test('the program of the README in TypeScript says hello, and is that of its page', (t) => {
  assert.equal(hello, new Page('docs/typescript-programs.md').block('ts', /message: text\(\)/));
  const { status, stdout, stderr } = makeDesk(t, { 'hello.ts': hello }).run(helloCommand);
  assert.deepEqual([status, stdout, stderr], [0, 'Hello, world\n', '']);
});

test('the grants of the README are those of the example that npm start shows', () => {
  // The session is tested in tests/examples/webserver.test.ts.
  assertOwnCommands(starting);
  assert.ok(readFileSync('examples/webserver/grants.yaml', 'utf8').endsWith(grants));
});

test('the TypeScript of the README lists a directory', (t) => {
  const { cwd, run } = makeDesk(t, {
    // Node 20 runs JavaScript only, and knows no `using`.
    'example.mjs': launching.replace('await using', 'const'),
  });
  mkdirSync(join(cwd, 'node_modules'));
  install(cwd);
  symlinkSync(resolve('examples/ls/ls.wasm'), join(cwd, 'ls.wasm'));
  const { status, stdout } = run('node example.mjs');
  assert.match(stdout, /^example\.mjs$/m);
  assert.match(stdout, /kind: 'exited'/);
  assert.equal(status, 0);
});

test('CI runs the test command of the README', () => {
  const script = readFileSync('.ci/run', 'utf8');
  const commands = script.split('\n').filter((line) => line.startsWith('npm'));
  assert.equal(`${commands.join(' && ')}\n`, testing);
});

page.end();
