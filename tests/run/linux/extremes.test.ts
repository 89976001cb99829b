import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { type CommandOptions, command, file, pipe } from '../../../src/resources/constructors.ts';
import { launch } from '../../../src/run/launch.ts';
import { cgroupPlaces } from '../../../src/worlds/cgroup-host.ts';
import { makeFolder } from '../../frame/programs.ts';

/** Runs a shell script. Returns its output and the kind of its end. */
async function run(script: string, options: CommandOptions): Promise<{ printed: string; kind: string }> {
  const output = pipe('write');
  const started = launch(
    '/bin/sh',
    command({ base: 'system', arguments: ['-c', script], stdout: output, ...options }),
  );
  const [printed, { kind }] = await Promise.all([text(output.stream), started.exited]);
  return { printed, kind };
}

const countsProcesses = cgroupPlaces().has('pids') || process.getuid?.() !== 0;

test('a program that forks without end is held, and nothing of it stays', {
  skip: !countsProcesses && 'no control group that counts processes, and no rlimit binds root',
}, async () => {
  const marker = `bomb-${process.pid}`;
  const { kind } = await run(`b() { b ${marker} | b ${marker} & }; b 2>/dev/null; sleep 1; echo end`, {
    limits: { processes: 60, wallClock: '10s' },
  });
  assert.ok(kind === 'exited' || kind === 'limit', kind);
  const left = readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(marker);
    } catch {
      return false;
    }
  });
  assert.deepEqual(left, []);
});

test('a program that fills its private /tmp gets an error, and the host keeps its space', async () => {
  const script =
    'head -c 3000000 /dev/zero > /tmp/large 2>/dev/null || echo full; head -c 100 /dev/zero > /tmp/small; wc -c < /tmp/large';
  const { printed } = await run(script, { tmp: 1_000_000 });
  const [first, size] = printed.trim().split('\n');
  assert.equal(first, 'full');
  assert.ok(Number(size) <= 1_048_576, size);
});

test('a thousand grants are all there', async (t) => {
  const folder = makeFolder(t);
  const directories = Array.from({ length: 1000 }, (_, index) => {
    const path = join(folder, String(index));
    mkdirSync(path);
    writeFileSync(join(path, 'name'), '');
    return [`/granted/${index}`, file(path, { rights: 'read' })] as const;
  });
  const { printed } = await run('ls /granted/*/name | wc -l', { directories: new Map(directories) });
  assert.equal(printed.trim(), '1000');
});
