import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { callGroupNames } from '../../src/worlds/call-groups.ts';
import { callGroupTable, withCallGroups } from '../../src/worlds/call-groups-page.ts';

test('docs/linux-programs.md shows the groups of system calls as they are', () => {
  const page = readFileSync('docs/linux-programs.md', 'utf8');
  assert.equal(withCallGroups(page), page, 'npm run generate writes the table anew');
  assert.equal(callGroupTable().split('\n').length, callGroupNames.length + 2);
});
