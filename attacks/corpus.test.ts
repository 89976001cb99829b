// One test for each file of the corpus. `npm run attacks` runs the same and prints a table.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, suite, test } from 'node:test';
import { kinds, readCorpus } from './frame/corpus.ts';
import { HeaderError, readHeader } from './frame/header.ts';
import { PAGE, renderPage } from './frame/page.ts';
import { worldsOf } from './frame/runner.ts';
import { tryAttempt } from './frame/trial.ts';
import { runners } from './runners/index.ts';

const corpus = readCorpus();

for (const kind of kinds) {
  const attempts = corpus.filter((attempt) => attempt.kind === kind);
  if (attempts.length === 0) continue;
  const runner = runners[kind]();
  suite(`attempts of the kind ${kind}`, { concurrency: 6 }, () => {
    after(async () => assert.deepEqual(await runner.close(), []));
    for (const attempt of attempts) {
      test(`${attempt.name} comes to nothing: ${attempt.route}`, async (t) => {
        assert.notEqual(worldsOf(attempt, runner).length, 0, 'it is tried nowhere');
        const trials = await tryAttempt(attempt, runner);
        const failures = trials.filter(({ verdict }) => verdict === 'gave way');
        assert.deepEqual(
          failures.map(({ world, detail }) => `${world}: ${detail}`),
          [],
        );
        for (const { verdict, world, detail } of trials)
          if (verdict === 'unproven') t.diagnostic(`${world}: ${detail}`);
        const skipped = trials.filter(({ verdict }) => verdict === 'skipped');
        if (skipped.length === trials.length) t.skip(skipped[0]?.detail);
      });
    }
  });
}

test('the page of attacks lists the corpus as it is', () => {
  assert.equal(readFileSync(PAGE, 'utf8'), renderPage(corpus), 'run npm run attacks -- --page');
});

test('a header with an unknown key, without a key, or with one twice is refused', () => {
  const whole = [
    '// Route: tries',
    '// Known from: first principles',
    '// Refused: EPERM,',
    '//   EACCES',
    '// Twin: works',
    '// Unconfined: works',
  ];
  assert.deepEqual(readHeader(whole.join('\n'), 'c').refused, ['EPERM', 'EACCES']);
  const wrong = (lines: readonly string[], message: RegExp): void =>
    assert.throws(
      () => readHeader(lines.join('\n'), 'c'),
      (error) => error instanceof HeaderError && message.test(error.message),
    );
  wrong([...whole, '// Colour: red'], /'Colour' is not one of/);
  wrong(whole.slice(1), /'Route' is missing/);
  wrong([...whole, '// Twin: again'], /written twice/);
  wrong([...whole, '// Grants: proc'], /not a flow mapping/);
  wrong([...whole.slice(0, -1), '// Unconfined: perhaps'], /is not 'works'/);
});
