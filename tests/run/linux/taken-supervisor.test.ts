// The supervisor makes calls of an attacker's choice, as if its code were the attacker's: it has what rules may open, and no more.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { callNumber, type SystemCall } from '../../../src/linux/system-calls.ts';
import { firstProcess } from '../../../src/process/first-process.ts';
import type { Process } from '../../../src/process/process.ts';
import { command, file, pipe } from '../../../src/resources/constructors.ts';
import { launch } from '../../../src/run/launch.ts';
import { makeFolder } from '../../frame/programs.ts';

const skip =
  process.getuid?.() !== 0 || process.arch !== 'x64'
    ? 'it needs ptrace(2) of root on x86-64'
    : spawnSync('gcc', ['--version']).status !== 0 && 'there is no gcc';

const AT_FDCWD = '-100';
const [O_RDONLY, O_WRONLY, O_TMPFILE] = ['0', '1', '0x410002'];

type Scene = { readonly granted: string; readonly secret: string; readonly tool: string };

function makeScene(t: TestContext): Scene {
  const [granted, secret, tools] = [makeFolder(t), makeFolder(t), makeFolder(t)];
  writeFileSync(join(granted, '.env'), 'hidden');
  writeFileSync(join(secret, 'key'), 'secret');
  const tool = join(tools, 'take-over');
  execFileSync('gcc', ['-O1', '-w', '-D_GNU_SOURCE', '-o', tool, 'tests/run/linux/take-over.c']);
  return { granted, secret, tool };
}

/** Starts a program under rules that says a word and waits, and gives the threads of its supervisor. */
async function start({
  granted,
}: Scene): Promise<{ readonly program: Process; readonly threads: readonly string[] }> {
  const [stdin, stdout] = [pipe('read'), pipe('write')];
  const program = launch(
    '/bin/sh',
    command({
      base: 'system',
      arguments: ['-c', 'echo ready; read word'],
      directories: { '/p': file(granted) },
      rules: ['hide /p/**/.env'],
      stdin,
      stdout,
    }),
  );
  for await (const _ of stdout.stream) break;
  const first = firstProcess(program);
  assert.ok(first !== undefined);
  return { program, threads: readdirSync(`/proc/${first}/task`).slice(1) };
}

/** Lets one thread of a supervisor make a call; the program ends with it. */
async function answer(scene: Scene, call: SystemCall, ...words: readonly string[]): Promise<string> {
  const { program, threads } = await start(scene);
  const [thread = ''] = threads;
  const said = spawnSync(scene.tool, [thread, String(callNumber(call)), ...words], { encoding: 'utf8' });
  assert.equal(said.status, 0, said.stderr);
  const reason = await program.exited;
  assert.notEqual(reason.kind === 'exited' && reason.code, 0, 'the program lives on without its supervisor');
  return said.stdout.trim();
}

test('a supervisor of an attacker reaches what is granted, and nothing else', { skip }, async (t) => {
  const scene = makeScene(t);
  const { secret } = scene;
  const key = `=${secret}/key`;
  const open = (path: string, flags: string): Promise<string> =>
    answer(scene, 'openat', AT_FDCWD, path, flags, '0644');
  assert.equal(await open('=/p/.env', O_RDONLY), 'ok');
  assert.equal(await open(key, O_RDONLY), 'ENOENT');
  assert.equal(await open(`=/proc/1/root${secret}/key`, O_RDONLY), 'ENOENT');
  assert.match(await open('=/p/.env', O_WRONLY), /^(?:EROFS|EACCES)$/);
  assert.match(await open('=/p', O_TMPFILE), /^(?:EROFS|EACCES)$/);
  assert.match(
    await answer(scene, 'mknodat', AT_FDCWD, '=/p/disk', '0060600', '0x800'),
    /^(?:EROFS|EPERM|EACCES)$/,
  );
  const launcher = String(process.pid);
  assert.equal(await answer(scene, 'kill', launcher, '9'), 'ESRCH');
  assert.equal(await answer(scene, 'pidfd_open', launcher, '0'), 'ESRCH');
});

test('a supervisor of an attacker dies with everything at a call that it does not need', {
  skip,
}, async (t) => {
  const scene = makeScene(t);
  const calls: readonly (readonly [call: SystemCall, ...words: string[]])[] = [
    ['execve', '=/bin/sh', '0', '0'],
    ['socket', '2', '1', '0'],
    ['mmap', '0', '4096', '7', '0x22', '-1', '0'],
    ['mprotect', '0x20000000', '4096', '7'],
    ['ptrace', '16', '2', '0', '0'],
    ['mount', '=none', '=/p', '=tmpfs', '0', '0'],
    ['unshare', '0x10000000'],
    ['clone', '17', '0', '0', '0', '0'],
    ['prctl', '4', '1', '0', '0', '0'],
    ['setns', '3', '0'],
    ['ioctl', '0', '0x5412', '0'],
  ];
  for (const [call, ...words] of calls) assert.equal(await answer(scene, call, ...words), 'killed', call);
});
