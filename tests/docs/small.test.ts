// The pages with few commands.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { benchmarks } from '../../bench/benchmarks.ts';
import { command, file, launchPlan, plan } from '../../src/index.ts';
import { assertOwnCommands } from '../frame/docs/own-commands.ts';
import { Page } from '../frame/docs/page.ts';
import { install, makeDesk } from '../frame/docs/shell.ts';
import { assemble, call, I32 } from '../frame/gates/wasm-bytes.ts';
import { makeFolder } from '../frame/programs.ts';

const contributing = new Page('CONTRIBUTING.md');
const checked = contributing.block('sh');
test('the commands of CONTRIBUTING.md exist', () => {
  assertOwnCommands(checked);
  const table = [...contributing.text.matchAll(/^\| `((?:npm|node) [^`]*)`/gm)].map(([, text = '']) => text);
  assert.ok(table.length > 4);
  for (const text of table) assertOwnCommands(text);
});
contributing.end();

const attacks = new Page('docs/attacks.md');
const testing = new Page('docs/testing.md');
for (const page of [attacks, testing]) {
  const commands = page.blocks('sh');
  test(`the commands of ${page.path} exist`, () => {
    for (const text of commands) assertOwnCommands(text);
  });
}
attacks.end();
testing.end();

const architecture = new Page('docs/architecture.md');
const checks = architecture.block('sh');
const tree = architecture.block('');
test('the tree of docs/architecture.md is the tree that is there', () => {
  assertOwnCommands(checks);
  const inside = [...tree.matchAll(/^ {2}((?:[\w-]+\/ ?)+)/gm)].flatMap(([, names = '']) =>
    names.trim().split(/\/ ?/),
  );
  const folders = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.deepEqual(new Set(inside.filter(Boolean)), new Set(folders.map(({ name }) => name)));
  const outside = [...tree.matchAll(/^((?:[\w./]+\/ ?)+)/gm)].flatMap(([, names = '']) =>
    names.trim().split(' '),
  );
  assert.ok(outside.length >= 7);
  const deeper = ['host/trap', 'gates/wasm', 'gates/node', 'plan/linux', 'plan/node'];
  for (const name of deeper) assert.match(tree, new RegExp(`\\b${name.split('/')[1]}/ (?:for|is) `));
  for (const name of [...outside, ...deeper.map((room) => `src/${room}`)]) assert.ok(existsSync(name), name);
});
architecture.end();

const reading = new Page('docs/reading.md');
const tour = reading.block('sh');
const picture = reading.block('');
test('docs/reading.md names files that are there, and its commands run', (t) => {
  const [explain = '', list = '', ...own] = tour.split('\n');
  assertOwnCommands(own.join('\n'));
  const { run } = makeDesk(t);
  assert.match(run(list).stdout, /execve/);
  const [, program = '', document = ''] = /explain (\S+) < (\S+)/.exec(explain) ?? [];
  assert.match(run(`cloudabi explain ${resolve(program)} < ${resolve(document)}`).stdout, /^Program /);
  const named = [...reading.text.matchAll(/`((?:src|spec|attacks)\/[\w./-]+)`/g)].map(
    ([, path = '']) => path,
  );
  assert.ok(named.length > 25);
  for (const path of named) assert.ok(existsSync(path), path);
  assert.match(picture, /launcher/);
});
reading.end();

const adapters = new Page('docs/adapters.md');
const ruby = adapters.block('sh');
const adapter = adapters.block('js');
test('the command of docs/adapters.md runs Ruby', (t) => {
  const { cwd, run } = makeDesk(t);
  for (const name of ['examples', 'node_modules']) symlinkSync(resolve(name), join(cwd, name));
  const { status, stdout, stderr } = run(ruby);
  assert.match(stdout, /^3\.4\.\d+\n$/);
  assert.deepEqual([status, stderr], [0, '']);
});
test('the adapter of docs/adapters.md starts a module its own way and adds a function', (t) => {
  const { run } = makeDesk(t, {
    'adapter.js': adapter,
    'package.json': '{ "type": "module" }',
    'module.wasm': assemble({
      imports: [
        ['wasi_snapshot_preview1', 'proc_exit', [[I32], []]],
        ['env', 'answer', [[], [I32]]],
      ],
      functions: [[[...call(1), ...call(0)]]],
      exports: [['main', 2]],
    }),
  });
  const { status, stderr } = run('cloudabi exec --adapter adapter.js -- module.wasm one');
  assert.deepEqual([status, stderr], [42, '']);
});
adapters.end();

const argdata = new Page('docs/argdata.md');
const session = argdata.block('console');
const [codec = '', yaml = ''] = argdata.blocks('ts');
test('the session of docs/argdata.md prints what it shows', (t) => {
  const [, commands = '', printed = ''] = /^\$ (.*?\nEOF\n)(.*)$/s.exec(session) ?? [];
  const { status, stdout } = makeDesk(t).run(commands);
  assert.deepEqual([status, stdout], [0, printed]);
});
test('the programs of docs/argdata.md give what their comments say', (t) => {
  const { cwd, run } = makeDesk(t, {
    'codec.mjs':
      codec.replace('\ndecode', '\nconst all = decode').replace('\nnew', '\nconst one = new') +
      'console.log(all, one);',
    'yaml.mjs': `const open = ({ tag }) => tag;\n${yaml}console.log(tree, node.kind);`,
  });
  install(cwd);
  const { stdout, stderr } = run('node codec.mjs; node yaml.mjs');
  const shown = /Map \{[^}]*\}/.exec(codec)?.[0] ?? 'nothing';
  assert.equal(stderr, '');
  assert.ok(
    stdout
      .replaceAll(/\s+/g, ' ')
      .replace(/Map\(\d\)/, 'Map')
      .includes(shown),
    stdout,
  );
  assert.match(stdout, /\} 64\n/);
});
argdata.end();

const api = new Page('docs/api.md');
const launching = api.block('js');
test('the program of docs/api.md launches a server and is told how it ended', (t) => {
  const { cwd, run } = makeDesk(t, {
    // Another server may listen on 8080 here, and the test does not take a minute.
    'program.mjs': launching.replace(':8080', ':0').replace('60_000', '500'),
    'site/index.html': 'a page',
  });
  symlinkSync(resolve('examples/webserver/server.wasm'), join(cwd, 'server.wasm'));
  install(cwd);
  const { stdout, stderr } = run('node program.mjs');
  assert.match(stdout, /kind: 'limit',\s+limit: 'wall_clock'/, stderr);
});
api.end();

const stub = new Page('docs/launch-stub.md');
const explaining = stub.block('sh');
const failed = stub.block('');
test('the commands of docs/launch-stub.md print the list, in words and as data', (t) => {
  const [words = '', data = '', ...own] = explaining.split('\n');
  assertOwnCommands(own.join('\n'));
  const { run } = makeDesk(t);
  assert.match(run(words).stdout, /pivot_root[\s\S]*execve/);
  assert.ok(JSON.parse(run(data).stdout));
});
test('a step of the list that fails is told as docs/launch-stub.md shows', async (t) => {
  const [, source = '', target = '', inner = ''] = /^Mount (\S+) at (\/\w+)\/(\w+): /.exec(failed) ?? [];
  const folder = makeFolder(t);
  mkdirSync(join(folder, inner));
  const directories = {
    [target]: file(folder, { rights: 'read' }),
    [`${target}/${inner}`]: file(source, { rights: 'read' }),
  };
  const made = plan('/bin/sh', command({ base: 'system', arguments: ['-c', ':'], directories }));
  rmdirSync(join(folder, inner));
  const reason = await launchPlan(made).exited;
  assert.equal(reason.kind === 'failed' && `${reason.message}\n`, failed);
});
stub.end();

const fuzzing = new Page('docs/fuzzing.md');
const searches = fuzzing.blocks('sh');
test('the commands of docs/fuzzing.md name a script and targets that exist', () => {
  // That a search finds what is wrong is tested in tests/fuzz.
  const targets = readdirSync('fuzz/targets').map((name) => name.replace('.ts', ''));
  for (const search of searches) {
    assertOwnCommands(search);
    assert.match(search, /^npm run fuzz -- --time \d+[smh]( \w+)*\n$/);
  }
  for (const [, named = ''] of fuzzing.text.matchAll(/`npm run fuzz -- --time \w+((?: \w+)*)`/g))
    for (const target of named.split(' ').filter(Boolean)) assert.ok(targets.includes(target), target);
});
fuzzing.end();

const performance = new Page('docs/performance.md');
const benches = performance.blocks('console');
test('the benchmarks that docs/performance.md names exist', () => {
  for (const commands of benches) assertOwnCommands(commands.replaceAll(/^\$ /gm, ''));
  const named = [...performance.text.matchAll(/npm run bench -- ([a-z][\w-]*)/g)].map(
    ([, name = '']) => name,
  );
  assert.ok(named.length > 4);
  for (const name of named) assert.ok(benchmarks[name] !== undefined && existsSync(`bench/${name}.ts`), name);
});
performance.end();

const threads = new Page('docs/threads.md');
const summing = threads.block('c');
const compiling = threads.block('sh');
test('the threads of docs/threads.md add up', (t) => {
  const { cwd, run } = makeDesk(t);
  writeFileSync(join(cwd, 'sum.c'), summing);
  const { status, stdout, stderr } = run(compiling);
  assert.deepEqual([status, stdout, stderr], [0, '6\n', '']);
});
threads.end();

const security = new Page('docs/security.md');
const attacking = security.block('sh');
test('the commands and the tests that docs/security.md names exist', () => {
  assertOwnCommands(attacking);
  const named = [...security.text.matchAll(/`((?:tests|attacks)(?:\/[\w./-]+)?)`/g)].map(
    ([, path = '']) => path,
  );
  assert.ok(named.length > 12);
  for (const path of named) assert.ok(existsSync(path), path);
});
security.end();
