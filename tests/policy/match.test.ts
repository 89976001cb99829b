import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Category, categories, categoryNumber } from '../../src/policy/category.ts';
import { Matcher } from '../../src/policy/decide.ts';
import { pattern } from '../../src/policy/pattern.ts';
import { type Action, actionKinds, type Rule } from '../../src/policy/rule.ts';
import { compileTable } from '../../src/policy/table.ts';
import { nativeMatcher } from '../frame/policy/native-matcher.ts';
import { numbersFrom, randomPath, randomPattern } from '../frame/policy/random-patterns.ts';
import { firstReference } from '../frame/policy/reference.ts';

const CASES = Number(process.env['CASES'] ?? 20_000);

function ruleOf(text: string, more: Partial<Rule> = {}): Rule {
  const action: Action = { kind: 'deny', errno: 13 };
  const source = { text, place: 'test' };
  return { action, categories, patterns: [pattern(text)], source, ...more };
}

const table = (rules: readonly Rule[]): Uint8Array => compileTable(rules, () => undefined);
const decide = (rules: readonly Rule[], category: Category, path: string, executable = '') => {
  const matcher = new Matcher(table(rules));
  return matcher.decide(category, Buffer.from(path), matcher.conditionsOf(Buffer.from(executable)));
};
const matches = (text: string, path: string): boolean =>
  decide([ruleOf(text)], 'read', path).rule !== undefined;

test('patterns mean what the page of rules says', () => {
  const yes: readonly (readonly [string, string])[] = [
    ['/p/*.log', '/p/a.log'],
    ['/p/*.log', '/p/.log'],
    ['/p/**/*.log', '/p/a.log'],
    ['/p/**/*.log', '/p/x/y/a.log'],
    ['/p/**', '/p'],
    ['/p/**', '/p/x/y'],
    ['/**', '/'],
    ['/', '/'],
    ['/p/?', '/p/a'],
    ['/p/[!a-c]', '/p/d'],
    ['/p/{a,b/c}', '/p/b/c'],
    ['/p/{a,b,}x', '/p/x'],
    ['/p/\\*', '/p/*'],
    ['/p/\\xc3\\xa9', '/p/é'],
    ['/p/é', '/p/é'],
    ['/**/a/**/b/**', '/x/a/b/c'],
  ];
  const no: readonly (readonly [string, string])[] = [
    ['/p/*.log', '/p/x/a.log'],
    ['/p/*', '/p'],
    ['/p/*', '/p/'],
    ['/p/**', '/px'],
    ['/p/**/x', '/px'],
    ['/p/**/x', '/p/ax'],
    ['/*', '/'],
    ['/p/?', '/p/é'],
    ['/p/[!a]', '/p//'],
    ['/p/\\*', '/p/a'],
    ['/p', '/p/x'],
  ];
  for (const [text, path] of yes) assert.ok(matches(text, path), `${text} ${path}`);
  for (const [text, path] of no) assert.ok(!matches(text, path), `${text} ${path}`);
});

test('the first rule that matches decides, for each category by itself', () => {
  const rules = [
    ruleOf('/p/a', { categories: ['write'], action: { kind: 'allow' } }),
    ruleOf('/p/*', { categories: ['write', 'create'], action: { kind: 'deny', errno: 30 } }),
    ruleOf('/p/**', { action: { kind: 'log' } }),
  ];
  assert.equal(decide(rules, 'write', '/p/a').rule, 0);
  assert.deepEqual(decide(rules, 'write', '/p/b'), {
    action: 'deny',
    errno: 30,
    rule: 1,
    argument: undefined,
  });
  assert.equal(decide(rules, 'create', '/p/a').rule, 1);
  assert.equal(decide(rules, 'read', '/p/a').rule, 2);
  assert.equal(decide(rules, 'read', '/q').rule, undefined);
});

test('all beneath a hidden or masked path is hidden or masked with it', () => {
  for (const action of [{ kind: 'hide' }, { kind: 'mask', with: { kind: 'empty' } }] as const) {
    const rules = [ruleOf('/p/*.d', { action })];
    assert.equal(decide(rules, 'read', '/p/x.d/y/z').action, action.kind);
    assert.equal(decide(rules, 'read', '/p/x.dd').rule, undefined);
  }
});

test('a rule for executables is about no other process', () => {
  const rules = [
    ruleOf('/p/**', { action: { kind: 'allow' }, executables: [pattern('/usr/bin/git')] }),
    ruleOf('/p/**', {
      action: { kind: 'allow' },
      executables: [pattern('/usr/bin/py*'), pattern('/opt/**')],
    }),
    ruleOf('/p/**'),
  ];
  assert.equal(decide(rules, 'read', '/p/x', '/usr/bin/git').rule, 0);
  assert.equal(decide(rules, 'read', '/p/x', '/usr/bin/python3').rule, 1);
  assert.equal(decide(rules, 'read', '/p/x', '/opt/x/y').rule, 1);
  assert.equal(decide(rules, 'read', '/p/x', '/usr/bin/gitk').rule, 2);
});

test('an action has its number in the table', () => {
  const actions: readonly Action[] = actionKinds.map((kind) =>
    kind === 'deny' ? { kind, errno: 1 } : kind === 'mask' ? { kind, with: { kind: 'empty' } } : { kind },
  );
  const rules = actions.map((action, index) => ruleOf(`/${index}`, { action }));
  for (const [index, kind] of actionKinds.entries())
    assert.equal(decide(rules, 'read', `/${index}`).action, kind);
});

