import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Filetype } from '../../../src/abi/generated/constants.ts';
import { close } from '../../../src/host/files/files.ts';
import { isProcess, processEnd } from '../../../src/host/processes/process-info.ts';
import {
  command,
  describePlan,
  file,
  launch,
  pipe,
  plan,
  processDescriptor,
  type Refusal,
} from '../../../src/index.ts';
import { HeldFiles } from '../../../src/resources/held-files.ts';
import { folderWith, programWith } from '../../frame/program/sources.ts';

const bin = (name: string): string =>
  fileURLToPath(new URL(`../../dist/bin/${name}.js`, new URL('../..', import.meta.url)));

/** Runs `cloudabi-run` with a document on standard input. */
function cloudabiRun(program: string, document: string, ...options: string[]) {
  return spawnSync(process.execPath, [bin('cloudabi-run'), ...options, program], {
    input: document,
    encoding: 'utf8',
    timeout: 300_000,
  });
}

/** Launches a program that writes to its output, and gives what it wrote. */
async function outputOf(t: TestContext, source: string, argdata: Record<string, unknown> = {}) {
  const output = pipe('write');
  const child = launch(programWith(t, source), { output, ...argdata });
  const written = await text(output.stream);
  return { written, reason: await child.exited };
}

const prints = (expression: string): string => `
  import { program } from 'cloudabi/program';
  export default program(async (given: any) => {
    const print = (value: unknown) => given.output.write(JSON.stringify(value) + '\\n');
    ${expression}
  });`;

test('a program gets its values as JavaScript has them', async (t) => {
  const { written, reason } = await outputOf(
    t,
    prints(`const { output, ...rest } = given;
      print([rest, rest.map instanceof Map, rest.when instanceof Date, Object.getPrototypeOf(rest) === Object.prototype]);`),
    { a: [1, 'two', null, true, 0.5], map: new Map([[1, 2]]), when: new Date(5000), __proto__x: { deep: 1 } },
  );
  assert.deepEqual(JSON.parse(written), [
    { a: [1, 'two', null, true, 0.5], map: {}, when: '1970-01-01T00:00:05.000Z', __proto__x: { deep: 1 } },
    true,
    true,
    true,
  ]);
  assert.ok(reason.kind === 'exited' && reason.code === 0 && reason.usage !== undefined);
});

test('nothing of its launcher is in the world of a program', async (t) => {
  const { written } = await outputOf(
    t,
    prints(`const os = await import('node:os');
      print([process.env, process.argv, process.execArgv, process.cwd(), os.hostname(), new Date(0).getTimezoneOffset()]);`),
  );
  const world = [{ TZ: 'UTC' }, ['node', '/program/program.ts'], [], '/', 'localhost', 0];
  assert.deepEqual(JSON.parse(written), world);
});

test('the exit status is that of the program, and so is an uncaught error', async (t) => {
  const exits = async (source: string) => (await outputOf(t, prints(source))).reason;
  const codeOf = (reason: Awaited<ReturnType<typeof exits>>) =>
    reason.kind === 'exited' ? reason.code : reason;
  assert.equal(codeOf(await exits('process.exit(7);')), 7);
  assert.equal(codeOf(await exits('process.exitCode = 8;')), 8);
  assert.equal(codeOf(await exits('throw new Error("no");')), 1);
  assert.equal(codeOf(await exits('setTimeout(() => { throw new Error("no"); });')), 1);
  const signaled = await exits(
    'process.kill(process.pid, "SIGTERM"); await new Promise(() => setTimeout(() => 0, 1e4));',
  );
  assert.ok(signaled.kind === 'signaled' && signaled.signal === 'SIGTERM', JSON.stringify(signaled));
});

test('a program hears signals that it listens for', async (t) => {
  const output = pipe('write');
  const source = prints(
    'process.on("SIGTERM", () => process.exit(9)); print("ready"); setInterval(() => 0, 1000);',
  );
  const child = launch(programWith(t, source), { output });
  for await (const _ of output.stream) {
    child.signal('SIGTERM');
    break;
  }
  const reason = await child.exited;
  assert.ok(reason.kind === 'exited' && reason.code === 9);
});

