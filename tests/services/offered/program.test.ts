import assert from 'node:assert/strict';
import {
  chmodSync,
  closeSync,
  createReadStream,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makePipe } from '../../../src/host/files/new-descriptors.ts';
import { file, plan, service } from '../../../src/index.ts';
import type { ServiceChannel } from '../../../src/services/client/channel.ts';
import { ControlledProcess } from '../../../src/services/client/controlled-process.ts';
import { ServiceError } from '../../../src/services/service-error.ts';
import { mapOfWire, Passed, type Wire, type WireMap } from '../../../src/services/wire.ts';
import { makeFolder } from '../../frame/programs.ts';
import { wireMap } from '../../frame/services/open-channel.ts';
import { openGranted } from '../../frame/services/open-granted.ts';
import { exits } from '../../frame/wasm-module.ts';

/** Writes a script of the shell. */
function makeTool(t: TestContext, script: string): string {
  const path = join(makeFolder(t), 'tool');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

type Grants = Readonly<Record<string, unknown>>;

function open(t: TestContext, script: string, limits: Grants, grants: Grants = {}): ServiceChannel {
  const tool = { path: makeTool(t, script), grants: { base: 'system', ...grants }, ...limits };
  return openGranted(t, service({ program: { programs: { tool } } }));
}

function map(value: Wire): WireMap {
  return mapOfWire(value) ?? assert.fail('The answer is no map');
}

/** Starts the tool. @returns The number by which the channel knows it. */
async function begin(channel: ServiceChannel, given: Readonly<Record<string, Wire>> = {}): Promise<number> {
  const started = map(await channel.ask('start', wireMap({ name: 'tool', ...given })));
  const process = started.get('process');
  assert.ok(process instanceof Passed);
  // The channel keeps the program.
  closeSync(process.take());
  const id = started.get('id');
  return typeof id === 'number' ? id : assert.fail('There is no number');
}

async function run(
  channel: ServiceChannel,
  given: Readonly<Record<string, Wire>> = {},
): Promise<{ readonly output: string; readonly end: Wire }> {
  const { read, write } = makePipe();
  try {
    const id = await begin(channel, { ...given, stdout: new Passed(write) }).finally(() => closeSync(write));
    const end = await channel.ask('wait', wireMap({ id }));
    return { output: readFileSync(read, 'utf8'), end };
  } finally {
    closeSync(read);
  }
}

const list = { arguments: [['list']], optional: [{ text: 20 }], streams: ['stdout'] };

test('a program is started with its own grants, and its client never holds its keys', async (t) => {
  const grants = { environment: { TOKEN: 'secret' }, arguments: ['first'] };
  const channel = open(t, 'echo "$1 $2 $3 $TOKEN"; exit 3', list, grants);
  const { output, end } = await run(channel, { arguments: ['list', 'me'] });
  assert.equal(output, 'first list me secret\n');
  assert.deepEqual(end, wireMap({ kind: 'exited', code: 3 }));
  const told = JSON.stringify([...map(channel.limits())], (_, value: unknown) =>
    value instanceof Map ? [...value] : value,
  );
  assert.ok(!told.includes('secret') && !told.includes('path') && told.includes('list'), told);
});

test('nothing that the limits do not name reaches the program', async (t) => {
  const channel = open(
    t,
    'echo ran "$@" $LEVEL $TOKEN',
    { ...list, variables: { LEVEL: ['1', '2'], TOKEN: { text: 10 } } },
    { environment: { TOKEN: 'secret' } },
  );
  const given = { name: 'tool', arguments: ['list'] };
  const { read, write } = makePipe();
  const directory = openSync('/', 'r');
  const attempts: readonly (readonly [Readonly<Record<string, Wire>>, string])[] = [
    [{ name: 'sh' }, 'ENOTCAPABLE'],
    [{ name: '__proto__' }, 'ENOTCAPABLE'],
    [{ arguments: ['delete'] }, 'ENOTCAPABLE'],
    [{ arguments: ['list', '--force'] }, 'ENOTCAPABLE'],
    [{ arguments: ['list', 'a\nb'] }, 'ENOTCAPABLE'],
    [{ arguments: [] }, 'ENOTCAPABLE'],
    [{ environment: wireMap({ LD_PRELOAD: '/tmp/x.so' }) }, 'ENOTCAPABLE'],
    [{ environment: wireMap({ LEVEL: '3' }) }, 'ENOTCAPABLE'],
    [{ stdin: new Passed(read) }, 'ENOTCAPABLE'],
    [{ stdout: new Passed(directory) }, 'EINVAL'],
    [{ stdout: new Passed(read) }, 'EINVAL'],
    [{ path: '/bin/sh' }, 'EINVAL'],
    [{ grants: '' }, 'EINVAL'],
    [{ arguments: [1] }, 'EINVAL'],
    [{ arguments: 'list' }, 'EINVAL'],
  ];
  for (const [wrong, code] of attempts)
    await assert.rejects(
      channel.ask('start', wireMap({ ...given, ...wrong })),
      { code },
      Object.keys(wrong).join(),
    );
  for (const descriptor of [read, write, directory]) closeSync(descriptor);
  // A client changes nothing that the document sets, even if it may set the variable.
  const environment = wireMap({ LEVEL: '2', TOKEN: 'mine' });
  const { output } = await run(channel, { arguments: ['list'], environment });
  assert.equal(output, 'ran list 2 secret\n');
});

test('limits of programs only shrink', async (t) => {
  const channel = open(t, 'echo ran "$@"', { ...list, at_once: 2, starts: 5 });
  const narrow = (tool: Readonly<Record<string, Wire>>): void => {
    channel.limit(wireMap({ programs: wireMap({ tool: wireMap(tool) }) }));
  };
  const words = { arguments: [['list']], streams: ['stdout'] };
  for (const wider of [
    { ...words, arguments: [['list', 'delete']] },
    { ...words, arguments: [] },
    { ...words, more: wireMap({ text: 5 }) },
    { ...words, at_once: 3 },
    { ...words },
    { ...words, starts: 1, path: '/bin/sh' },
    { ...words, starts: 1, streams: ['stdin'] },
    { ...words, starts: 1, optional: [wireMap({ text: 21 })] },
  ])
    assert.throws(() => narrow(wider), { code: 'ENOTCAPABLE' }, JSON.stringify(wider));
  assert.throws(() => channel.limit(wireMap({ programs: wireMap({ sh: wireMap({}) }) })), {
    code: 'ENOTCAPABLE',
  });
  const clone = channel.clone();
  t.after(() => clone.close());
  narrow({ ...words, starts: 1 });
  await assert.rejects(run(channel, { arguments: ['list', 'me'] }), { code: 'ENOTCAPABLE' });
  assert.equal((await run(channel, { arguments: ['list'] })).output, 'ran list\n');
  await assert.rejects(run(channel, { arguments: ['list'] }), { code: 'EAGAIN' });
  assert.equal((await run(clone, { arguments: ['list', 'me'] })).output, 'ran list me\n');
});

test('a client waits for its programs, signals them and ends them with its channel', async (t) => {
  const channel = open(t, 'echo ready; exec sleep 1000', { streams: ['stdout'], at_once: 3 });
  const { read, write } = makePipe();
  const one = await begin(channel, { stdout: new Passed(write) });
  const two = await begin(channel, { stdout: new Passed(write) });
  const three = map(await channel.ask('start', wireMap({ name: 'tool', stdout: new Passed(write) })));
  const process = three.get('process');
  assert.ok(process instanceof Passed);
  closeSync(process.take());
  closeSync(write);
  const clone = channel.clone();
  t.after(() => clone.close());
  await assert.rejects(clone.ask('wait', wireMap({ id: one })), { code: 'ENOENT' });
  assert.deepEqual(clone.call('signal', wireMap({ id: one, name: 'SIGKILL' })), wireMap({ sent: false }));
  assert.throws(() => channel.call('signal', wireMap({ id: one, name: 'SIGSEGV' })), { code: 'EINVAL' });
  assert.deepEqual(channel.call('signal', wireMap({ id: one, name: 'SIGKILL' })), wireMap({ sent: true }));
  assert.deepEqual(
    await channel.ask('wait', wireMap({ id: one })),
    wireMap({ kind: 'signal', reason: 'SIGKILL' }),
  );
  await assert.rejects(channel.ask('wait', wireMap({ id: one })), { code: 'ENOENT' });
  assert.ok(two > one);
  channel.close();
  // The last writer of the pipe is gone when both have ended.
  assert.match(await lastOf(read), /^(?:ready\n){1,3}$/);
});

test('a program that its descriptor keeps outlives its channel, and not the descriptor', async (t) => {
  const channel = open(t, 'echo ready; exec sleep 1000', { streams: ['stdout'] });
  const { read, write } = makePipe();
  const given = wireMap({ name: 'tool', keep: 'descriptor', stdout: new Passed(write) });
  const passed = map(await channel.ask('start', given)).get('process');
  closeSync(write);
  assert.ok(passed instanceof Passed);
  const tool = new ControlledProcess(passed);
  channel.close();
  const output = createReadStream('', { fd: read, encoding: 'utf8' });
  await new Promise((resolve) => output.once('data', resolve));
  tool.signal('SIGCONT');
  assert.ok(!output.readableEnded);
  tool.close();
  for await (const _ of output);
});

test('a daemon is granted by name, and ends as its holder says', async (t) => {
  const without = open(t, 'exec sleep 1000', {});
  const asked = wireMap({ name: 'tool', keep: 'daemon' });
  await assert.rejects(without.ask('start', asked), { code: 'ENOTCAPABLE' });
  await assert.rejects(without.ask('start', wireMap({ name: 'tool', keep: 'ever' })), { code: 'EINVAL' });
  const channel = open(t, 'exec sleep 1000', { daemon: true });
  const passed = map(await channel.ask('start', asked)).get('process');
  assert.ok(passed instanceof Passed);
  using tool = new ControlledProcess(passed);
  channel.close();
  tool.kill();
  assert.deepEqual(await tool.ended(), { kind: 'ended', reason: 'killed' });
});

/** Reads until no process has the other end of a pipe, without holding the launcher of this thread up. */
async function lastOf(descriptor: number): Promise<string> {
  let text = '';
  for await (const chunk of createReadStream('', { fd: descriptor, encoding: 'utf8' })) text += chunk;
  return text;
}

test('a program ends at its time', async (t) => {
  const channel = open(t, 'exec sleep 1000', { time: '300ms' });
  const id = await begin(channel);
  assert.deepEqual(
    await channel.ask('wait', wireMap({ id })),
    wireMap({ kind: 'ended', reason: 'limit wall_clock' }),
  );
});

test('a file that is handed over as a stream is read by the program alone', async (t) => {
  const channel = open(t, 'cat', { streams: ['stdin', 'stdout'] });
  const path = join(makeFolder(t), 'input');
  writeFileSync(path, 'from the client');
  const input = openSync(path, 'r');
  const { output } = await run(channel, { stdin: new Passed(input) });
  closeSync(input);
  assert.equal(output, 'from the client');
});

test('mistakes in the grants of a program are told before anything is started', (t) => {
  const module = join(makeFolder(t), 'program.wasm');
  writeFileSync(module, exits(0));
  const tool = makeTool(t, 'exit');
  const make = (given: unknown): unknown => plan(module, service({ program: { programs: { tool: given } } }));
  for (const [given, expected] of [
    [{ grants: {} }, /needs 'path'/],
    [{ path: '/none/at/all' }, /Program 'tool': /],
    [{ path: tool, grants: { base: 'none' } }, /base/],
    [{ path: tool, grants: { directories: { '/x': 1 } } }, /expects a directory/],
    [
      { path: tool, grants: { base: 'system', directories: { '/x': file('/none/at/all') } } },
      /Program 'tool': .*none/s,
    ],
    [{ path: tool, grants: {}, argdata: {} }, /leave one out/],
  ] as const)
    assert.throws(() => make(given), expected, JSON.stringify(given));
});

test('a program that could be exchanged by its client is not granted', (t) => {
  const module = join(makeFolder(t), 'program.wasm');
  writeFileSync(module, exits(0));
  const tool = makeTool(t, 'exit');
  const folder = join(tool, '..');
  const grant = service({ program: { programs: { tool: { path: tool, grants: { base: 'system' } } } } });
  assert.throws(
    () => plan(module, { grant, folder: file(folder, { rights: ['read', 'write', 'create'] }) }),
    /service program starts/,
  );
  assert.ok(plan(module, { grant, folder: file(folder) }));
  mkdirSync(join(folder, 'other'));
  assert.ok(plan(module, { grant, folder: file(join(folder, 'other'), { rights: ['read', 'write'] }) }));
});

test('an error of the launcher tells nothing of the grants', async (t) => {
  const path = makeTool(t, 'exit');
  const secret = join(makeFolder(t), 'secret-file');
  writeFileSync(secret, '');
  const grants = { base: 'system', files: { '/x': file(secret) } };
  const channel = openGranted(t, service({ program: { programs: { tool: { path, grants } } } }));
  rmSync(secret);
  await assert.rejects(channel.ask('start', wireMap({ name: 'tool' })), (error) => {
    assert.ok(error instanceof ServiceError && error.code === 'EIO', String(error));
    assert.ok(!error.message.includes('secret-file'), error.message);
    return true;
  });
});
