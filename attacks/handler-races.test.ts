import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const inside = fileURLToPath(new URL('inside/handler-races.js', import.meta.url));

/** Runs the operations. Returns the changes outside, and for each operation the count of each answer. */
function run(mode: 'raced' | 'quiet'): {
  readonly counts: Readonly<Record<string, number>>;
  readonly outside: readonly string[];
  readonly beside: readonly string[];
  readonly secret: string;
} {
  const folder = mkdtempSync(join(tmpdir(), 'cloudabi-'));
  try {
    mkdirSync(join(folder, 'kept'));
    mkdirSync(join(folder, 'outside'));
    writeFileSync(join(folder, 'outside/file'), 'x');
    writeFileSync(join(folder, 'secret'), 'secret');
    const { stdout, stderr, status, signal } = spawnSync(process.execPath, [inside, mode, folder], {
      encoding: 'utf8',
      timeout: 300_000,
    });
    assert.equal(status, 0, `the child ended with ${status ?? signal}: ${stderr}`);
    return {
      counts: JSON.parse(stdout),
      outside: readdirSync(join(folder, 'outside')),
      beside: readdirSync(folder).sort(),
      secret: readFileSync(join(folder, 'secret'), 'utf8'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the handler of refused calls', () => {
  test('lets nothing out while another thread rewrites what it reads', () => {
    const { counts, outside, beside, secret } = run('raced');
    assert.deepEqual(outside, ['file']);
    assert.deepEqual(beside, ['kept', 'outside', 'secret']);
    assert.equal(secret, 'secret');
    // The race was one: some calls were led astray, and refused.
    const refused = Object.entries(counts).filter(([name]) => /: (?:EACCES|EPERM|-1|-13)$/.test(name));
    assert.ok(refused.reduce((sum, [, count]) => sum + count, 0) > 10, JSON.stringify(counts));
    assert.equal(counts['read outside: done'], undefined);
  });

  test('does as asked while the memory stays as it is', () => {
    const { counts } = run('quiet');
    for (const name of ['mkdir', 'rmdir', 'write', 'link', 'rename', 'symlink'])
      assert.equal(counts[`${name}: done`], 1500, JSON.stringify(counts));
  });
});
