// The most used packages of Debian work inside as they do outside, with the base `system` and one writable directory.
// `npm run real` makes every task, the normal run the quick ones.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { file } from '../../src/resources/constructors.ts';
import { passAsNobody } from '../frame/other-user.ts';
import { makeFolder, setEnvironment } from '../frame/programs.ts';
import { type Task, tasks } from '../frame/real/packages.ts';
import { shell } from '../frame/run/linux/launching.ts';

const PATH = '/usr/local/bin:/usr/local/go/bin:/usr/bin:/bin:/usr/sbin:/sbin';
const all = process.env['REAL'] === 'all';
const isRoot = process.getuid?.() === 0;

function isThere(program: string): boolean {
  const places = program.startsWith('/') ? [program] : PATH.split(':').map((folder) => join(folder, program));
  return places.some((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function reasonToSkip({ needs, notRoot }: Task): string | false {
  if (!isThere(needs)) return `${needs} is not installed`;
  return isRoot && notRoot !== undefined && notRoot;
}

async function comesOutTheSame(t: TestContext, task: Task): Promise<void> {
  const base = makeFolder(t);
  setEnvironment(t, { PATH });
  const [outside, inside] = [join(base, 'outside'), join(base, 'inside')];
  for (const folder of [outside, inside]) mkdirSync(folder);
  const environment = (folder: string): Record<string, string> => ({
    LANG: 'C.UTF-8',
    HOME: folder,
    COMPOSER_ALLOW_SUPERUSER: '1',
  });
  const script = `set -e\n${task.script}`;
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', script], {
    cwd: outside,
    encoding: 'utf8',
    env: { ...environment(outside), PATH },
    timeout: 120_000,
  });
  if (status !== 0) return t.skip(`fails outside, too: ${stderr.trim().split('\n').at(-1)}`);
  const rights = ['read', 'write', 'create', 'remove', 'execute'] as const;
  const { reason, out, errors } = await shell(script, {
    directories: { [inside]: file(inside, { rights: [...rights] }) },
    workingDirectory: inside,
    environment: environment(inside),
    limits: { wallClock: '120s' },
    ...(task.calls && { systemCalls: [...task.calls] }),
    ...(task.loopback && { network: 'loopback' }),
  });
  assert.deepEqual(
    [reason.kind, 'code' in reason && reason.code],
    ['exited', 0],
    `${JSON.stringify(reason)}\n${out}\n${errors}`,
  );
  if (!task.varies) assert.equal(out.replaceAll(inside, ''), stdout.replaceAll(outside, ''), errors);
  else assert.equal(out === '', stdout === '', `${out}\n${errors}`);
}

for (const task of tasks) {
  if (!all && !task.quick) continue;
  test(`${task.package} does inside what it does outside`, { skip: reasonToSkip(task) }, (t) =>
    comesOutTheSame(t, task),
  );
}

test('an ordinary user has the same', (context) =>
  passAsNobody(context, [new URL('packages.test.js', import.meta.url)]));
