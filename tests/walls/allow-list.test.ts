import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Address } from '../../src/host/libc.ts';
import { architecture } from '../../src/linux/architecture.ts';
import { callNumber, type SystemCall, systemCalls } from '../../src/linux/system-calls.ts';
import { type CallRule, compileAllowList, type UnlistedAnswer } from '../../src/walls/allow-list.ts';
import type { ArgumentTest } from '../../src/walls/argument-test.ts';
import { runFilter } from '../frame/host/bpf.ts';
import fc from '../frame/properties.ts';

const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const EPERM = 0x00050001;
const ENOSYS = 0x00050026;
const HERE = architecture === 'x64' ? 0xc000003e : 0xc00000b7;
const X32 = 0x40000000;

const low = (value: bigint): number => Number(BigInt.asUintN(32, value));

/** Applies a test to 64-bit integers, without a thought for instructions. */
function holds(rule: ArgumentTest, values: readonly bigint[]): boolean {
  const value = values[rule.argument] ?? 0n;
  switch (rule.is) {
    case 'equal':
      return value === BigInt.asUintN(64, BigInt(rule.value));
    case 'one of':
      return rule.values.some((one) => low(value) === low(BigInt(one)));
    case 'none of':
      return !rule.values.some((one) => low(value) === low(BigInt(one)));
    case 'masked':
      return low(value & BigInt(rule.mask >>> 0)) === rule.value >>> 0;
    case 'descriptor':
      return low(value) < 0x80000000;
    case 'within':
      return (
        value >= BigInt(rule.start) &&
        value < BigInt(rule.end) &&
        (value - BigInt(rule.start)) % BigInt(rule.stride) === 0n
      );
  }
}

function expected(
  rules: readonly CallRule[],
  refusal: UnlistedAnswer,
  number: number,
  values: readonly bigint[],
): number {
  const passes = rules.some(
    ({ call, when }) => callNumber(call) === number && (when ?? []).every((rule) => holds(rule, values)),
  );
  if (passes) return ALLOW;
  if (number === callNumber('clone3') || number === callNumber('sched_getaffinity')) return ENOSYS;
  return refusal === 'kill' ? KILL : EPERM;
}

const argument = fc.nat(5);
const boundary = fc.constantFrom(
  0,
  1,
  -1,
  -100,
  5,
  0x7fffffff,
  0x80000000,
  0xffffffff,
  2 ** 32,
  2 ** 32 + 5,
  2 ** 47,
);
const value = fc.oneof(boundary, fc.integer({ min: -(2 ** 53) + 1, max: 2 ** 53 - 1 }));
const within = fc
  .record({
    page: fc.integer({ min: 1, max: 2 ** 19 }),
    high: fc.constantFrom(0, 1, 0x7f12),
    records: fc.integer({ min: 1, max: 64 }),
    power: fc.integer({ min: 0, max: 12 }),
  })
  .map(({ page, high, records, power }) => {
    const start = high * 2 ** 32 + page * 4096;
    return {
      is: 'within' as const,
      start: start as Address,
      end: (start + records * 2 ** power) as Address,
      stride: 2 ** power,
    };
  });
const argumentTest: fc.Arbitrary<ArgumentTest> = fc
  .tuple(
    argument,
    fc.oneof(
      fc.record({ is: fc.constant('equal' as const), value }),
      fc.record({ is: fc.constant('one of' as const), values: fc.array(value, { maxLength: 6 }) }),
      fc.record({ is: fc.constant('none of' as const), values: fc.array(value, { maxLength: 6 }) }),
      fc.record({
        is: fc.constant('none of' as const),
        values: fc.array(value, { minLength: 250, maxLength: 400 }),
      }),
      fc.record({
        is: fc.constant('one of' as const),
        values: fc.array(value, { minLength: 250, maxLength: 400 }),
      }),
      fc.record({
        is: fc.constant('masked' as const),
        mask: fc.constantFrom(0x20, 0x400, -1, 0),
        value: fc.constantFrom(0, 0x20, 0x400),
      }),
      fc.constant({ is: 'descriptor' as const }),
      within,
    ),
  )
  .map(([index, rest]): ArgumentTest => ({ argument: index, ...rest }));
const call = fc.constantFrom<SystemCall>('read', 'openat2', 'fcntl', 'mmap', 'clone3', 'exit', 'socket');
const rule: fc.Arbitrary<CallRule> = fc.oneof(
  fc.record({ call }),
  fc.record({ call, when: fc.array(argumentTest, { maxLength: 3 }) }),
);

