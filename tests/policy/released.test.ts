import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Matcher } from '../../src/policy/decide.ts';
import { parseFileRule } from '../../src/policy/parse-rule.ts';
import { findReleased } from '../../src/policy/released.ts';
import type { Rule } from '../../src/policy/rule.ts';
import { compileTable } from '../../src/policy/table.ts';
import { numbersFrom, randomPath, randomPattern } from '../frame/policy/random-patterns.ts';

function rules(...texts: readonly string[]): readonly Rule[] {
  return texts.map((text) => {
    const { value, problem } = parseFileRule(text);
    if (problem) assert.fail(`${text}: ${problem.message}`);
    return { ...value, source: { text, place: 'test' } };
  });
}

test('rules are released that others do not keep', () => {
  const released = (before: readonly string[], after: readonly string[]): readonly number[] =>
    findReleased(rules(...before), rules(...after));
  assert.deepEqual(released(['hide /p/**/.env'], ['hide /p/**/.env', 'deny write /q']), []);
  assert.deepEqual(released(['hide /p/**/.env'], ['hide /p/*/.env']), [0]);
  assert.deepEqual(released(['hide /p/*/.env'], ['hide /p/**/.env']), []);
  assert.deepEqual(released(['deny read,write /p/a'], ['deny write /p/a', 'deny read /p/*']), []);
  assert.deepEqual(released(['deny write /p/a'], ['allow write /p/*', 'deny write /p/a']), [0]);
  assert.deepEqual(
    released(['allow write /p/a', 'deny write /p/*'], ['allow write /p/a', 'deny write /p/*']),
    [],
  );
  assert.deepEqual(released(['allow write /p/a', 'deny write /p/*'], ['deny write /p/*']), []);
  assert.deepEqual(released(['deny all /p'], ['ask all /p']), [0]);
  assert.deepEqual(released(['ask all /p'], ['deny all /p']), []);
  assert.deepEqual(released(['mask /p with /a'], ['mask /p with /b']), [0]);
  assert.deepEqual(released(['deny read /p'], ['deny read /p for /bin/sh']), [0]);
  assert.deepEqual(
    released(['allow read /p for /bin/sh', 'deny read /p'], ['allow read /p for /bin/sh', 'deny read /p']),
    [],
  );
  assert.deepEqual(released(['hide /p'], ['hide /p by mounts']), [0]);
  assert.deepEqual(released(['deny all /p'], ['hide /p by mounts']), [0]);
  assert.deepEqual(released(['hide /p by mounts'], ['deny all /p/**']), []);
  assert.deepEqual(released(['hide /p by mounts'], ['hide /p by mounts']), []);
  assert.deepEqual(released(['log read /p'], []), []);
});

test('nothing that rules refuse is allowed by others that release none of them', () => {
  const below = numbersFrom(11);
  const sometimes = (): string => (below(3) === 0 ? 'allow' : 'deny');
  const some = (): readonly string[] =>
    Array.from({ length: 1 + below(3) }, () => `${sometimes()} read ${randomPattern(below)}`);
  let kept = 0;
  for (let turn = 0; turn < 600; turn++) {
    const before = rules(...some());
    const after =
      below(2) === 0
        ? [...rules(...some().filter((text) => text.startsWith('deny'))), ...before]
        : rules(...some());
    const [one, other] = [before, after].map((list) => new Matcher(compileTable(list, () => undefined)));
    const isNarrower = findReleased(before, after).length === 0;
    if (isNarrower) kept++;
    for (let count = 0; count < 60; count++) {
      const path = Buffer.from(randomPath(below), 'latin1');
      const refused = one?.decide('read', path).action === 'deny';
      const allowed = other?.decide('read', path).action !== 'deny';
      if (isNarrower) assert.ok(!(refused && allowed), path.toString());
    }
  }
  assert.ok(kept > 200 && kept < 590, `${kept}`);
});