test('stack traces name the original lines, and are printed by the launcher without a standard error', (t) => {
  const program = programWith(
    t,
    `type Unused = { a: 1 };\nfunction thrower(): never {\n  throw new TypeError('mine');\n}\nexport default () => thrower();\n`,
  );
  const granted = cloudabiRun(program, 'errors: !fd stderr\n');
  assert.equal(granted.status, 1);
  assert.match(
    granted.stderr,
    /^Uncaught TypeError: mine\n {4}at thrower \(program\.ts:3:9\)\n {4}at .*program\.ts:5:/,
  );
  assert.doesNotMatch(granted.stderr, /cloudabi-run/);
  const withheld = cloudabiRun(program, '{}\n');
  assert.deepEqual([withheld.status, withheld.stderr, withheld.stdout], [1, granted.stderr, '']);
});

test('the console writes to standard streams that were granted, and nowhere else', (t) => {
  const program = programWith(t, 'export default () => { console.log("out"); console.error("err"); };');
  const both = cloudabiRun(program, 'a: !fd stdout\nb: !fd stderr\n');
  assert.deepEqual([both.stdout, both.stderr, both.status], ['out\n', 'err\n', 0]);
  const one = cloudabiRun(program, 'a: !fd stdout\n');
  assert.deepEqual([one.stdout, one.stderr, one.status], ['out\n', '', 0]);
  const nothing = cloudabiRun(program, 'null\n');
  assert.deepEqual([nothing.stdout, nothing.stderr, nothing.status], ['', '', 0]);
});

test('a program that cannot use what it was handed says so with status 65', (t) => {
  const source = `import { directory, program } from 'cloudabi/program';
    export default program({ schema: { root: directory() } }, () => {});`;
  const { status, stderr } = cloudabiRun(programWith(t, source), 'root: 5\nextra: 1\nerrors: !fd stderr\n');
  assert.equal(status, 65);
  assert.match(stderr, /program\.ts: The program cannot use 'root': expected a directory, not a number\n/);
  assert.match(stderr, /'extra': it knows only root\n/);
  const none = cloudabiRun(programWith(t, 'export const unused = 1;'), 'errors: !fd stderr\n');
  assert.equal(none.status, 65);
  assert.match(none.stderr, /neither calls program\(\) nor has a function as its default export/);
});

test('a program that cannot be linked is not started, with status 126', (t) => {
  const { status, stderr } = cloudabiRun(programWith(t, "import './missing.ts';"), 'null\n');
  assert.equal(status, 126);
  assert.match(stderr, /^cloudabi-run: Cannot link '.*program\.ts':\nprogram\.ts:1:8: Could not resolve/);
});

test('cloudabi exec gives a script arguments, environment, streams and directories', (t) => {
  const folder = folderWith(t, {
    'script.ts': `const [, , ...rest] = process.argv;
      for await (const chunk of process.stdin) process.stdout.write(String(chunk).toUpperCase());
      console.log(JSON.stringify([rest, process.env.GREETING, process.env.HOME]));
      process.exitCode = 5;`,
    'directories.ts': `import { program } from 'cloudabi/program';
      export default program(async (given: any) => console.log(await given['/data'].read('note', 'utf8')));`,
    'data/note': 'noted',
  });
  const exec = (...rest: string[]) =>
    spawnSync(process.execPath, [bin('cloudabi'), 'exec', ...rest], { input: 'text ', encoding: 'utf8' });
  const script = exec('--env', 'GREETING=hi', '--', join(folder, 'script.ts'), 'one', '--two');
  assert.deepEqual(
    [script.stdout, script.stderr, script.status],
    ['TEXT [["one","--two"],"hi",null]\n', '', 5],
  );
  const silent = exec('--no-stdout', '--', join(folder, 'script.ts'));
  assert.deepEqual([silent.stdout, silent.status], ['', 5]);
  const read = exec('--read', `${join(folder, 'data')}:/data`, '--', join(folder, 'directories.ts'));
  assert.deepEqual([read.stdout, read.stderr], ['noted\n', '']);
});

test('a launched script has the streams of its command', async (t) => {
  const out = pipe('write');
  const script = programWith(t, 'console.log(process.argv.slice(2).join());');
  const child = launch(script, command({ arguments: ['a', 'b'], stdout: out }));
  assert.equal(await text(out.stream), 'a,b\n');
  assert.equal((await child.exited).kind, 'exited');
});

