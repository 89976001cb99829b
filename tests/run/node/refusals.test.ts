import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { file, launch, type Refusal } from '../../../src/index.ts';
import { folderWith, programWith } from '../../frame/program/sources.ts';

const command = fileURLToPath(new URL('../../../../dist/bin/cloudabi-run.js', import.meta.url));

const SOURCE = `import fs from 'node:fs';
import { connect } from 'node:net';
import { spawnSync } from 'node:child_process';
import { program } from 'cloudabi/program';

const quietly = async (what: () => unknown) => {
  try {
    await what();
  } catch {}
};
const readSecret = () => fs.readFileSync('/etc/secret');
const socket = () =>
  new Promise((_, reject) => connect(80, '192.0.2.1').on('error', reject));

export default program(async ({ data }: any) => {
  await quietly(readSecret);
  await quietly(() => fs.promises.readFile('/etc/later'));
  await quietly(() => fs.renameSync('/from', '/to'));
  await quietly(socket);
  await quietly(() => spawnSync('/bin/true'));
  await quietly(() => process.kill(1, 0));
  await quietly(() => data.write('name', 'x'));
  fs.fstatSync(0);
});
`;

test('each refused system call of a program is reported with its path or address, and the stack', async (t) => {
  const refusals: Refusal[] = [];
  const onRefused = (refusal: Refusal): void => {
    refusals.push(refusal);
  };
  const child = launch(programWith(t, SOURCE, 'server.ts'), { data: file(folderWith(t, {})) }, { onRefused });
  const reason = await child.exited;
  assert.ok(reason.kind === 'exited' && reason.code === 0, JSON.stringify(reason));
  const find = (holds: (refusal: Refusal) => boolean): Refusal => {
    const found = refusals.find(holds);
    assert.ok(found !== undefined, JSON.stringify(refusals, undefined, 1));
    return found;
  };
  const secret = find(({ path }) => path === '/etc/secret');
  assert.deepEqual([secret.call, secret.errno, secret.descriptor], ['openat', 'EACCES', undefined]);
  assert.ok(
    secret.stack?.some((frame) => frame.includes('readSecret (server.ts:11:')),
    secret.stack?.join('\n'),
  );
  assert.match(secret.remedy, /file\(\)/);
  // A thread of the pool has asked for it.
  const later = find(({ path }) => path === '/etc/later');
  assert.ok(
    later.stack?.some((frame) => frame.includes('server.ts:17:')),
    later.stack?.join('\n'),
  );
  const renamed = find(({ to }) => to === '/to');
  assert.equal(renamed.path, '/from');
  const connection = find(({ address }) => address === '192.0.2.1:80');
  assert.ok(
    connection.stack?.some((frame) => frame.includes('server.ts:13:')),
    connection.stack?.join('\n'),
  );
  assert.match(connection.remedy, /socket\(\)/);
  find(({ call, path }) => call === 'clone' && path === '/bin/true');
  find(({ call }) => call === 'kill');
  // Refusals by the program's objects arrive in the same way.
  const own = find(({ call }) => call === 'file_open');
  assert.deepEqual([own.path, own.grant?.place], ['name', 'data']);
  assert.ok(refusals.every(({ call }) => call !== 'fstat' && call !== 'ioctl'));
});

test('a program that is not traced is refused the same', async (t) => {
  const source = `import fs from 'node:fs';
    export default () => { try { fs.readFileSync('/etc/passwd'); } catch { process.exit(3); } };`;
  const codes = [];
  for (const options of [{}, { onRefused: () => undefined }]) {
    const reason = await launch(programWith(t, source), null, options).exited;
    codes.push(reason.kind === 'exited' ? reason.code : reason);
  }
  assert.deepEqual(codes, [3, 3]);
});

const document = '%TAG ! tag:nuxi.nl,2015:cloudabi/\n---\noutput: !fd stdout\n';

test('--trace prints refusals with their stacks, as lines or as JSON', (t) => {
  const program = programWith(t, SOURCE, 'server.ts');
  const run = (...options: string[]): string =>
    spawnSync(process.execPath, [command, ...options, program], { input: document, encoding: 'utf8' }).stderr;
  const text = run('--trace');
  assert.match(
    text,
    /server\.ts: openat refused on '\/etc\/secret': EACCES; grant .*\n(?: {4}at .*\n)* {4}at readSecret \(server\.ts:11:/,
  );
  const lines = run('--trace', '--json').trim().split('\n');
  const objects = lines.map((line): { path?: string; stack?: string[] } => JSON.parse(line));
  assert.ok(objects.some(({ path, stack }) => path === '/etc/secret' && (stack?.length ?? 0) > 1));
});

test('--trap stops a program at the first refusal, and says what it was and what the program had', (t) => {
  const source = `import fs from 'node:fs';
export default () => {
  console.log('before');
  try {
    fs.mkdirSync('/made');
  } catch {}
  console.log('after');
};`;
  const program = programWith(t, source, 'server.ts');
  const run = (path: string) =>
    spawnSync(process.execPath, [command, '--trap', path], { input: document, encoding: 'utf8' });
  const { stdout, stderr, status } = run(program);
  assert.deepEqual([stdout, status], ['before\n', 128 + 31]);
  assert.match(stderr, /^Stopped at the first refusal:\n.* mkdirat refused on '\/made': EACCES;/);
  assert.match(stderr, /at .*server\.ts:5:8/);
  assert.match(stderr, /\nArguments: 0x[^\n]*\nDescriptors:\n {4}0 output: /);
  // The twin: what is refused nothing runs to its end.
  const twin = run(programWith(t, "export default () => console.log('after');"));
  assert.deepEqual([twin.stdout, twin.stderr, twin.status], ['after\n', '', 0]);
  const object = `import { program } from 'cloudabi/program';
    export default program(async ({ data }: any) => { try { await data.write('x', ''); } finally { console.log('after'); } });`;
  const folder = folderWith(t, { 'program.ts': object });
  const granted = spawnSync(process.execPath, [command, '--trap', join(folder, 'program.ts')], {
    input: `${document}data: !file\n  path: ${folder}\n`,
    encoding: 'utf8',
  });
  assert.deepEqual([granted.stdout, granted.status], ['', 128 + 31], granted.stderr);
  assert.match(granted.stderr, /file_open refused on descriptor 1 \(data\), path 'x'/);
});

test('--trap is for programs in TypeScript and JavaScript', () => {
  const { status, stderr } = spawnSync(process.execPath, [command, '--trap', '/bin/true'], {
    input: 'null',
    encoding: 'utf8',
  });
  assert.equal(status, 64, stderr);
  assert.match(stderr, /--trap stops programs in TypeScript or JavaScript/);
});
