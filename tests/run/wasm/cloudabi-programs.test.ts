import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { NativeMemory } from '../../../src/host/memory.ts';
import { openProcess } from '../../../src/host/processes/process-info.ts';
import { makePair, SocketPair } from '../../../src/host/sockets/sockets.ts';
import { command, fd, file, launch, pipe, processDescriptor, programLink } from '../../../src/index.ts';
import { childrenOf, makeFolder } from '../../frame/programs.ts';

const programs = resolve('tests/programs/cloudabi');
const program = (name: string): string => join(programs, `${name}.wasm`);

/** Runs a program with an output of its own; what it wrote, and how it ended. */
async function run(
  name: string,
  tree: Readonly<Record<string, unknown>>,
): Promise<{ lines: string[]; ended: unknown }> {
  const output = pipe('write');
  const started = launch(program(name), { ...tree, output });
  let text = '';
  for await (const chunk of output.stream) text += chunk;
  const { kind, ...rest } = await started.exited;
  const ended = 'code' in rest ? rest.code : kind === 'trapped' && 'message' in rest ? rest.message : kind;
  return { lines: text.split('\n').slice(0, -1), ended };
}

/** A folder with a file; and a pair of connected sockets of this process. */
function prepare(t: TestContext): { folder: string; one: number; other: number } {
  const folder = makeFolder(t);
  mkdirSync(join(folder, 'directory'));
  for (const name of ['file', 'directory/name']) writeFileSync(join(folder, name), 'contents');
  const memory = new NativeMemory(8);
  assert.equal(makePair(SocketPair.stream, memory.address), 0);
  const [one, other] = [memory.view.getInt32(0, true), memory.view.getInt32(4, true)];
  t.after(() => {
    closeSync(one);
    closeSync(other);
  });
  return { folder, one, other };
}

test('a program puts another in its place, which has what it was given and nothing else', async (t) => {
  const { folder } = prepare(t);
  const { lines, ended } = await run('exec', {
    greeting: 'from before',
    file: file(join(folder, 'file')),
    text: file(join(folder, 'file'), { rights: ['read', 'execute'] }),
    secret: file(join(folder, 'directory')),
    next: file(program('successor'), { rights: 'execute' }),
  });
  assert.deepEqual(lines, [
    'no program: 45',
    'no right: 76',
    'not open: 8',
    'not open: 8',
    'still here, with the secret',
    "from before: output 0, again 0, file 1 holds 'contents'",
    'open: 2, used memory: 0',
    'executes: 76',
  ]);
  assert.equal(ended, 0);
});

test('a file and a directory are sent from one program to another, and mean what the second may do', async (t) => {
  const { folder, one, other } = prepare(t);
  const directory = join(folder, 'directory');
  const sent = await run('messages', {
    role: 'send',
    socket: fd(one),
    file: file(join(folder, 'file')),
    directory: file(directory),
  });
  assert.deepEqual(sent.lines, ['sent: error 0, 4 bytes']);
  // Landlock keeps the contents of files beneath: names and attributes can be seen through the descriptor.
  const received = await run('messages', { role: 'receive', socket: fd(other) });
  assert.deepEqual(received.lines, [
    "received: error 0, 'word', 2 descriptors, flags 0",
    "file: 'contents', write -1",
    'directory: attributes 0, open no, remove 76',
  ]);
});

test('through a link, descriptors travel with fewer rights than others could be sent with', async (t) => {
  const { folder, one } = prepare(t);
  const tree = (): Record<string, unknown> => ({
    file: file(join(folder, 'file'), { rights: ['fd_read'] }),
    directory: file(join(folder, 'directory'), { rights: ['file_stat_get'] }),
  });
  const refused = await run('messages', { role: 'send', socket: fd(one), ...tree() });
  assert.deepEqual(refused.lines, ['sent: error 76, 0 bytes']);
  const [left, right] = programLink();
  const sent = run('messages', { role: 'send', socket: left, ...tree() });
  const received = run('messages', { role: 'receive', socket: right, granted: file(folder) });
  assert.deepEqual((await sent).lines, ['sent: error 0, 4 bytes']);
  assert.deepEqual((await received).lines, [
    "received: error 0, 'word', 2 descriptors, flags 0",
    "file: 'contents', write -1",
    'directory: attributes 0, open no, remove 76',
  ]);
  // An end serves one program.
  assert.throws(() => launch(program('messages'), { role: 'send', socket: left }), /make a new link/);
});

test('links are refused to programs that make calls of their own', () => {
  const [left] = programLink();
  const linux = command({ base: 'system', descriptors: { 3: left } });
  assert.throws(() => launch('/bin/true', linux), /programLink\(\) joins .* and this is a Linux program/);
  const script = join(resolve('examples/hello-typescript'), 'hello.ts');
  assert.throws(() => launch(script, { output: left }), /programLink\(\) joins .* and this is TypeScript/);
});

test('a directory that is received leads as far as one that was granted', async (t) => {
  const { folder, one, other } = prepare(t);
  const tree = { file: file(join(folder, 'file')), directory: file(join(folder, 'directory')) };
  await run('messages', { role: 'send', socket: fd(one), ...tree });
  const { lines } = await run('messages', { role: 'receive', socket: fd(other), granted: file(folder) });
  assert.deepEqual(lines.at(-1), 'directory: attributes 0, open yes, remove 76');
});

