import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { assertOwnCommands } from '../frame/docs/own-commands.ts';
import { Page } from '../frame/docs/page.ts';
import { install, makeDesk } from '../frame/docs/shell.ts';

const page = new Page('README.md');
const session = page.block('console', /cloudabi exec/);
const hello = page.block('ts', /message: text\(\)/);
const running = page.block('console', /cloudabi-run/);
const explaining = page.block('console', /cloudabi explain/);
const installing = page.block('sh', /npm pack/);
const starting = page.block('sh', /npm start/);
const launching = page.block('ts', /launch/);

/** Splits a session at a terminal into its commands and the output that it shows. */
function split(text: string): { readonly commands: string; readonly shown: string } {
  const lines = text.trimEnd().split('\n');
  const commands = lines.filter((line) => line.startsWith('$ ')).map((line) => line.slice(2));
  return {
    commands: commands.join('\n'),
    shown: lines
      .filter((line) => !line.startsWith('$ '))
      .map((line) => `${line}\n`)
      .join(''),
  };
}

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

test('the Linux program of the README is refused as shown, and so are network and variables', (t) => {
  const { run, env } = makeDesk(t, { 'hello.ts': hello });
  env['SECRET'] = 'secret';
  const { commands, shown } = split(session);
  assert.equal(run(`${commands} 2>&1`).stdout, shown);
  const more = commands.replace(/'.*'/, `'echo "[$SECRET]"; cat /sys/class/net/*/address'`);
  assert.match(run(more).stdout, /^\[\]\n$/);
});

test('the program of the README in TypeScript says hello, and is that of its page', (t) => {
  assert.equal(hello, new Page('docs/typescript-programs.md').block('ts', /message: text\(\)/));
  const { run } = makeDesk(t, { 'hello.ts': hello });
  const { commands, shown } = split(running);
  const { status, stdout, stderr } = run(commands);
  assert.deepEqual([status, stdout, stderr], [0, shown, '']);
  const plan = split(explaining);
  // The folder of the reader, and the type of the output, are others here.
  const general = (text: string): string =>
    text
      .replace(/^(Program ).*(\/hello\.ts)/, '$1$2')
      .replace(/ {5}Our stdout, .*\n {5}Rights: .*\n(?: {13}.*\n)*/, '     Our stdout\n');
  assert.equal(general(run(`${plan.commands} >plan; cat plan`).stdout), general(plan.shown));
});

test('the README starts an example that exists', () => {
  // The session is tested in tests/examples/webserver.test.ts.
  assertOwnCommands(starting);
  for (const grant of ['!socket', 'append', 'rights: read'])
    assert.ok(readFileSync('examples/webserver/grants.yaml', 'utf8').includes(grant), grant);
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
  assert.ok(page.text.includes(`\`${commands.join(' && ')}\``));
});

test('the README is short: its first screen shows the three commands', () => {
  const lines = page.text.split('\n');
  assert.ok(lines.length < 110, `${lines.length} lines`);
  for (const command of ['exec', '-run', ' explain'])
    assert.ok(lines.findIndex((line) => line.includes(`cloudabi${command}`)) < 45, command);
});

page.end();
