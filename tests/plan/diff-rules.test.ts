import assert from 'node:assert/strict';
import { test } from 'node:test';
import { otherGains } from '../../src/plan/diff/other-gains.ts';
import { plan } from '../../src/plan/plan.ts';
import { command, file } from '../../src/resources/constructors.ts';

test('a rule that only one of two sets of grants has is a difference', () => {
  const planned = (rules: readonly string[]) =>
    plan(
      '/bin/true',
      command({ directories: { '/usr/share': file('/usr/share') }, workingDirectory: '/usr/share', rules }),
    );
  const one = planned(['hide **/*.key']);
  assert.deepEqual(
    otherGains(planned(['hide *.key']), one).map(({ kind, what }) => `${kind}: ${what}`),
    ["rule: use what 'hide /usr/share/**/*.key' withholds"],
  );
  assert.deepEqual(otherGains(one, planned(['hide *.key'])), []);
});
