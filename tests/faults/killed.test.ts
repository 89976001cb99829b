import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Random } from '../../fuzz/random.ts';
import { cgroupPlaces } from '../../src/worlds/cgroup-host.ts';
import { type Kind, kinds, launchJournal } from '../frame/faults/journals.ts';
import { beneath, holdsRecords, keepOrphans, mountsIn, nobodyLeft } from '../frame/faults/parts.ts';
import { freePort } from '../frame/free-port.ts';
import { makeFolder } from '../frame/programs.ts';

/*
 * Kills any part at any moment: no process runs on, no acknowledged write is lost and nothing is left behind.
 * More rounds, or other moments:
 *
 *   FAULT_ROUNDS=100 FAULT_SEED=7 node scripts/test.js tests/faults
 */
const ROUNDS = Number(process.env['FAULT_ROUNDS'] ?? 1);
const random = new Random(Number(process.env['FAULT_SEED'] ?? 1));

const PROGRAMS = 3;
/** The latest moment of a kill, in milliseconds after the first acknowledged write. */
const LATEST = 300;

keepOrphans();

/** Programs under load, in a launcher of their own. */
type Load = {
  readonly launcher: ChildProcess;
  readonly folder: string;
  readonly temporary: string;
  /** Highest number that each program has acknowledged. */
  readonly acknowledged: Map<string, number>;
  /** The last line of the launcher. */
  readonly lastWord: Promise<string | undefined>;
};

async function load(t: TestContext, kind: Kind): Promise<Load> {
  const room = makeFolder(t);
  const folder = join(room, 'logs');
  const temporary = join(room, 'tmp');
  for (const each of [folder, temporary]) mkdirSync(each);
  const port = kind === 'linux' ? [String(await freePort())] : [];
  const launcher = spawn(
    process.execPath,
    [
      fileURLToPath(new URL('../frame/faults/launcher.js', import.meta.url)),
      kind,
      folder,
      String(PROGRAMS),
      ...port,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, TMPDIR: temporary } },
  );
  t.after(() => launcher.kill('SIGKILL'));
  const acknowledged = new Map<string, number>();
  const lines = createInterface({ input: launcher.stdout });
  let word: string | undefined;
  let begun: () => void = () => undefined;
  const allBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  lines.on('line', (line) => {
    const [name = '', number = ''] = line.split(' ');
    if (name === 'end') word = line.slice(4);
    // The last line may have been cut off.
    else if (/^\d+$/.test(number))
      acknowledged.set(name, Math.max(acknowledged.get(name) ?? 0, Number(number)));
    if (acknowledged.size >= PROGRAMS) begun();
  });
  const lastWord = once(lines, 'close').then(() => word);
  await Promise.race([allBegun, lastWord]);
  return { launcher, folder, temporary, acknowledged, lastWord };
}

/** Checks the promises that must hold when all is over. */
async function allOver({ folder, temporary, acknowledged, lastWord }: Load): Promise<void> {
  await nobodyLeft();
  await lastWord;
  assert.ok(acknowledged.size > 0, 'Nothing was written');
  for (const [name, number] of acknowledged) holdsRecords(join(folder, name), number);
  assert.deepEqual(readdirSync(temporary), []);
  assert.deepEqual(mountsIn(folder), []);
}

/** Control groups that a launcher has made. */
function groupsOf(pid: number | undefined): string[] {
  return [...cgroupPlaces().values()].flatMap(({ directory }) =>
    readdirSync(directory).filter((name) => name.includes(`-${pid}-`)),
  );
}

for (const kind of kinds) {
  test(`when the launcher of ${kind} programs is killed, they end, and what they acknowledged is written`, async (t) => {
    for (let round = 0; round < ROUNDS; round++) {
      const under = await load(t, kind);
      await setTimeout(random.below(LATEST));
      under.launcher.kill('SIGKILL');
      await once(under.launcher, 'exit');
      await allOver(under);
      // Control groups of a launcher that is gone are removed when the next one makes some.
      const next = launchJournal(kind, { name: 'next', folder: under.folder });
      next.kill();
      await next.exited;
      assert.deepEqual(groupsOf(under.launcher.pid), []);
    }
  });

  test(`when any process of ${kind} programs is killed, their launcher ends all of them and keeps nothing`, async (t) => {
    for (let round = 0; round < ROUNDS; round++) {
      const under = await load(t, kind);
      await setTimeout(random.below(LATEST));
      const { pid = 0 } = under.launcher;
      for (let kills = 1 + random.below(3); kills > 0; kills--) {
        const victim = random.pick(beneath(pid));
        if (victim !== undefined) kill(victim);
      }
      await setTimeout(random.below(50));
      under.launcher.stdin?.end();
      const [status] = await once(under.launcher, 'exit');
      assert.equal(status, 0);
      await allOver(under);
      const { descriptors, children } = JSON.parse((await under.lastWord) ?? '{}');
      assert.deepEqual({ descriptors, children }, { descriptors: 0, children: 0 });
      assert.deepEqual(groupsOf(pid), []);
    }
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
