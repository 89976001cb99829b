import { ok } from 'node:assert/strict';
import { ruledCategories } from '../../src/policy/category-table.ts';
import { Matcher } from '../../src/policy/decide.ts';
import { pattern } from '../../src/policy/pattern.ts';
import { actionKinds, type Rule } from '../../src/policy/rule.ts';
import { compileTable } from '../../src/policy/table.ts';
import { Header, TABLE_MAGIC } from '../../src/policy/table-layout.ts';
import { refusedAs, type Target } from '../target.ts';

const rules: readonly Rule[] = ['/p/**/.env', '/p/*.log', '/q/[a-c]?'].map((text) => ({
  action: { kind: 'deny', errno: 13 },
  categories: ruledCategories,
  patterns: [pattern(text)],
  executables: [pattern('/bin/*')],
  source: { text, place: 'fuzz' },
}));
const whole = compileTable(rules, () => undefined);

/** Tables that are broken: the input is laid over one, each three bytes a place and a value. */
export const policyTable: Target = {
  name: 'policy-table',
  promise: 'a table that is broken is refused, or read within its bounds and in bounded time',
  words: ['\0\0\0', '\x08\0\xff', '\x10\0\xff', '\xff\xff'],
  maximumLength: 96,
  run(bytes) {
    const table = new Uint8Array(whole);
    for (let at = 0; at + 2 < bytes.length; at += 3) {
      const place = ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)) % table.length;
      table[place] = bytes[at + 2] ?? 0;
    }
    const words = new DataView(table.buffer);
    words.setUint32(Header.magic * 4, TABLE_MAGIC, true);
    words.setUint32(Header.words * 4, table.length / 4, true);
    const matcher = new Matcher(table);
    const held = refusedAs([RangeError], () => matcher.conditionsOf(Buffer.from('/bin/sh'))) ?? 0n;
    const decision = refusedAs([RangeError], () => matcher.decide('read', Buffer.from('/p/a/.env'), held));
    ok(decision === undefined || actionKinds.includes(decision.action));
  },
};
