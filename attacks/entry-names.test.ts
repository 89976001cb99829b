import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const inside = fileURLToPath(new URL('entry-names-inside.js', import.meta.url));

/** What each call answered about a name that is there and about one that is not, beside the granted directory. */
type Answers = {
  readonly answers: Readonly<Record<string, { readonly there: string; readonly absent: string }>>;
  readonly forged: Readonly<Record<string, string>>;
  readonly allowed: Readonly<Record<string, string>>;
};

function ask(mode: string): Answers {
  const folder = mkdtempSync(join(tmpdir(), 'cloudabi-'));
  try {
    mkdirSync(join(folder, 'kept'));
    writeFileSync(join(folder, 'kept/file'), 'x');
    mkdirSync(join(folder, 'there'));
    writeFileSync(join(folder, 'there/file'), 'x');
    const { stdout, stderr, status, signal } = spawnSync(process.execPath, [inside, mode, folder], {
      encoding: 'utf8',
      timeout: 300_000,
    });
    assert.equal(status, 0, `${mode}: the child ended with ${status ?? signal}: ${stderr}`);
    return JSON.parse(stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('calls that change entries of directories', () => {
  test('tell without walls what exists outside, so that their refusal means something', () => {
    const telling = Object.values(ask('open').answers).filter(({ there, absent }) => there !== absent);
    assert.ok(telling.length > 20, `only ${telling.length} tell anything`);
  });

  for (const [mode, attempts] of [
    ['kernel', 30],
    ['application', 50],
  ] as const) {
    test(`tell nothing about names outside: ${mode}`, () => {
      const { answers, forged, allowed } = ask(mode);
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
