import assert from 'node:assert/strict';
import { chmodSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type WriteGrant, writeWarnings } from '../../../src/plan/linux/write-warnings.ts';
import { plan } from '../../../src/plan/plan.ts';
import { command, file } from '../../../src/resources/constructors.ts';
import { HeldFile, HeldFiles } from '../../../src/resources/held-files.ts';
import { makeFolder } from '../../frame/programs.ts';

const root = process.geteuid?.() === 0;
const OTHER = 12_345;

/** The warnings of a grant of a directory as it is now. */
function warningsOf(t: TestContext, path: string, how: Partial<WriteGrant> = {}): string[] {
  const files = new HeldFiles();
  t.after(() => files.close());
  const held = files.find(path);
  assert.ok(held instanceof HeldFile);
  return writeWarnings({
    file: held,
    written: 'd',
    walls: 'all',
    calls: [],
    user: undefined,
    spelling: 'document',
    ...how,
  });
}

test('the plan says when owner and mode keep the program from writing', {
  skip: !root && 'needs root',
}, (t) => {
  const path = makeFolder(t);
  const warnings = (): string[] => warningsOf(t, path);
  assert.deepEqual(warnings(), []);
  chownSync(path, OTHER, OTHER);
  assert.match(warnings().join(), /^The program cannot write to 'd', which belongs to user 12345: /);
  chmodSync(path, 0o777);
  assert.deepEqual(warnings(), []);
});

test('the plan says that modes of directories with the set-group-ID bit cannot be changed', (t) => {
  const path = makeFolder(t);
  chmodSync(path, 0o2775);
  assert.match(
    warningsOf(t, path).join(),
    /^'d' passes its group on \(set-group-ID\): .*'system_calls: \[set_id_files\]'/,
  );
  const exec = warningsOf(t, path, { spelling: 'options' }).join();
  assert.match(exec, /grant '--allow-calls set_id_files' to allow that$/);
  assert.deepEqual(warningsOf(t, path, { calls: ['set_id_files'] }), []);
});

test('the plan says nothing of what is not there yet', (t) => {
  const path = join(makeFolder(t), 'new');
  const files = { [path]: file(path, { rights: ['read', 'write', 'create'] }) };
  assert.deepEqual(
    plan('/bin/true', command({ files })).warnings.filter(({ place }) => place.includes(path)),
    [],
  );
});
