import assert from 'node:assert/strict';
import { readSync, writeSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { planToJson } from '../../src/plan/explain.ts';
import { plan } from '../../src/plan/plan.ts';
import {
  command,
  executable,
  fd,
  file,
  pipe,
  service,
  sharedMemory,
  socket,
} from '../../src/resources/constructors.ts';
import { launch } from '../../src/run/launch.ts';
import { openPlan } from '../../src/run/open.ts';
import { command as runCommand } from '../frame/cli/commands.ts';
import { until } from '../frame/programs.ts';
import { makeSandbox, mistakesOf, openDescriptors } from '../frame/resources/sandbox.ts';

test('constructors give the same plan as their tags', (t) => {
  const sandbox = makeSandbox(t);
  const { path, program } = sandbox;
  const yaml = sandbox.plan(`in: !fd stdin
listen: [!socket { bind: '127.0.0.1:0', reuse_port: true }]
root: !file { path: ${path('d')} }
log: !file { path: log, rights: [append, create] }
r: !pipe { name: a, end: read }
w: !pipe { name: a, end: write }
m: !shared_memory { size: 1 MiB }
self: !executable
users: !service { pwd: { users: [root, 1], fields: [name] } }
dice: !service random
`);
  const tree = plan(program, {
    in: fd('stdin'),
    listen: [socket({ bind: '127.0.0.1:0', reusePort: true })],
    root: file(path('d')),
    log: file(path('log'), { rights: ['append', 'create'] }),
    r: pipe({ name: 'a', end: 'read' }),
    w: pipe({ name: 'a', end: 'write' }),
    m: sharedMemory(2 ** 20),
    self: executable(),
    users: service({ pwd: { users: ['root', 1], fields: ['name'] } }),
    dice: service('random'),
    nothing: undefined,
  });
  const plain = (planned: typeof yaml): unknown =>
    planToJson(planned).grants.map(({ position: _, ...rest }) => rest);
  assert.deepEqual(plain(tree), plain(yaml));
  assert.ok(tree.kind === 'wasm' && yaml.kind === 'wasm');
  assert.deepEqual(tree.encoded, yaml.encoded);
});

test('command() gives the same plan as !command', (t) => {
  const { program, plan: planYaml, path } = makeSandbox(t);
  const yaml = planYaml(`!command
arguments: [a]
environment: { B: c }
stdin: !fd 0
directories: { /d: !file { path: d } }
limits: { wall_clock: 1.5 min }
`);
  const tree = plan(
    program,
    command({
      arguments: ['a'],
      environment: { B: 'c' },
      stdin: fd(0),
      directories: { '/d': file(path('d')) },
      limits: { wallClock: '1.5 min' },
    }),
  );
  assert.deepEqual(tree.command, yaml.command);
  assert.deepEqual(tree.limits, { wallClock: 90_000 });
  assert.deepEqual(
    tree.grants.map((grant) => grant.rights),
    yaml.grants.map((grant) => grant.rights),
  );
});

test('mistakes in arguments are thrown by the constructor, in its own spelling', () => {
  const of = (act: () => unknown): string[] => mistakesOf(act);
  assert.deepEqual(
    of(() => socket({})),
    ["socket() needs 'bind', an address to listen on, or 'connect', one to call"],
  );
  const misspelt = { bind: '127.0.0.1:0', reuse_address: true };
  assert.deepEqual(
    of(() => socket(misspelt)),
    [
      "Unknown key 'reuse_address' in socket(), expected 'bind', 'connect', 'protocol', 'backlog', 'reuseAddress', 'reusePort' or 'ipv6Only'; did you mean 'reuseAddress'?",
    ],
  );
  assert.deepEqual(
    of(() => fd(-1)),
    ["fd() expects a descriptor number, 'stdin', 'stdout' or 'stderr', not the int -1"],
  );
  assert.deepEqual(
    of(() => sharedMemory('lots')),
    ["Key 'size' of sharedMemory() expects a size such as '64 MiB', not 'lots'"],
  );
});

test('options that do not exist and limits that are no amounts are refused', (t) => {
  const { program } = makeSandbox(t);
  const inJavaScript = (options: object): (() => unknown) => {
    return () => Reflect.apply(launch, undefined, [program, null, options]);
  };
  const options = "'limits', 'adapter', 'addons', 'without', 'threads', 'walls', 'accept', 'documents'";
  assert.deepEqual(mistakesOf(inJavaScript({ limit: {}, onRefuse: () => undefined })), [
    `Unknown option 'limit' of launch(), expected ${options}, 'signal', 'terminal', 'onRefused', 'onRefusedConnection', 'onRefusedAccess', 'onAccess', 'onConnect', 'onQuestion', 'onOverlay', 'onPolicyChange' or 'trap'; did you mean 'limits'?`,
    `Unknown option 'onRefuse' of launch(), expected ${options}, 'signal', 'terminal', 'onRefused', 'onRefusedConnection', 'onRefusedAccess', 'onAccess', 'onConnect', 'onQuestion', 'onOverlay', 'onPolicyChange' or 'trap'; did you mean 'onRefused'?`,
  ]);
  const limits =
    "'memory', 'wallClock', 'threads', 'processes', 'cpus', 'cpuTime', 'openFiles', 'fileSize' or 'changes'";
  assert.deepEqual(mistakesOf(inJavaScript({ limits: { memroy: 1, wall_clock: 5, threads: undefined } })), [
    `Unknown limit 'memroy' of launch(), expected ${limits}; did you mean 'memory'?`,
    `Unknown limit 'wall_clock' of launch(), expected ${limits}; did you mean 'wallClock'?`,
  ]);
  assert.deepEqual(mistakesOf(inJavaScript({ limits: { memory: '64 MiB', wallClock: NaN } })), [
    "Limit 'memory' of launch() expects a number above 0, in bytes, not '64 MiB'",
    "Limit 'wallClock' of launch() expects a number above 0, in milliseconds, not NaN",
  ]);
  assert.deepEqual(mistakesOf(inJavaScript({ limits: 5 })), [
    "Option 'limits' of launch() expects an object",
  ]);
  assert.deepEqual(
    mistakesOf(() => Reflect.apply(plan, undefined, [program, null, { signal: undefined }])),
    [
      "Unknown option 'signal' of plan(), expected 'limits', 'adapter', 'addons', 'without', 'threads', 'walls', 'accept' or 'documents'",
    ],
  );
});

test('mistakes spell keys as they were given: in a document, to a constructor, or on the command line', (t) => {
  const sandbox = makeSandbox(t);
  const { program } = sandbox;
  assert.deepEqual(
    mistakesOf(() =>
      plan(program, command({ workingDirectory: '/', limits: { openFiles: 5 }, listenFds: true })),
    ),
    ['workingDirectory', 'listenFds']
      .map((key) => `Key '${key}' is for Linux programs, and 'p.wasm' is a WebAssembly module`)
      .concat("Limit 'openFiles' is for Linux programs, and 'p.wasm' is a WebAssembly module"),
  );
  assert.deepEqual(
    sandbox
      .mistakes('!command { working_directory: /, limits: { open_files: 5 } }')
      .map((line) => line.replace(/^\S+ /, '')),
    [
      "Key 'working_directory' is for Linux programs, and 'p.wasm' is a WebAssembly module",
      "Limit 'open_files' is for Linux programs, and 'p.wasm' is a WebAssembly module",
    ],
  );
  const { stderr, status } = runCommand('cloudabi', [
    ...['exec', '--chdir', '/', '--allow-calls', 'debug', '--limit', 'open_files=5', '--tmp', '--', program],
  ]);
  assert.equal(status, 65);
  assert.deepEqual(stderr.trimEnd().split('\n'), [
    ...['--chdir', '--tmp', '--allow-calls'].map(
      (option) => `Option '${option}' is for Linux programs, and 'p.wasm' is a WebAssembly module`,
    ),
    "Limit 'open_files' is for Linux programs, and 'p.wasm' is a WebAssembly module",
  ]);
  const badLimit = runCommand('cloudabi', ['exec', '--limit', 'memory=big', '--', program]);
  assert.match(badLimit.stderr, /^Limit 'memory' expects a size such as '64 MiB', not 'big'$/m);
});

test('mistakes found while planning name the place in the tree', (t) => {
  const { program } = makeSandbox(t);
  assert.deepEqual(
    mistakesOf(() => plan(program, { a: [fd(99)], 'b c': { d: file('/none') } })),
    ['a[0]: Descriptor 99 is not open', '["b c"].d: Cannot grant \'/none\': no such file or directory'],
  );
  assert.deepEqual(
    mistakesOf(() => plan(program, { a: command() })),
    ['Cannot make argdata: A command stands for the whole tree, so only at its top'],
  );
  assert.deepEqual(
    mistakesOf(() => plan(program, { a: () => 1 })),
    ['Cannot make argdata: It has no type for a value of type function'],
  );
});

test('pipe(write) lets the caller read what the program writes, to its end', async (t) => {
  const { program } = makeSandbox(t);
  const output = pipe('write');
  const opened = openPlan(plan(program, { output }));
  writeSync(opened.descriptors[0]?.host ?? -1, 'from the program');
  opened.close();
  assert.equal(await text(output.stream), 'from the program');
});

test('pipe(read) lets the program read what the caller wrote before it ran', async (t) => {
  const { program } = makeSandbox(t);
  const input = pipe('read');
  input.stream.end('for the program');
  const opened = openPlan(plan(program, { input }));
  await new Promise((resolve) => input.stream.once('close', resolve));
  const buffer = Buffer.alloc(100);
  const length = readSync(opened.descriptors[0]?.host ?? -1, buffer);
  assert.equal(buffer.toString('utf8', 0, length), 'for the program');
  opened.close();
});

test("a caller's pipe serves one program, and is closed when that cannot be started", async (t) => {
  const { program } = makeSandbox(t);
  const before = openDescriptors();
  const output = pipe('write');
  const opened = openPlan(plan(program, { output }));
  assert.throws(() => openPlan(plan(program, { output })), /was given to a program before/);
  opened.abandon();
  await until(
    'the pipe is closed',
    () => output.stream.destroyed && openDescriptors().length <= before.length,
  );
  assert.deepEqual(openDescriptors(), before);
});
