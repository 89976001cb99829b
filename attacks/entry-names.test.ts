import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const inside = fileURLToPath(new URL('inside/entry-names.js', import.meta.url));

/** The answer of each call for an existing and for a missing name beside the granted directory. */
type Answers = {
  readonly answers: Readonly<Record<string, { readonly there: string; readonly absent: string }>>;
  readonly forged: Readonly<Record<string, string>>;
  readonly allowed: Readonly<Record<string, string>>;
};

/** Waits until a process group is empty, which the name writer hears a moment after its parent has ended. */
async function nobodyIn(group: number): Promise<void> {
  for (let look = 0; look < 1000; look++) {
    try {
      process.kill(-group, 0);
    } catch {
      return;
    }
    await setTimeout(10);
  }
  assert.fail('the name writer has outlived the process');
}

async function ask(mode: string): Promise<Answers> {
  const folder = mkdtempSync(join(tmpdir(), 'cloudabi-'));
  try {
    mkdirSync(join(folder, 'kept'));
    writeFileSync(join(folder, 'kept/file'), 'x');
    mkdirSync(join(folder, 'there'));
    writeFileSync(join(folder, 'there/file'), 'x');
    const child = spawn(process.execPath, [inside, mode, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
      // A process group of its own, in which the name writer is, too.
      detached: true,
      timeout: 300_000,
      killSignal: 'SIGKILL',
    });
    const ended = once(child, 'exit');
    const output = await text(child.stdout);
    const [status, signal] = await ended;
    assert.equal(status, 0, `${mode}: the child ended with ${status ?? signal}`);
    await nobodyIn(child.pid ?? 0);
    return JSON.parse(output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('calls that change entries of directories', () => {
  test('tell without walls what exists outside, so that their refusal means something', async () => {
    const { answers } = await ask('open');
    const telling = Object.values(answers).filter(({ there, absent }) => there !== absent);
    assert.ok(telling.length > 20, `only ${telling.length} tell anything`);
  });

  for (const [mode, attempts] of [
    ['kernel', 30],
    ['application', 50],
  ] as const) {
    test(`tell nothing about names outside: ${mode}`, async () => {
      const { answers, forged, allowed } = await ask(mode);
      assert.ok(Object.keys(answers).length > attempts, `only ${Object.keys(answers).length} attempts`);
      const telling = Object.entries(answers).filter(
        ([, { there, absent }]) => there !== absent || there === 'succeeded',
      );
      assert.deepEqual(telling, []);
      const wrong = Object.entries(forged).filter(
        ([, answer]) => answer === 'succeeded' || answer === 'a slash',
      );
      assert.deepEqual(wrong, []);
      const { 'find it there': again, ...others } = allowed;
      assert.equal(again, 'EEXIST');
      assert.deepEqual(
        Object.entries(others).filter(([, answer]) => answer !== 'succeeded'),
        [],
      );
    });
  }
});
