import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { syscall } from '../../src/host/syscall.ts';
import { fd, file, launch, pipe, type Refusal } from '../../src/index.ts';
import { callNumberOf } from '../../src/linux/system-calls.ts';
import { childrenOf, isAlive, linksOf, makeFolder, makeProgram, until } from '../frame/programs.ts';
import {
  assemble,
  code,
  creates,
  exits,
  importsNonsense,
  spins,
  traps,
  writes,
} from '../frame/wasm-module.ts';

/** WASI's errno of a missing right. */
const NOTCAPABLE = 76;

test('a program that exits is reported with all 32 bits of its code and what it used', async (t) => {
  const reason = await launch(makeProgram(t, exits(0x12345678)), null).exited;
  assert.equal(reason.kind, 'exited');
  assert.equal(reason.code, 0x12345678);
  assert.ok(reason.usage !== undefined && reason.usage.maximumMemory > 1e6 && reason.usage.cpuTime > 0);
});

test('a program that returns from _start has exited with 0', async (t) => {
  const reason = await launch(makeProgram(t, writes(0, '')), null).exited;
  assert.deepEqual({ ...reason, usage: undefined }, { kind: 'exited', code: 0, usage: undefined });
});

test('a program that traps is reported with what it did', async (t) => {
  const reason = await launch(makeProgram(t, traps()), null).exited;
  assert.ok(reason.kind === 'trapped');
  assert.match(reason.message, /unreachable/);
});

test('a program gets its pipe and writes into it', async (t) => {
  const output = pipe('write');
  const process = launch(makeProgram(t, writes(0, 'through the pipe')), { output });
  assert.equal(await text(output.stream), 'through the pipe');
  assert.equal((await process.exited).kind, 'exited');
});

test('the limit of wall-clock time ends a program that does not', async (t) => {
  const reason = await launch(makeProgram(t, spins()), null, { limits: { wallClock: 300 } }).exited;
  assert.deepEqual(reason, { kind: 'limit', limit: 'wall_clock' });
});

test('a module that needs more memory than its limit is not started', async (t) => {
  const program = makeProgram(t, assemble([], [], '', 3));
  const limits = (memory: number): { limits: { memory: number } } => ({ limits: { memory } });
  assert.deepEqual(await launch(program, null, limits(2 * 65536)).exited, { kind: 'limit', limit: 'memory' });
  assert.equal((await launch(program, null, limits(3 * 65536)).exited).kind, 'exited');
});

test('kill, an abort signal and disposal each end a process', async (t) => {
  const program = makeProgram(t, spins());
  const killed = launch(program, null);
  killed.kill();
  assert.deepEqual(await killed.exited, { kind: 'killed' });

  const abort = new AbortController();
  const aborted = launch(program, null, { signal: abort.signal });
  abort.abort();
  assert.deepEqual(await aborted.exited, { kind: 'killed' });
  assert.throws(() => launch(program, null, { signal: abort.signal }), { name: 'AbortError' });

  const disposed = launch(program, null);
  await disposed[Symbol.asyncDispose]();
  assert.deepEqual(await disposed.exited, { kind: 'killed' });
});

test('a signal ends a running program and is reported', async (t) => {
  const output = pipe('write');
  const process = launch(makeProgram(t, writes(0, 'up', code.forever)), { output });
  await once(output.stream, 'readable');
  assert.equal(process.signal('SIGTERM'), true);
  assert.deepEqual(await process.exited, { kind: 'signaled', signal: 'SIGTERM' });
  assert.equal(process.signal('SIGTERM'), false);
});

test('a refused operation is reported with what would allow it', async (t) => {
  const directory = join(makeFolder(t), 'data');
  mkdirSync(directory);
  const refusals: Refusal[] = [];
  const process = launch(
    makeProgram(t, creates(0, 'new.txt')),
    { data: file(directory, { rights: 'read' }) },
    { onRefused: (refusal) => refusals.push(refusal) },
  );
  const reason = await process.exited;
  assert.equal(reason.kind === 'exited' && reason.code, NOTCAPABLE);
  const [refusal] = refusals;
  assert.equal(refusals.length, 1);
  assert.equal(refusal?.call, 'file_open');
  assert.equal(refusal?.path, 'new.txt');
  assert.equal(refusal?.descriptor, 0);
  assert.ok(refusal?.missing.includes('file_create_file'));
  assert.match(refusal?.remedy ?? '', /^data: add .*`create`.* to its rights$/);
  assert.deepEqual(readdirSync(directory), []);
});

