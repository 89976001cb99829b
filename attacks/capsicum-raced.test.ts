import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeFolder } from '../tests/frame/programs.ts';

const inside = fileURLToPath(new URL('inside/capsicum-raced.js', import.meta.url));

test('a path that changes while the handler looks at it leads to what is kept or nowhere', (t) => {
  const folder = makeFolder(t);
  const [kept, secret] = ['kept/file', 'away/file'].map((name) => join(folder, name));
  assert.ok(kept !== undefined && secret !== undefined);
  for (const [path, content] of [
    [kept, 'kept'],
    [secret, 'secret'],
  ] as const) {
    mkdirSync(join(path, '..'));
    writeFileSync(path, content);
  }
  const made = join(folder, 'away/made');
  const race = (mode: string): Readonly<Record<string, number>> => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [inside, mode, kept, secret, made], {
      encoding: 'utf8',
      timeout: 300_000,
    });
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout);
  };
  const confined = race('closed');
  assert.equal(confined['secret'], undefined, JSON.stringify(confined));
  assert.ok((confined['kept'] ?? 0) > 0, JSON.stringify(confined));
  assert.equal(confined['made'], 0);
  assert.ok(!existsSync(made));
  // Outside of capability mode both are read, so that there is something to be won.
  const free = race('open');
  assert.ok((free['secret'] ?? 0) > 0 && (free['kept'] ?? 0) > 0, JSON.stringify(free));
  assert.equal(free['made'], 1);
});
