import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Matcher } from '../../src/policy/decide.ts';
import {
  type Changer,
  changeRules,
  type LiveRules,
  type RulesChange,
  rulesStates,
} from '../../src/policy/live.ts';
import { parseFileRule } from '../../src/policy/parse-rule.ts';
import type { ActionKind, Rule } from '../../src/policy/rule.ts';
import { compileTable } from '../../src/policy/table.ts';
import { numbersFrom, randomPath, randomPattern } from '../frame/policy/random-patterns.ts';
import fc from '../frame/properties.ts';

function ruleOf(text: string): Rule {
  const { value, problem } = parseFileRule(text);
  if (problem) assert.fail(`${text}: ${problem.message}`);
  return { ...value, source: { text, place: 'test' } };
}

const executables = ['/bin/a', '/bin/ab', '/x'];
const categories = ['read', 'write', 'delete'] as const;

/** Rules of every action, some for some executables. */
const anyRule = fc
  .tuple(
    fc.constantFrom('allow', 'log', 'deny', 'deny(EPERM)', 'ask', 'stop', 'kill', 'hide', 'append', 'mask'),
    fc.subarray([...categories], { minLength: 1 }),
    fc.nat(1_000_000),
    fc.option(fc.constantFrom('/bin/a', '/bin/*', '/{x,bin/ab}'), { freq: 4 }),
  )
  .map(([action, about, seed, condition]) => {
    const words = /hide|append|mask/.test(action) ? [action] : [action, about.join()];
    const text = [
      ...words,
      randomPattern(numbersFrom(seed)),
      ...(condition === null ? [] : ['for', condition]),
    ];
    return ruleOf(text.join(' '));
  });

const anyChange: fc.Arbitrary<RulesChange> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('add'),
      rules: fc.array(anyRule, { minLength: 1, maxLength: 2 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('remove'), numbers: fc.array(fc.nat(5), { maxLength: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('to'), state: fc.constantFrom(...rulesStates) }) },
);

const anyChanger: fc.Arbitrary<Changer> = fc.constantFrom('launcher', 'first', 'other');

/** The actions that give a program a file as it is, or a part of what can be done with it. */
const more: Readonly<Record<ActionKind, readonly string[]>> = {
  allow: ['all', 'end', 'other', 'asked'],
  log: ['all', 'end', 'other', 'asked'],
  ask: ['asked'],
  append: ['end'],
  mask: ['other'],
  deny: [],
  hide: [],
  stop: [],
  kill: [],
};

function accessesOf(rules: readonly Rule[], paths: readonly string[]): ReadonlySet<string> {
  const matcher = new Matcher(compileTable(rules, () => undefined));
  const given = new Set<string>();
  for (const executable of executables) {
    const held = matcher.conditionsOf(Buffer.from(executable));
    for (const path of paths)
      for (const category of categories)
        for (const access of more[matcher.decide(category, Buffer.from(path, 'latin1'), held).action])
          given.add(`${executable} ${category} ${path} ${access}`);
  }
  return given;
}

test('nothing that was refused under drop is ever granted later', () => {
  let changed = 0;
  let refused = 0;
  fc.assert(
    fc.property(
      fc.array(anyRule, { maxLength: 4 }),
      fc.array(fc.tuple(anyChange, anyChanger), { minLength: 1, maxLength: 8 }),
      fc.array(fc.nat(1_000_000), { minLength: 30, maxLength: 30 }),
      (rules, changes, seeds) => {
        const paths = seeds.map((seed) => randomPath(numbersFrom(seed)));
        let now: LiveRules = { state: 'drop', rules };
        let given = accessesOf(now.rules, paths);
        for (const [change, by] of changes) {
          const next: ReturnType<typeof changeRules> = changeRules(now, change, by);
          if ('refused' in next) {
            refused++;
            continue;
          }
          if (change.kind !== 'to') changed++;
          const later = accessesOf(next.rules, paths);
          for (const one of later)
            assert.ok(given.has(one), `${one} by ${next.rules.map((r) => r.source.text)}`);
          assert.ok(rulesStates.indexOf(next.state) >= rulesStates.indexOf(now.state));
          assert.ok(now.state !== 'sealed' || next === now);
          now = next;
          given = later;
        }
      },
    ),
    { numRuns: 400, seed: 20 },
  );
  assert.ok(changed > 200 && refused > 200, `${changed} changed, ${refused} refused`);
});

test('states are left only for those that allow less, and each lets in its own', () => {
  const hide: RulesChange = { kind: 'add', rules: [ruleOf('hide /a')] };
  const wide: RulesChange = { kind: 'remove', numbers: [0] };
  const start = (state: LiveRules['state']): LiveRules => ({ state, rules: [ruleOf('deny all /b')] });
  const can = (state: LiveRules['state'], change: RulesChange, by: Changer): boolean =>
    !('refused' in changeRules(start(state), change, by));
  for (const by of ['launcher', 'first', 'other'] as const) {
    assert.equal(can('open', wide, by), true);
    assert.equal(can('exec', wide, by), by !== 'other');
    assert.equal(can('exec', hide, by), by !== 'other');
    assert.equal(can('drop', hide, by), true);
    assert.equal(can('drop', wide, by), false);
    assert.equal(can('sealed', hide, by), false);
    for (const state of rulesStates) assert.equal(can('sealed', { kind: 'to', state }, by), false);
    for (const state of ['open', 'exec'] as const)
      assert.equal(can('drop', { kind: 'to', state }, by), false);
  }
});

test('a comparison that would take too long is a refusal', () => {
  const many: LiveRules = { state: 'drop', rules: [ruleOf('deny read /**/a*b*c*/**/x?y')] };
  const change: RulesChange = { kind: 'add', rules: [ruleOf('deny write /**/q*r')] };
  assert.ok('refused' in changeRules(many, change, 'other', 10));
  assert.ok(!('refused' in changeRules(many, change, 'other')));
});
