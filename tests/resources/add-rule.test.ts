import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addRule } from '../../src/resources/add-rule.ts';

const RULE = "allow read /p/it's\\ a\\*";

test('a rule is added before the one that asks; comments, order and spelling stay', () => {
  const head = '# ours\n!command\nrules: # these\n  - hide x # first\n  # keys\n';
  const tail = "  - 'ask read **/.env' # last\nbase: system\n";
  assert.equal(
    addRule(head + tail, RULE, 'ask read **/.env'),
    `${head}  - 'allow read /p/it''s\\ a\\*'\n${tail}`,
  );
  assert.equal(
    addRule('!command\nrules: [hide x, "ask all y"] # z\n', RULE, 'ask all y'),
    "!command\nrules: [hide x, 'allow read /p/it''s\\ a\\*', \"ask all y\"] # z\n",
  );
});

test('a document without that rule in its list, or of another kind, is left alone', () => {
  for (const text of [
    '!command\nrules: [ask all x]\n',
    '!command\nbase: system\n',
    'rules: [ask all y]\n',
    '!command\nrules: ask all y\n',
    '!command\nrules:\n  - !x ask all y\n',
    '!command\nrules: [',
  ])
    assert.equal(addRule(text, RULE, 'ask all y'), undefined, text);
});