/** Arguments that matter to a list of rules: their own numbers, and their neighbours. */
function telling(rules: readonly CallRule[]): fc.Arbitrary<bigint> {
  const numbers = rules.flatMap(({ when }) =>
    (when ?? []).flatMap((one) => {
      if (one.is === 'equal') return [one.value];
      if (one.is === 'one of' || one.is === 'none of') return [...one.values];
      return one.is === 'within' ? [one.start, one.end, one.start + one.stride] : [];
    }),
  );
  return fc
    .tuple(
      numbers.length === 0 ? value : fc.oneof(fc.constantFrom(...numbers), value),
      fc.constantFrom(0n, 1n, -1n, 2n ** 32n),
    )
    .map(([number, delta]) => BigInt.asUintN(64, BigInt(number) + delta));
}

describe('a compiled filter', () => {
  test('decides as its rules say, for any rules and any call', () => {
    const lists = fc
      .tuple(fc.array(rule, { maxLength: 5 }), fc.constantFrom<UnlistedAnswer>('EPERM', 'kill'))
      .chain(([rules, refusal]) =>
        fc.record({
          rules: fc.constant(rules),
          refusal: fc.constant(refusal),
          calls: fc.array(
            fc.tuple(
              fc.oneof(call, fc.constantFrom(...systemCalls)),
              fc.array(telling(rules), { minLength: 6, maxLength: 6 }),
            ),
            { minLength: 1, maxLength: 20 },
          ),
        }),
      );
    fc.assert(
      fc.property(lists, ({ rules, refusal, calls }) => {
        const program = compileAllowList(rules, refusal);
        for (const [name, values] of calls) {
          const number = callNumber(name);
          if (number < 0) continue;
          const verdict = runFilter(program, { number, architecture: HERE, arguments: values });
          assert.equal(verdict, expected(rules, refusal, number, values), `${name}(${values.join(', ')})`);
        }
      }),
      { numRuns: 400 },
    );
  });

  const all = compileAllowList(systemCalls.map((name): CallRule => ({ call: name })));
  const nothing = Array<bigint>(6).fill(0n);

  test('lets no x32 call through, for any list', () => {
    for (const name of systemCalls) {
      const number = callNumber(name);
      if (number < 0) continue;
      assert.equal(
        runFilter(all, { number: number + X32, architecture: HERE, arguments: nothing }),
        EPERM,
        name,
      );
      assert.equal(
        runFilter(all, { number: number - 2 ** 31, architecture: HERE, arguments: nothing }),
        EPERM,
        name,
      );
    }
  });

  test('kills the process that calls through another architecture, for every number', () => {
    for (const foreign of [0x40000003, 0xc00000b7, 0xc000003e, 0x40000028, 0].filter((one) => one !== HERE)) {
      for (let number = 0; number < 500; number++) {
        assert.equal(runFilter(all, { number, architecture: foreign, arguments: nothing }), KILL);
      }
    }
  });

  test('refuses numbers that no architecture has', () => {
    for (const number of [-1, 512, 1000, 0x7fffffff, -(2 ** 31)]) {
      assert.equal(runFilter(all, { number, architecture: HERE, arguments: nothing }), EPERM);
    }
  });

  test('cannot be compiled for a region that its instructions could not tell apart', () => {
    const compile = (start: number, end: number, stride: number): Uint8Array =>
      compileAllowList([
        {
          call: 'read',
          when: [{ argument: 0, is: 'within', start: start as Address, end: end as Address, stride }],
        },
      ]);
    assert.throws(() => compile(2 ** 32 - 32, 2 ** 32 + 32, 32), RangeError);
    assert.throws(() => compile(2 ** 32 + 16, 2 ** 32 + 64, 32), RangeError);
    assert.throws(() => compile(4096, 8192, 24), RangeError);
    // Up to the boundary, but not across.
    const program = compile(2 ** 33 - 64, 2 ** 33, 32);
    const verdict = (address: bigint): number =>
      runFilter(program, {
        number: callNumber('read'),
        architecture: HERE,
        arguments: [address, ...nothing.slice(1)],
      });
    assert.equal(verdict(2n ** 33n - 64n), ALLOW);
    assert.equal(verdict(2n ** 33n - 32n), ALLOW);
    assert.equal(verdict(2n ** 33n), EPERM);
    assert.equal(verdict(2n ** 33n - 48n), EPERM);
  });

  test('is refused when the host could not take it whole', () => {
    const values = Array.from({ length: 5000 }, (_, index) => index);
    assert.throws(
      () => compileAllowList([{ call: 'read', when: [{ argument: 0, is: 'none of', values }] }]),
      RangeError,
    );
  });
});