test('an operation that a right is missing for is reported to the launcher', async (t) => {
  const folder = folderWith(t, { a: '1' });
  const refusals: Refusal[] = [];
  const source = `export default async ({ root }: any) => { try { await root.write('a', 'x'); } catch {} };`;
  const child = launch(
    programWith(t, source),
    { root: file(folder) },
    { onRefused: (refusal) => refusals.push(refusal) },
  );
  await child.exited;
  assert.equal(refusals.length > 0 && refusals[0]?.call, 'file_open');
  assert.match(refusals[0]?.remedy ?? '', /root: add `.*write/);
  assert.equal(readFileSync(join(folder, 'a'), 'utf8'), '1');
});

test('explain names the kind of program and what its packages will look for in vain', (t) => {
  const folder = folderWith(t, {
    'package.json': '{}',
    'p.js': 'require("pack"); const x = "fs"; require(x); exports.default = () => 0;',
    'node_modules/pack/index.js': 'exports.load = (name) => require(name);',
  });
  const described = describePlan(plan(join(folder, 'p.js'), null));
  assert.match(described, /^Program .*p\.js \(TypeScript or JavaScript\)/);
  assert.match(
    described,
    /will not find it:\n {2}node_modules\/pack\/index\.js:1:26: require\(\) of a variable/,
  );
  assert.match(described, /Worth a look:\n {2}p\.js:1:34: require\(\) of a variable/);
});

test('a limit of time ends a program, for all its efforts', async (t) => {
  const child = launch(programWith(t, 'export default () => { for (;;); };'), null, {
    limits: { wallClock: 700 },
  });
  assert.deepEqual(await child.exited, { kind: 'limit', limit: 'wall_clock' });
});

test('a limit of memory holds for buffers and for the heap', async (t) => {
  const run = async (source: string, memory: number) =>
    await launch(programWith(t, `export default () => { ${source} };`), null, { limits: { memory } }).exited;
  const buffers = 'const all = []; for (let i = 0; i < 300; i++) all.push(Buffer.alloc(1e6, 1));';
  const heap = 'const all: unknown[] = []; for (let i = 0; i < 3e7; i++) all.push({ i });';
  const enough = await run(buffers, 600e6);
  assert.ok(enough.kind === 'exited' && enough.code === 0, JSON.stringify(enough));
  const thrown = await run(buffers, 100e6);
  assert.ok(
    thrown.kind === 'limit' || (thrown.kind === 'exited' && thrown.code === 1),
    JSON.stringify(thrown),
  );
  const ended = await run(heap, 100e6);
  assert.ok(ended.kind === 'limit' && ended.limit === 'memory', JSON.stringify(ended));
});

test('a program that runs can be waited for, and has ended as it did', async (t) => {
  const output = pipe('write');
  const source = prints('print("up"); setTimeout(() => process.exit(7), 100);');
  const { program } = plan(programWith(t, source));
  const context = {
    program,
    files: new HeldFiles(),
    pipes: new Map(),
    networks: [],
    channels: [],
    children: [],
  };
  const child = launch(programWith(t, source), { output });
  // At once: the process has hardly been made.
  const { host } = processDescriptor(child).open(context, Filetype.process);
  t.after(() => close(host));
  assert.ok(isProcess(host) || processEnd(host) === undefined);
  const reason = await child.exited;
  assert.ok(reason.kind === 'exited' && reason.code === 7, JSON.stringify(reason));
  const end = processEnd(host);
  // Linux 6.15 and newer can tell.
  assert.ok(end === undefined || (end.code === 7 && end.signal === 0), JSON.stringify(end));
  assert.throws(
    () => launch(programWith(t, source), { process: processDescriptor(child) }),
    /has ended already/,
  );
});

test('options for another kind of program are refused', (t) => {
  const program = programWith(t, 'export default () => {};');
  assert.throws(() => plan(program, null, { adapter: program }), /adapters are for WebAssembly modules/);
  assert.throws(
    () => plan('examples/hello/hello.wasm', null, { addons: ['x'] }),
    /Packages are for programs in TypeScript or JavaScript/,
  );
});
