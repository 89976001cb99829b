import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NameAnswer } from '../../src/nscd/answer.ts';
import { AskedNames } from '../../src/nscd/asked-names.ts';

test('questions that wait are bounded, and answered ones make room', async () => {
  const asked = new AskedNames(2);
  const waiting: ((answer: NameAnswer) => void)[] = [];
  const ask = (): Promise<NameAnswer> => new Promise((resolve) => waiting.push(resolve));
  const question = { kind: 'user', name: 'root' } as const;
  const first = asked.answer(question, ask);
  void asked.answer(question, ask);
  assert.deepEqual(await asked.answer(question, ask), { kind: 'later' });
  assert.equal(waiting.length, 2, 'the service has not been asked a third time');
  waiting[0]?.({ kind: 'none' });
  assert.deepEqual(await first, { kind: 'none' });
  void asked.answer(question, ask);
  assert.equal(waiting.length, 3);
  const failed = new AskedNames(1);
  await assert.rejects(failed.answer(question, () => Promise.reject(new Error('broken'))));
  assert.deepEqual(await failed.answer(question, async () => ({ kind: 'none' })), { kind: 'none' });
});
