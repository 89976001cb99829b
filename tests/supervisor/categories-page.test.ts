import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ruledCategories } from '../../src/policy/category-table.ts';
import { categoriesPage } from '../../src/supervisor/categories-page.ts';
import { demandsOf, notifiedCalls } from '../../src/supervisor/notified-calls.ts';

test('docs/categories.md is made of the tables', () => {
  const page = new URL('../../../docs/categories.md', import.meta.url);
  assert.equal(readFileSync(page, 'utf8'), categoriesPage(), 'npm run generate writes the page anew');
});

test('every category that rules can be about has calls of its own that are judged', () => {
  const renames = notifiedCalls(demandsOf(['rename'])).length;
  for (const category of ruledCategories) {
    const calls = notifiedCalls(demandsOf([category])).length;
    if (category !== 'rename' && category !== 'link') assert.ok(calls > renames, category);
  }
});