test(`${CASES} random decisions agree: TypeScript, C and regular expressions`, (t) => {
  const native = nativeMatcher();
  if (native === undefined) t.diagnostic('there is no C compiler: TypeScript and regular expressions alone');
  const below = numbersFrom(20260);
  const perSet = 200;
  let matched = 0;
  for (let done = 0; done < CASES; done += perSet) {
    const texts = Array.from({ length: 1 + below(12) }, () => randomPattern(below));
    const paths = Array.from({ length: perSet }, () => Buffer.from(randomPath(below), 'latin1'));
    const bytes = table(texts.map((text) => ruleOf(text)));
    const matcher = new Matcher(bytes);
    const ends: number[] = [];
    for (const path of paths) ends.push((ends.at(-1) ?? 0) + path.length);
    const found = new Uint32Array(4 * perSet);
    const ok = native?.decideAll(
      bytes,
      categoryNumber('exec'),
      Buffer.concat(paths),
      Uint32Array.from(ends),
      new Uint8Array(1),
      found,
    );
    assert.notEqual(ok, 0);
    for (const [index, path] of paths.entries()) {
      const wanted = firstReference(texts, path.toString('latin1'));
      const { rule } = matcher.decide('exec', path);
      const shown = (): string => `${path.toString()} by ${texts.join('   ')}`;
      if (rule !== wanted) assert.fail(`${shown()}: ${rule}, not ${wanted}`);
      if (native !== undefined && found[4 * index + 2] !== (wanted ?? 0xffffffff))
        assert.fail(`C: ${shown()}`);
      if (wanted !== undefined) matched++;
    }
  }
  assert.ok(matched > CASES / 20 && matched < CASES * 0.95, `${matched} matched`);
});

test('ten thousand rules become a table that is not much larger than they are', () => {
  const rules = Array.from({ length: 10_000 }, (_, index) =>
    ruleOf(`/home/user/p${index % 100}/**/n${index}*.x`),
  );
  const bytes = table(rules);
  assert.ok(bytes.length < 8 * 1024 * 1024, `${bytes.length} bytes`);
  const matcher = new Matcher(bytes);
  assert.equal(matcher.decide('read', Buffer.from('/home/user/p34/a/b/n1234zz.x')).rule, 1234);
  assert.equal(matcher.decide('read', Buffer.from('/home/user/p34/a/b/n1235zz.x')).rule, undefined);
});

test('rules of several shapes, which explode together, become a table of their size', () => {
  const shape = (index: number): string =>
    [
      `/home/user/p${index % 100}/**/n${index}*.x`,
      `/home/user/p${index % 100}/**/.env${index}`,
      `/home/user/*/build${index}/**`,
      `/etc/**/k${index}?.{pem,key}`,
    ][index % 4] ?? '';
  const bytes = table(Array.from({ length: 4000 }, (_, index) => ruleOf(shape(index))));
  assert.ok(bytes.length < 4 * 1024 * 1024, `${bytes.length} bytes`);
  const matcher = new Matcher(bytes);
  assert.equal(matcher.decide('read', Buffer.from('/home/user/x/build1002/a/b')).rule, 1002);
  assert.equal(matcher.decide('read', Buffer.from('/home/user/p33/a/.env2033')).rule, 2033);
  assert.equal(matcher.decide('read', Buffer.from('/etc/a/b/k3999x.key')).rule, 3999);
});

test('patterns that explode are refused, and what explodes together is divided', () => {
  assert.throws(() => table([ruleOf(`/*a${'?'.repeat(30)}`)]), /too complex/);
  const many = Array.from({ length: 14 }, (_, index) => ruleOf(`/*${'abcdefghijklmn'[index]}*1${index}*`));
  const bytes = table(many);
  assert.ok(bytes.length < 4 * 1024 * 1024);
  assert.equal(new Matcher(bytes).decide('read', Buffer.from('/xxn-113-')).rule, 13);
  const started = process.cpuUsage();
  const matcher = new Matcher(table([ruleOf(`/${'*a'.repeat(60)}b`)]));
  for (let turn = 0; turn < 100; turn++)
    assert.equal(matcher.decide('read', Buffer.from(`/${'a'.repeat(4094)}`)).rule, undefined);
  assert.ok(process.cpuUsage(started).user < 2_000_000);
});

test('bytes that are no table are refused, and a broken one never reads outside of itself', () => {
  const bytes = table([ruleOf('/p/**'), ruleOf('/q/*x')]);
  assert.throws(() => new Matcher(bytes.subarray(4)), RangeError);
  assert.throws(() => new Matcher(new Uint8Array(0)), RangeError);
  const native = nativeMatcher();
  const below = numbersFrom(7);
  const path = Buffer.from('/p/x');
  for (let turn = 0; turn < 20_000; turn++) {
    const broken = new Uint8Array(bytes);
    const at = 8 + below(broken.length - 8);
    broken[at] = below(256);
    broken[8 + below(broken.length - 8)] = 0xff;
    const found = new Uint32Array(4);
    native?.decideAll(broken, 3, path, Uint32Array.of(path.length), path, found);
    assert.ok((found[0] ?? 99) < actionKinds.length);
    try {
      new Matcher(broken).decide('read', path);
    } catch (error) {
      assert.ok(error instanceof RangeError);
    }
  }
});
