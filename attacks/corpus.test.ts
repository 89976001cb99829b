// One test for each file of the corpus. `npm run attacks` runs the same and prints a table.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, suite, test } from 'node:test';
import { kinds, readCorpus } from './frame/corpus.ts';
import { HeaderError, readHeader } from './frame/header.ts';
import { PAGE, renderPage } from './frame/page.ts';
import { type Observation, worldsOf } from './frame/runner.ts';
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

test('an attempt that the limit of its runner stops is made once more, and one that gave way is not', async () => {
  const [attempt] = corpus.filter(({ refused, worlds }) => refused.includes('EPERM') && worlds === undefined);
  assert.ok(attempt);
  const tried = async (...answers: readonly string[]): Promise<readonly [string | undefined, number]> => {
    let turn = 0;
    const run = async (): Promise<Observation> => {
      const answer = answers[turn++] ?? '';
      return {
        kind: 'seen',
        attempt: answer,
        twin: answer === 'EPERM' ? 'ok' : '',
        evidence: [],
        output: '',
      };
    };
    const worlds = [{ name: 'walls-root', proves: false, root: true }];
    const close = async (): Promise<readonly string[]> => [];
    const trials = await tryAttempt(attempt, { kind: 'linux', worlds, run, runUnconfined: run, close });
    return [trials[0]?.verdict, turn];
  };
  assert.deepEqual(await tried('limit-wall_clock', 'EPERM'), ['held', 2]);
  assert.deepEqual(await tried('limit-wall_clock', 'limit-wall_clock', 'EPERM'), ['gave way', 2]);
  assert.deepEqual(await tried('limit-wall_clock', 'ok'), ['gave way', 2]);
  assert.deepEqual(await tried('ok', 'EPERM'), ['gave way', 1]);
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