test('a program that holds a file it may only append to sends no descriptor', async (t) => {
  const { folder, one } = prepare(t);
  const { lines } = await run('messages', {
    role: 'send',
    socket: fd(one),
    file: file(join(folder, 'file')),
    directory: file(join(folder, 'directory')),
    log: file(join(folder, 'file'), { rights: 'append' }),
  });
  assert.deepEqual(lines, ['sent: error 63, 0 bytes']);
});

test('an ordinary UNIX program receives what a program sends', async (t) => {
  const { folder, one, other } = prepare(t);
  const directory = join(folder, 'directory');
  await run('messages', {
    role: 'send',
    socket: fd(one),
    file: file(join(folder, 'file')),
    directory: file(directory),
  });
  const script = `import socket, os
s = socket.socket(fileno=0)
data, fds, flags, _ = socket.recv_fds(s, 64, 8)
print(data.decode(), len(fds), os.read(fds[0], 64).decode(), os.listdir(fds[1]))`;
  const { stdout, status, error } = spawnSync('python3', ['-c', script], {
    stdio: [other, 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (error !== undefined) return t.skip('there is no Python here');
  assert.equal(status, 0);
  assert.equal(stdout, "word 2 contents ['name']\n");
});

test('a program that takes the place of another can make calls that the first did not import', async (t) => {
  const { folder, one, other } = prepare(t);
  const throughLauncher = async (give: Readonly<Record<string, unknown>>): Promise<string> => {
    const output = pipe('write');
    const next = file(program('messages'), { rights: 'execute' });
    const started = launch(program('launcher'), { next, give: { ...give, output } });
    let text = '';
    for await (const chunk of output.stream) text += chunk;
    assert.equal((await started.exited).kind, 'exited');
    return text;
  };
  const tree = { file: file(join(folder, 'file')), directory: file(join(folder, 'directory')) };
  assert.equal(await throughLauncher({ role: 'send', socket: fd(one), ...tree }), 'sent: error 0, 4 bytes\n');
  assert.match(
    await throughLauncher({ role: 'receive', socket: fd(other) }),
    /^file: 'contents', write -1$/m,
  );
});

test('a right that was given up does not come back with another program', async (t) => {
  const { folder } = prepare(t);
  const { lines } = await run('exec', {
    greeting: 'less',
    // Its own descriptor has no right to be executed, for any file.
    file: file(program('successor')),
    text: file(join(folder, 'file'), { rights: 'execute' }),
    next: file(program('successor'), { rights: 'execute' }),
  });
  assert.equal(lines.at(-1), 'executes: 76');
  assert.ok(!lines.some((line) => line.endsWith('can be executed')));
});

/** A program that reads until its input ends, and then ends with this code. */
function waiting(input: Readonly<Record<string, unknown>>, code: number): ReturnType<typeof launch> {
  return launch(program('until'), { ...input, code });
}

test('a program waits for another to end, besides a clock and a pipe, and is told how it ended', async () => {
  for (const [end, told] of [
    ['exit', 'ended: error 0, code 42, signal 0'],
    ['signal', 'ended: error 0, code 0, signal 16'],
  ] as const) {
    const input = pipe('read');
    await using other = waiting({ input }, 42);
    const [words, output] = [pipe('read'), pipe('write')];
    await using process = launch(program('wait'), {
      process: processDescriptor(other),
      input: words,
      output,
    });
    let text = '';
    output.stream.setEncoding('utf8');
    for await (const chunk of output.stream) {
      text += chunk;
      if (text.endsWith('tick\n')) words.stream.write('x');
      if (!text.endsWith('read 1\n')) continue;
      if (end === 'exit') input.stream.end();
      else other.signal('SIGTERM');
    }
    const lines = text.split('\n').filter((line) => line !== '');
    assert.deepEqual(lines, ['type 0x50, waits 1', 'tick', 'read 1', told]);
    assert.equal((await process.exited).kind, 'exited');
  }
});

test('a process that has ended cannot be handed on', async () => {
  const input = pipe('read');
  const other = waiting({ input }, 3);
  const resource = processDescriptor(other);
  input.stream.end();
  assert.deepEqual((await other.exited).kind, 'exited');
  assert.throws(() => launch(program('wait'), { process: resource }), /a process that has ended already/);
});

test('a descriptor of a process can be granted by its number', async () => {
  const input = pipe('read');
  await using other = waiting({ input }, 7);
  const [child = 0] = childrenOf(process.pid).slice(-1);
  const descriptor = openProcess(child);
  const output = pipe('write');
  await using waiter = launch(program('wait'), { process: fd(descriptor), input: pipe('read'), output });
  closeSync(descriptor);
  let text = '';
  for await (const chunk of output.stream) {
    text += chunk;
    input.stream.end();
  }
  assert.match(text, /^ended: error 0, code 7, signal 0$/m);
  assert.equal((await waiter.exited).kind, 'exited');
  assert.equal((await other.exited).kind, 'exited');
});
