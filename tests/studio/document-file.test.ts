import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DocumentFile } from '../../src/studio/document-file.ts';
import { makeFolder, until } from '../frame/programs.ts';

test('a document that changes between its reading and its watch is told of, and so is each later text', async (t) => {
  const path = join(makeFolder(t), 'graph.yaml');
  writeFileSync(path, 'first');
  const document = new DocumentFile(path);
  document.read();
  writeFileSync(path, 'second');
  const texts: string[] = [];
  const watching = document.watch((text) => texts.push(text));
  t.after(() => watching.close());
  assert.deepEqual(texts, ['second']);
  writeFileSync(path, 'third');
  await until('the third text is told', () => texts.includes('third'));
});