test('a module with an unknown import fails and the import is named', async (t) => {
  const reason = await launch(makeProgram(t, importsNonsense()), null).exited;
  assert.ok(reason.kind === 'failed');
  assert.equal(reason.code, 'unknown_import');
  assert.match(reason.message, /nonsense/);
});

test('a process holds exactly what it was granted, and its line to the launcher', async (t) => {
  const granted = join(makeFolder(t), 'granted.txt');
  writeFileSync(granted, 'x');
  const output = pipe('write');
  const before = new Set(childrenOf(process.pid));
  const child = launch(makeProgram(t, writes(0, 'up', code.forever)), { output, granted: file(granted) });
  await once(output.stream, 'readable');
  const [pid] = childrenOf(process.pid).filter((other) => !before.has(other));
  assert.ok(pid !== undefined);
  const held = linksOf(pid)
    .map((target) => target.replace(/:\[\d+\]$/, ''))
    .filter((target) => !/^anon_inode:\[(eventpoll|eventfd)\]$/.test(target));
  assert.deepEqual(held.toSorted(), [granted, 'pipe', 'socket'].toSorted());
  assert.equal(readFileSync(`/proc/${pid}/environ`, 'utf8').replaceAll('\0', ''), '');
  assert.equal(readlinkSync(`/proc/${pid}/cwd`), '/');
  await child[Symbol.asyncDispose]();
});

test('many processes run at once and do not disturb each other', async (t) => {
  const programs = [3, 5, 7].map((status) => makeProgram(t, exits(status)));
  const running = [...programs, ...programs].map(
    (program) => launch(program, { stream: fd('stderr') }).exited,
  );
  const codes = (await Promise.all(running)).map((reason) =>
    reason.kind === 'exited' ? reason.code : reason,
  );
  assert.deepEqual(codes, [3, 5, 7, 3, 5, 7]);
});

test('a process does not outlive the process that launched it', async (t) => {
  const program = makeProgram(t, spins());
  const index = new URL('../../../dist/index.js', import.meta.url).href;
  const script = `import { launch } from ${JSON.stringify(index)}; launch(${JSON.stringify(program)}, null); console.log('up');`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(parent.stdout, 'data');
  const [child] = childrenOf(parent.pid ?? 0);
  assert.ok(child !== undefined && isAlive(child));
  parent.kill('SIGKILL');
  await until('the child is gone', () => !isAlive(child));
});

test('a process inherits no event counter that its launcher has inherited', async (t) => {
  const EVENTFD2 = process.arch === 'arm64' ? 19 : 290;
  const F_DUPFD = 0;
  const counter = syscall(EVENTFD2, 0, 0);
  const inherited = syscall(callNumberOf('fcntl'), counter, F_DUPFD, 300);
  assert.ok(inherited >= 300);
  await using spinning = launch(makeProgram(t, spins()), null);
  let [pid] = childrenOf(process.pid);
  await until('the process runs', () => {
    [pid] = childrenOf(process.pid);
    return pid !== undefined && readFileSync(`/proc/${pid}/status`, 'utf8').includes('Seccomp:\t2');
  });
  assert.ok(!readdirSync(`/proc/${pid}/fd`).includes(String(inherited)));
  spinning.kill();
  for (const descriptor of [counter, inherited]) closeSync(descriptor);
});

test('a program waits for the reader of a standard stream that its launcher writes to, too', async () => {
  const index = new URL('../../../dist/index.js', import.meta.url).href;
  const script = `import { readFileSync } from 'node:fs';
    console.log('ours');
    const { fd, launch } = await import(${JSON.stringify(index)});
    const flags = () => parseInt(/flags:\\s*(\\d+)/.exec(readFileSync('/proc/self/fdinfo/1', 'utf8'))[1], 8) & 0o4000;
    const before = flags();
    await launch('examples/hello/hello.wasm', { output: fd('stdout') }).exited;
    console.error(before !== 0, flags() !== 0);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  assert.equal(out, 'ours\nHello, world\n');
  assert.equal(errors, 'true false\n');
});
