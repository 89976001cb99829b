import assert from 'node:assert/strict';
import { chmodSync, chownSync } from 'node:fs';
import { test } from 'node:test';
import { writeWarnings } from '../../../src/plan/linux/write-warnings.ts';
import { makeFolder } from '../../frame/programs.ts';

const root = process.geteuid?.() === 0;
const OTHER = 12_345;

test('the plan says when owner and mode keep the program from writing', {
  skip: !root && 'needs root',
}, (t) => {
  const path = makeFolder(t);
  const warnings = (): string[] =>
    writeWarnings({ path, written: 'd', walls: 'all', calls: [], spelling: 'document' });
  assert.deepEqual(warnings(), []);
  chownSync(path, OTHER, OTHER);
  assert.match(warnings().join(), /^The program cannot write to 'd', which belongs to user 12345: /);
  chmodSync(path, 0o777);
  assert.deepEqual(warnings(), []);
});

test('the plan says that modes of directories with the set-group-ID bit cannot be changed', (t) => {
  const path = makeFolder(t);
  chmodSync(path, 0o2775);
  const grant = { path, written: 'd', walls: 'all', calls: [], spelling: 'document' } as const;
  assert.match(
    writeWarnings(grant).join(),
    /^'d' passes its group on \(set-group-ID\): .*'system_calls: \[set_id_files\]'/,
  );
  const exec = writeWarnings({ ...grant, spelling: 'options' }).join();
  assert.match(exec, /grant '--allow-calls set_id_files' to allow that$/);
  assert.deepEqual(writeWarnings({ ...grant, calls: ['set_id_files'] }), []);
});

test('the plan says nothing of what is not there yet', () => {
  assert.deepEqual(
    writeWarnings({ path: '/nowhere', written: 'd', walls: 'all', calls: [], spelling: 'document' }),
    [],
  );
});
