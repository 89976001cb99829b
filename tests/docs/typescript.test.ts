import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { build } from 'esbuild';
import { command } from '../frame/cli/commands.ts';
import { Page } from '../frame/docs/page.ts';
import { makeDesk } from '../frame/docs/shell.ts';
import { folderWith } from '../frame/program/sources.ts';

const page = new Page('docs/typescript-programs.md');
const hello = page.block('ts', /message: text\(\)/);
const helloGrants = page.block('yaml', /^output: !fd stdout\nmessage/);
const helloCommand = page.block('sh', /hello\.ts/);
const data = page.block('ts', /reports\/today/);
const dataGrants = page.block('yaml', /remove/);
const list = page.block('ts', /z\.int\(\)/);
const server = page.block('ts', /new Hono/);
const serverGrants = page.block('yaml', /^site: !file/);
const serverTest = page.block('ts', /temporaryDirectory/);
const mistakes = page.block('', /cannot use 'listen'/);
const script = page.block('sh', /script\.ts/);
const threads = page.block('js', /new Worker/);
const threadsCommand = page.block('sh', /--threads/);
const traceCommand = page.block('sh', /--trace/);
const trace = page.block('', /openat refused/);

/** A folder in which our packages are installed. */
function project(t: TestContext, files: Record<string, string>): string {
  const folder = folderWith(t, { 'package.json': '{ "type": "module" }', ...files });
  mkdirSync(join(folder, 'node_modules/@hono'), { recursive: true });
  for (const name of ['hono', 'zod', '@hono/node-server', 'koffi', '@koromix', 'yaml', 'esbuild'])
    symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name));
  symlinkSync(resolve('.'), join(folder, 'node_modules/cloudabi'));
  return folder;
}

test('the first program of the page says hello', (t) => {
  const { run } = makeDesk(t, { 'hello.ts': hello, 'grants.yaml': helloGrants });
  const { status, stdout, stderr } = run(helloCommand);
  assert.deepEqual([status, stdout, stderr], [0, 'Hello, world\n', '']);
});

test('the worker of the page doubles its number', (t) => {
  const { run } = makeDesk(t, { 'double.mjs': threads });
  const { status, stdout, stderr } = run(threadsCommand);
  assert.deepEqual([status, stdout, stderr], [0, '42\n', '']);
});

const refused = `import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { directory, program } from 'cloudabi/program';

function readUsers() {
  try {
    return readFileSync('/etc/passwd');
  } catch {}
}
function ask() {
  const none = connect(80, '192.0.2.1').on('error', () => {});
}
export default program({ schema: { data: directory() } }, async ({ data }) => {
  readUsers();
  await data.write('x', '').catch(() => {});
  ask();
});
`;

/** Times, and places in Node's own modules, differ from run to run and from version to version. */
const comparable = (text: string): string =>
  text.replaceAll(/^\S+Z /gm, '').replaceAll(/ at [\w.]+ \(node:(\w+):\d+:\d+\)/g, ' at node:$1');

test('a trace of what was refused looks like that of the page', (t) => {
  const grants = 'data: !file { path: data, rights: [read, create] }\n';
  const { run } = makeDesk(t, { 'server.ts': refused, 'grants.yaml': grants, 'data/x': '' });
  const { status, stderr } = run(traceCommand);
  assert.equal(comparable(stderr), comparable(trace));
  assert.equal(status, 0);
});

test('the directories of the page do what it says', (t) => {
  const cwd = project(t, { 'data.ts': data, 'data/unused': '' });
  const ran = command('cloudabi-run', ['data.ts'], { cwd, input: dataGrants });
  assert.match(ran.stdout, /^all is well\n\ntoday\.txt file\n12 .*\nall is well\n$/);
  assert.deepEqual([ran.status, ran.stderr], [0, '']);
});

test('the schema of another library on the page works', (t) => {
  const cwd = project(t, { 'list.ts': list });
  const ran = command('cloudabi-run', ['list.ts'], {
    cwd,
    input: 'data: !file {path: .}\nlimit: 9\nout: !fd stdout\n',
  });
  assert.match(ran.stdout, /'list\.ts'/);
  assert.deepEqual([ran.status, ran.stderr], [0, '']);
});

test('the server of the page passes the test of the page', async (t) => {
  const cwd = project(t, {
    'server.ts': server,
    'server.test.ts': serverTest,
  });
  await build({
    entryPoints: ['server.ts', 'server.test.ts'],
    absWorkingDir: cwd,
    outdir: cwd,
    target: 'node20',
    format: 'esm',
    logLevel: 'error',
  });
  const built = readFileSync(join(cwd, 'server.test.js'), 'utf8').replace('./server.ts', './server.js');
  writeFileSync(join(cwd, 'server.test.js'), built);
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--test', 'server.test.js'], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
    timeout: 300_000,
  });
  assert.equal(status, 0, stdout + stderr);
});

test('the server of the page can be granted what its document says', (t) => {
  const cwd = project(t, { 'server.ts': server, 'site/page.txt': 'Hello', 'grants.yaml': serverGrants });
  const { status, stdout, stderr } = command(
    'cloudabi',
    ['explain', '--config', 'grants.yaml', 'server.ts'],
    { cwd },
  );
  assert.match(stdout, /127\.0\.0\.1:8080/);
  assert.deepEqual([status, stderr], [0, '']);
});

test('a mismatch with a schema is reported as the page shows', (t) => {
  const source = `import { listener, number, program } from 'cloudabi/program';
    export default program({ schema: { listen: listener(), port: number() } }, () => {});\n`;
  const cwd = folderWith(t, { 'server.ts': source });
  const input = 'listen: !file {path: .}\nport: 1\nprot: 2\nerrors: !fd stderr\n';
  const { status, stderr } = command('cloudabi-run', ['server.ts'], { cwd, input });
  assert.deepEqual([status, stderr.replaceAll(`${cwd}/`, '')], [65, mistakes]);
});

test('the script of the page has its arguments and its environment', (t) => {
  const { run } = makeDesk(t, {
    'script.ts': 'console.log(process.argv.slice(2).join(), process.env.LANG);',
  });
  assert.equal(run(script).stdout, 'one,two C.UTF-8\n');
});

page.end();
