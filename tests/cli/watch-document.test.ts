import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { watchDocument } from '../../src/cli/watch-document.ts';
import { makeFolder } from '../frame/programs.ts';

test('a document that changes before it is watched is read again, and so is each later text', async (t) => {
  const folder = makeFolder(t);
  const document = join(folder, 'graph.yaml');
  writeFileSync(document, 'second');
  const texts: string[] = [];
  const events = new EventEmitter();
  const heard = async (count: number): Promise<void> => {
    while (texts.length < count) await once(events, 'text');
  };
  const watcher = watchDocument(document, 'first', async (text) => {
    texts.push(text);
    events.emit('text');
  });
  t.after(() => watcher.close());
  await heard(1);
  writeFileSync(document, 'third');
  await heard(2);
  // As editors do.
  writeFileSync(join(folder, 'graph.yaml.new'), 'fourth');
  renameSync(join(folder, 'graph.yaml.new'), document);
  await heard(3);
  assert.deepEqual(texts, ['second', 'third', 'fourth']);
});
