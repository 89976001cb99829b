// A command that only waits for a program in TypeScript becomes a watcher, too, once that has run for a second: with the
// same statuses and messages as before, for which it becomes Node again at the end.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { executable } from '../frame/cli/commands.ts';
import { makeFolder, until } from '../frame/programs.ts';

const isWatcher = (pid: number): boolean => readFileSync(`/proc/${pid}/comm`, 'latin1') === 'cloudabi\n';

/** A command that runs; its end is heard from its start on. */
type Started = ChildProcess & { readonly pid: number; readonly ended: Promise<unknown[]> };

/** Starts a command whose program prints a word, and in which a line of standard input sets off an action. */
function start(t: TestContext, action: string, options: readonly string[] = [], node = false): Started {
  const folder = makeFolder(t);
  const path = join(folder, 'program.mjs');
  writeFileSync(
    path,
    `process.on('SIGTERM', () => process.exit(9)); process.stdin.once('data', () => { process.stdin.pause(); ${action} });
     process.stdout.write('up');`,
  );
  const { NODE_V8_COVERAGE: _, ...env } = process.env;
  const child = spawn(process.execPath, [executable('cloudabi'), 'exec', ...options, '--', path], {
    stdio: 'pipe',
    env: node ? { ...env, NODE_V8_COVERAGE: folder } : env,
  });
  t.after(() => child.kill('SIGKILL'));
  const { pid } = child;
  assert.ok(pid !== undefined);
  // One that has reached its limit reads nothing.
  child.stdin.on('error', () => undefined);
  return Object.assign(child, { pid, ended: once(child, 'exit') });
}

async function started(
  t: TestContext,
  action: string,
  options: readonly string[] = [],
  node = false,
): Promise<Started> {
  const child = start(t, action, options, node);
  if (!node) await until('it is a watcher', () => child.exitCode !== null || isWatcher(child.pid));
  return child;
}

test('the watcher of a program in TypeScript has less than a megabyte of its own', async (t) => {
  const child = await started(t, '');
  const memory = readFileSync(`/proc/${child.pid}/smaps_rollup`, 'latin1');
  const kilobytes = [...memory.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+)/gm)].map(([, size]) =>
    Number(size),
  );
  assert.equal(kilobytes.length, 2);
  assert.ok((kilobytes[0] ?? 0) + (kilobytes[1] ?? 0) < 1024, kilobytes.join());
  child.stdin?.end('\n');
  assert.deepEqual(await child.ended, [0, null]);
});

/** Ends of a program, and options. */
const ends: readonly (readonly [what: string, action: string, ...options: string[]])[] = [
  ['its last event', ''],
  ['a status', 'process.exit(7);'],
  ['a status of 255', 'process.exitCode = 255;'],
  ['an error', "throw new Error('on purpose');"],
  ['a signal', "process.kill(process.pid, 'SIGKILL');"],
  ['abort', 'process.abort();'],
  ['the limit of wall-clock time', 'setInterval(() => {}, 1000);', '--limit', 'wall_clock=3s'],
  [
    'the limit of memory',
    'const all = []; for (;;) all.push(new Array(1e5).fill(all.length));',
    '--limit',
    'memory=64MiB',
  ],
];

for (const [what, action, ...options] of ends)
  test(`an end by ${what} is told as Node tells it`, async (t) => {
    const outcomes = [];
    for (const node of [false, true]) {
      const child = await started(t, action, options, node);
      assert.ok(child.stderr);
      const errors = text(child.stderr);
      child.stdin?.end('\n');
      const outcome = await child.ended;
      // Addresses and times differ, of what the engine prints itself.
      outcomes.push([
        outcome,
        what.includes('memory') || what === 'abort' ? '' : (await errors).replaceAll(/\/tmp\/\S+\//g, ''),
      ]);
    }
    assert.deepEqual(outcomes[0], outcomes[1]);
  });

test('a watcher passes signals on to a program in TypeScript', async (t) => {
  const child = await started(t, '');
  assert.ok(child.stdout);
  // It has its handler by then.
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  assert.deepEqual(await child.ended, [9, null]);
});

test('the last words of a program without standard error are printed', async (t) => {
  const folder = makeFolder(t);
  const path = join(folder, 'program.ts');
  writeFileSync(
    path,
    `import { program, readable } from 'cloudabi/program';
     export default program({ schema: { from: readable() } }, ({ from }) => {
       from.once('data', () => { throw new Error('without a stream'); });
     });`,
  );
  const config = join(folder, 'grants.yaml');
  writeFileSync(config, 'from: !fd stdin\n');
  const { NODE_V8_COVERAGE: _, ...env } = process.env;
  const argv = [executable('cloudabi-run'), '--config', config, path];
  const child = spawn(process.execPath, argv, { stdio: 'pipe', env });
  t.after(() => child.kill('SIGKILL'));
  const { pid } = child;
  assert.ok(pid !== undefined);
  await until('it is a watcher', () => child.exitCode !== null || isWatcher(pid));
  const errors = text(child.stderr);
  child.stdin.end('\n');
  assert.deepEqual(await once(child, 'exit'), [1, null]);
  assert.match(await errors, /Uncaught Error: without a stream/);
});

test('a command that reports refusals stays Node', async (t) => {
  const child = start(t, '', ['--trace']);
  assert.ok(child.stdout);
  // Another that was started later has become one.
  const other = await started(t, '');
  assert.ok(isWatcher(other.pid) && !isWatcher(child.pid));
  child.stdin?.end('\n');
  assert.deepEqual(await child.ended, [0, null]);
});
