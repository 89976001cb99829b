import { deepStrictEqual, ok } from 'node:assert/strict';
import { findUnused } from '../../src/policy/analyze.ts';
import { parseAnyRule, printAnyRule } from '../../src/policy/any-rule.ts';
import { Matcher } from '../../src/policy/decide.ts';
import { parsePolicy } from '../../src/policy/parse-policy.ts';
import { beneath } from '../../src/policy/pattern.ts';
import type { Rule } from '../../src/policy/rule.ts';
import { compileTable } from '../../src/policy/table.ts';
import { TableError } from '../../src/policy/table-error.ts';
import { refusedAs, type Target, textOf } from '../target.ts';

const paths = ['/', '/p', '/p/.env', '/p/a/b.log', '/p/{a,b}', '/etc/passwd', `/p/${'a/'.repeat(50)}x`];

/** Policy files. */
export const policy: Target = {
  name: 'policy',
  promise:
    'a line is refused with a place in it, or survives printing; rules together decide about every path',
  words: [
    'hide ',
    'deny(EPERM) ',
    'append ',
    'mask ',
    ' with ',
    'ioctl ',
    'net/bind ',
    'net/connect ',
    '10.0.0.0/8:80-443 ',
    '[2001:db8::]/33:',
    '*:',
    '@',
    'TIOC*',
    ' for ',
    'include ',
    'read,write',
    'change ',
    '**/',
    '/**',
    '*',
    '?',
    '[!a-z]',
    '{a,b}',
    '\\x0a',
    '\\',
    '.env',
    '/p/',
    '#',
    '\n',
  ],
  maximumLength: 600,
  run(bytes) {
    const rules: Rule[] = [];
    for (const line of parsePolicy(textOf(bytes))) {
      if (line.kind === 'problem') {
        const { start, end, message } = line.problem;
        ok(0 <= start && start <= end && end <= line.text.length);
        ok(!/\p{C}/u.test(message), message);
      } else if (line.kind === 'rule') {
        deepStrictEqual(parseAnyRule(printAnyRule(line.rule)).value, line.rule);
        if (line.rule.kind !== 'paths') continue;
        const { rule } = line.rule;
        const placed = rule.patterns.map((one) => beneath('/p', one));
        rules.push({ ...rule, patterns: placed, source: { text: line.text, place: `${line.line}` } });
      }
    }
    const table = refusedAs([TableError], () => compileTable(rules, () => undefined));
    if (table === undefined) return;
    const matcher = new Matcher(table);
    const unused = findUnused(rules).map(({ rule }) => rule);
    for (const path of paths) {
      const { rule } = matcher.decide('read', Buffer.from(path));
      // A hidden path may still decide about things beneath it.
      ok(rule === undefined || !unused.includes(rule) || rules[rule]?.action.kind !== 'deny');
    }
  },
};
