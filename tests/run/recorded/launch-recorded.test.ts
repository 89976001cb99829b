import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { planToLaunch } from '../../../src/plan/plan.ts';
import { command, file, pipe } from '../../../src/resources/constructors.ts';
import { launchRecorded } from '../../../src/run/recorded/launch-recorded.ts';
import { executable } from '../../frame/cli/commands.ts';
import { makeFolder } from '../../frame/programs.ts';

/** The records of a stream: their types, and what stands in them. */
function recordsOf(
  path: string,
): readonly { readonly type: string; readonly data: Record<string, unknown> }[] {
  const verified = spawnSync(process.execPath, [executable('cloudabi'), 'audit', 'verify', path], {
    encoding: 'utf8',
  });
  assert.equal(verified.status, 0, verified.stderr);
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('the start, refusals, changes and end of a launched program are recorded', async (t) => {
  const folder = makeFolder(t);
  const stream = join(makeFolder(t), 'audit.jsonl');
  writeFileSync(join(folder, '.env'), 'x');
  const grants = command({
    base: 'system',
    directories: { '/p': file(folder) },
    rules: ['deny read /p/.env'],
    rulesState: 'drop',
    arguments: ['-c', "cat /p/.env; ln -s 'hide /p' /dev/cloudabi; ln -s 'state open' /dev/cloudabi; exit 3"],
  });
  const heard: string[] = [];
  const program = launchRecorded(planToLaunch('/bin/sh', grants), {
    audit: stream,
    onRefusedAccess: ({ path }) => heard.push(path),
  });
  assert.equal((await program.exited).kind, 'exited');
  assert.deepEqual(heard, ['/p/.env']);
  assert.deepEqual(
    recordsOf(stream).map(({ type, data }) => [type, data['path'] ?? data['text'] ?? data['command']]),
    [
      ['start', 'api'],
      ['refusal', '/p/.env'],
      ['change', 'hide /p'],
      ['change', 'state open'],
      ['end', undefined],
    ],
  );
});

test('a stream that the program may change is refused, and one that cannot be written ends it', async (t) => {
  const folder = makeFolder(t);
  const own = join(folder, 'audit.jsonl');
  const options = {
    base: 'system',
    directories: { '/p': file(folder, { rights: ['read', 'write', 'create', 'remove'] }) },
  } as const;
  const plan = planToLaunch('/bin/cat', command(options));
  assert.throws(() => launchRecorded(plan, { audit: own }), /The program may change/);
  assert.throws(() => launchRecorded(plan, { audit: join(makeFolder(t), 'none', 'x') }), /no such file/i);
  const stream = join(makeFolder(t), 'audit.jsonl');
  const stdin = pipe('read');
  const program = launchRecorded(
    planToLaunch('/bin/cat', command({ base: 'system', stdin, rulesState: 'drop' })),
    { audit: stream },
  );
  writeFileSync(stream, 'broken\n', { flag: 'a' });
  await assert.doesNotReject(program.policy?.add('hide /x') ?? Promise.reject(new Error('no policy')));
  assert.equal((await program.exited).kind, 'killed');
});

test('a program of the API is listed, inspected and changed like one of a command', async (t) => {
  const runtime = makeFolder(t);
  const before = process.env['XDG_RUNTIME_DIR'];
  process.env['XDG_RUNTIME_DIR'] = runtime;
  t.after(() => {
    if (before === undefined) delete process.env['XDG_RUNTIME_DIR'];
    else process.env['XDG_RUNTIME_DIR'] = before;
  });
  const run = async (
    ...words: readonly string[]
  ): Promise<{ readonly stdout: string; readonly stderr: string }> => {
    const { execFile } = await import('node:child_process');
    return new Promise((resolve) => {
      execFile(process.execPath, [executable('cloudabi'), ...words], (_, stdout, stderr) =>
        resolve({ stdout, stderr }),
      );
    });
  };
  const stdin = pipe('read');
  const plan = planToLaunch('/bin/cat', command({ base: 'system', stdin, rulesState: 'exec' }));
  const program = launchRecorded(plan, { listed: true });
  let rows: { pid: number; command: string }[] = [];
  for (let turn = 0; turn < 50 && rows.length === 0; turn++) {
    await pause(100);
    rows = JSON.parse((await run('ps', '--json')).stdout);
  }
  assert.deepEqual([rows[0]?.pid, rows[0]?.command], [process.pid, 'api']);
  const changed = await run('ctl', 'cat', 'policy', 'add', 'hide /x');
  assert.equal(changed.stdout, '# exec\nhide /x\n', changed.stderr);
  assert.deepEqual(program.policy?.rules, ['hide /x']);
  assert.match((await run('inspect', 'cat')).stdout, /\(api\) runs it since/);
  program.kill();
  await program.exited;
  assert.equal((await run('ps', '--json')).stdout.trim(), '[]');
});
