import assert from 'node:assert/strict';
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { command } from '../frame/cli/commands.ts';
import { makeFolder } from '../frame/programs.ts';

test('a path that is granted by a relative name is found by it', (t) => {
  const cwd = realpathSync(makeFolder(t));
  mkdirSync(join(cwd, 'sub'));
  writeFileSync(join(cwd, 'sub/file'), 'found\n');
  writeFileSync(join(cwd, 'secret'), 'hidden\n');
  for (const walls of ['all', 'landlock']) {
    const options = ['exec', '--walls', walls, '--base', 'system', '--read', 'sub'];
    const script = 'pwd; cat sub/file; cat secret || ls -a ../.. || echo nothing else';
    const { stdout } = command('cloudabi', [...options, '--', 'sh', '-c', script], { cwd });
    assert.match(stdout, new RegExp(`^${cwd}\nfound\n`), walls);
    assert.doesNotMatch(stdout, /hidden/);
  }
  // A grant at another path leaves nothing of the caller's folder.
  const moved = ['exec', '--base', 'system', '--read', 'sub:/sub', '--', 'pwd'];
  assert.equal(command('cloudabi', moved, { cwd }).stdout, '/\n');
});
