import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Matcher } from '../../src/policy/decide.ts';
import { grantingRule } from '../../src/policy/granting-rule.ts';
import { parseFileRule } from '../../src/policy/parse-rule.ts';
import { glob } from '../../src/policy/pattern.ts';
import { compileTable } from '../../src/policy/table.ts';

/** Tells whether the rule for one path decides about another. */
function decides(path: string, category: 'read' | 'write', other = path, category2 = category): boolean {
  const text = grantingRule({}, category, path);
  assert.ok(text !== undefined);
  assert.ok(!/[\p{C}\p{Zl}\p{Zp}]/u.test(text), 'a character of the rule is not shown');
  const { value } = parseFileRule(text);
  assert.ok(value, text);
  const matcher = new Matcher(compileTable([{ ...value, source: { text, place: '' } }], () => undefined));
  return matcher.decide(category2, Buffer.from(other)).rule === 0;
}

test('the rule that a question would grant is about its path and category alone, with any characters in the name', () => {
  const names = [
    '.env',
    'a b',
    "it's",
    '*',
    '[a]',
    '{a,b}',
    '\\',
    '#',
    '\n[n]o? ',
    '\u001b[2J',
    '\u202e',
    'ü',
    'with',
    '\t',
  ];
  for (const name of names) {
    const path = `/p/${name}`;
    assert.ok(decides(path, 'read'), JSON.stringify(name));
    assert.ok(!decides(path, 'read', path, 'write'), JSON.stringify(name));
    for (const other of names)
      if (other !== name) assert.ok(!decides(path, 'read', `/p/${other}`), JSON.stringify([name, other]));
    assert.ok(!decides(path, 'read', `${path}/x`));
  }
  assert.equal(
    grantingRule({ executables: [glob`/usr/bin/git`] }, 'write', '/p/x'),
    'allow write /p/x for /usr/bin/git',
  );
});

test('a path that is no UTF-8, or longer than a pattern, has no such rule', () => {
  assert.equal(grantingRule({}, 'read', Buffer.from([0x2f, 0xff]).toString('utf8')), undefined);
  assert.equal(grantingRule({}, 'read', `/${'*'.repeat(5000)}`), undefined);
});
