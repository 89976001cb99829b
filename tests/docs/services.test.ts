import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { launch, type PlanJson, pipe, service } from '../../src/index.ts';
import { SERVICES_PAGE, withServices } from '../../src/services/services-page.ts';
import { Page } from '../frame/docs/page.ts';
import { install, makeDesk } from '../frame/docs/shell.ts';
import { makeFolder } from '../frame/programs.ts';
import { compile } from '../frame/sdk/assemblyscript.ts';
import { compileProgram } from '../frame/sdk/compile.ts';
import { exits } from '../frame/wasm-module.ts';

const page = new Page('docs/services.md');
const grants = page.block('yaml', /^users:/m);
const shell = page.block('sh', /pwd=/);
const settings = page.block('sh', /sysctl=/);
const library = page.block('yaml', /^services:/m);
const client = page.block('ts', /users: service\('pwd'\)/);
const requests = page.block('yaml', /^api:/m);
const sockets = page.block('yaml', /^probes:/m);
const socketClient = page.block('ts', /service\('socket'\)/);
const requestClient = page.block('ts', /service\('http'\)/);
const inC = page.block('c');
const inAssemblyScript = page.block('ts', /cloudabi\/assemblyscript/);
const mocks = page.block('ts', /homeOf/);
const programs = page.block('yaml', /^tools:/m);
const secure = page.block('yaml', /^tls:/m);
const example = page.block('ts', /defineService/);

test('the first document of docs/services.md is a plan', (t) => {
  const { run } = makeDesk(t, { 'program.wasm': exits(0) });
  const { stdout, stderr } = run('cloudabi explain --json program.wasm', grants);
  assert.equal(stderr, '');
  const plan: PlanJson = JSON.parse(stdout);
  assert.deepEqual(
    plan.grants.map(({ description }) => description.split(' ').slice(0, 3).join(' ')),
    ['Asks service pwd', 'Asks service random'],
  );
});

test('the document of docs/services.md with an encrypted connection is a plan', (t) => {
  const { run } = makeDesk(t, { 'program.wasm': exits(0) });
  const { stdout, stderr } = run('cloudabi explain program.wasm', secure);
  assert.equal(stderr, '');
  assert.match(stdout, /Asks service net within .*Asks service tls within /s);
});

test('the requests of docs/services.md go to one origin, with a secret that its program does not have', (t) => {
  const { run } = makeDesk(t, { 'program.ts': requestClient });
  const output = 'output: !fd stdout\n';
  const { stdout, stderr } = run('cloudabi explain program.ts', `${requests}${output}`);
  assert.equal(stderr, '');
  assert.match(stdout, /Asks service http within .*api\.example\.org/);
  // The secret is missing, so that nothing starts.
  assert.match(run('cloudabi run program.ts', `${requests}${output}`).stderr, /variable 'API_KEY'/);
});

test('the packets of docs/services.md are sent by a program that has no socket of the network', async (t) => {
  const { run } = makeDesk(t, { 'program.ts': socketClient });
  const { stdout, stderr } = run('cloudabi run program.ts', `${sockets}output: !fd stdout\n`);
  assert.equal(stdout, 'sent\n', stderr);
});

test('unmodified programs ask services as docs/services.md says', (t) => {
  const { run } = makeDesk(t, {});
  const { stdout, stderr } = run(shell);
  assert.equal(stderr, '');
  assert.match(stdout, /^uid=1\(daemon\) gid=1\(daemon\)/);
  assert.match(run('cloudabi run /usr/bin/getent', library).stdout, /^daemon:x:1:1:/);
});

test('a program finds settings of the kernel as docs/services.md says', (t) => {
  const { run } = makeDesk(t, {});
  const { stdout, stderr } = run(settings);
  assert.equal(stderr, '');
  assert.equal(stdout, readFileSync('/proc/sys/vm/swappiness', 'utf8'));
});

test('the client of docs/services.md asks its service', async (t) => {
  const path = join(makeFolder(t), 'program.ts');
  writeFileSync(path, client);
  const output = pipe('write');
  const process = launch(path, { users: service('pwd'), output });
  assert.equal(await text(output.stream), 'root has the id 0\n', JSON.stringify(await process.exited));
});

test('the client in C of docs/services.md asks its service', async (t) => {
  const program = await compileProgram(t, inC);
  const output = pipe('write');
  const process = launch(program, { users: service('pwd'), output });
  assert.equal(await text(output.stream), 'root has the id 0\n', JSON.stringify(await process.exited));
});

test('the client in AssemblyScript of docs/services.md asks its service', async (t) => {
  const { status, messages, bytes } = await compile(inAssemblyScript);
  assert.deepEqual({ status, messages }, { status: 0, messages: '' });
  const path = join(makeFolder(t), 'program.wasm');
  writeFileSync(path, bytes);
  const output = pipe('write');
  const process = launch(path, { users: service('pwd'), output });
  assert.equal(await text(output.stream), 'root has the id 0\n', JSON.stringify(await process.exited));
});

test('the mock of docs/services.md stands in for its service', (t) => {
  // As the compiler would take its types out.
  const plain = mocks
    .replace(', type ServiceClient', '')
    .replace(": ServiceClient<'pwd'>, name: string): Promise<string | undefined>", ', name)');
  const { cwd, run } = makeDesk(t, { 'mocks.mjs': plain });
  install(cwd);
  assert.equal(run('node mocks.mjs').stdout, '/root /homes/anna\n');
});

test('the document of docs/services.md with a program that has keys is a plan', (t) => {
  const { run } = makeDesk(t, { 'program.wasm': exits(0) });
  const { stdout, stderr } = run('cloudabi explain program.wasm', programs);
  assert.equal(stderr, '');
  assert.match(stdout, /Asks service program within \{programs: \{echo: /);
  assert.ok(!stdout.includes('secret'), stdout);
});

test('docs/services.md has the services that there are', () => {
  assert.equal(page.text, withServices(page.text), 'npm run generate');
  assert.equal(SERVICES_PAGE, page.path);
});

test('docs/services.md shows a service as it is', () => {
  assert.equal(example, readFileSync('src/services/offered/random.ts', 'utf8'));
});

page.end();
