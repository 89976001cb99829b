import { LinuxErrno } from '../../linux/errno.ts';
import {
  SECCOMP_FILTER_FLAG_LOG,
  SECCOMP_FILTER_FLAG_SPEC_ALLOW,
  SECCOMP_RET_KILL_THREAD,
  SECCOMP_RET_LOG,
} from '../../linux/seccomp.ts';
import { callNumber, isSystemCall } from '../../linux/system-calls.ts';
import { Code, encodeFilter, FilterVerdict, type Instruction, Offset, prologue } from '../../walls/bpf.ts';
import { type AnswerRange, MOST_NUMBERS, searchNumber } from '../../walls/call-filter.ts';
import type { JsonField } from '../config/json-field.ts';

/* The engine's own filter of system calls (`linux.seccomp`), which a program gets besides ours: the stricter answer counts. */

/** A filter as the kernel takes it. */
export type ProfileFilter = { readonly filter: Uint8Array; readonly flags: number };

/** The answer of a call for which a profile says EPERM, unless it names another number. */
const USUAL_ERRNO = LinuxErrno.EPERM;

const flagNumbers: Readonly<Record<string, number>> = {
  SECCOMP_FILTER_FLAG_LOG: SECCOMP_FILTER_FLAG_LOG,
  SECCOMP_FILTER_FLAG_SPEC_ALLOW: SECCOMP_FILTER_FLAG_SPEC_ALLOW,
  // There is one thread yet.
  SECCOMP_FILTER_FLAG_TSYNC: 0,
};

/**
 * Compiles `linux.seccomp`.
 *
 * @returns `undefined` without one.
 * @throws OciError
 */
export function compileProfile(profile: JsonField): ProfileFilter | undefined {
  if (!profile.isThere) return undefined;
  for (const name of ['listenerPath', 'listenerMetadata'])
    if (profile.at(name).optionalText !== undefined)
      throw profile.at(name).mistake('none: notifications are not given to programs of the engine');
  const otherwise = readAction(profile.at('defaultAction'), profile.at('defaultErrnoRet'));
  const bodies = new Map<number, Instruction[]>();
  const final = new Set<number>();
  let newest = 0;
  for (const entry of profile.at('syscalls').elements) {
    const action = readAction(entry.at('action'), entry.at('errnoRet'));
    const tests = readTests(entry.at('args').elements);
    for (const name of entry.at('names').elements) {
      // Calls of other architectures and of later kernels.
      if (!isSystemCall(name.text)) continue;
      const number = callNumber(name.text);
      if (number < 0) continue;
      newest = Math.max(newest, number);
      if (final.has(number)) continue;
      const body = bodies.get(number) ?? [];
      bodies.set(number, body);
      for (const test of tests) body.push(...ruleOf(test, action));
      if (tests.length === 0) {
        body.push([Code.answer, 0, 0, action]);
        final.add(number);
      }
    }
  }
  const filter = encodeFilter([
    ...prologue,
    ...searchNumber(rangesOf(bodies, final, otherwise, newest), MOST_NUMBERS),
  ]);
  return { filter, flags: readFlags(profile.at('flags').elements) };
}

function readFlags(flags: readonly JsonField[]): number {
  return flags.reduce((bits, each) => {
    const flag = Object.hasOwn(flagNumbers, each.text) ? flagNumbers[each.text] : undefined;
    if (flag === undefined) throw each.mistake(`one of ${Object.keys(flagNumbers).join(', ')}`);
    return bits | flag;
  }, 0);
}

/** Calls that are newer than all in a profile that refuses the rest do not exist, so that programs fall back. */
function rangesOf(
  bodies: ReadonlyMap<number, readonly Instruction[]>,
  final: ReadonlySet<number>,
  otherwise: number,
  newest: number,
): readonly AnswerRange[] {
  const isRefusal = otherwise >>> 16 === FilterVerdict.errno >>> 16;
  const ranges: AnswerRange[] = [];
  let previous: number | undefined;
  for (let number = 0; number < MOST_NUMBERS; number++) {
    const missing = isRefusal && newest > 0 && number > newest;
    const rest = missing ? FilterVerdict.errno | LinuxErrno.ENOSYS : otherwise;
    const body = bodies.get(number);
    const single = body === undefined ? rest : body.length === 1 ? body[0]?.[3] : undefined;
    if (single !== undefined && single === previous) continue;
    const end: Instruction[] = final.has(number) ? [] : [[Code.answer, 0, 0, rest]];
    ranges.push({ from: number, body: [...(body ?? []), ...end] });
    previous = single;
  }
  return ranges;
}

function readAction(field: JsonField, errno: JsonField): number {
  const number = (errno.optionalCount ?? USUAL_ERRNO) & 0xffff;
  switch (field.text) {
    case 'SCMP_ACT_ALLOW':
      return FilterVerdict.allow;
    case 'SCMP_ACT_ERRNO':
      return FilterVerdict.errno | number;
    case 'SCMP_ACT_LOG':
      return SECCOMP_RET_LOG;
    case 'SCMP_ACT_TRAP':
      return FilterVerdict.trap;
    case 'SCMP_ACT_KILL':
    case 'SCMP_ACT_KILL_THREAD':
      return SECCOMP_RET_KILL_THREAD;
    case 'SCMP_ACT_KILL_PROCESS':
      return FilterVerdict.kill;
    default:
      throw field.mistake('SCMP_ACT_ALLOW, _ERRNO, _LOG, _TRAP, _KILL, _KILL_THREAD or _KILL_PROCESS');
  }
}

type Test = { readonly index: number; readonly op: string; readonly value: bigint; readonly second: bigint };

/** Alternatives, each of which is a list of tests that must all hold. Tests of one argument are alternatives. */
function readTests(args: readonly JsonField[]): readonly (readonly Test[])[] {
  const tests = args.map((each): Test => {
    const index = each.at('index').count;
    if (index > 5) throw each.at('index').mistake('an argument from 0 to 5');
    const word = (name: string): bigint =>
      BigInt.asUintN(64, BigInt(Math.trunc(each.at(name).optionalNumber ?? 0)));
    const op = each.at('op').text;
    if (!Object.hasOwn(comparisons, op)) throw each.at('op').mistake(Object.keys(comparisons).join(', '));
    return { index, op, value: word('value'), second: word('valueTwo') };
  });
  const isTwice = new Set(tests.map(({ index }) => index)).size < tests.length;
  if (isTwice) return tests.map((test) => [test]);
  return tests.length === 0 ? [] : [tests];
}

/** Stands for a jump behind the rule. */
const FAILS: Instruction = [Code.jump, 0, 0, -1];

const low = (value: bigint): number => Number(value & 0xffffffffn);
const high = (value: bigint): number => Number(value >> 32n);

/** Compares in order of the halves: the words that decide, and the answers of greater, equal and less. */
type Comparison = (test: Test, load: (half: 'low' | 'high') => Instruction) => readonly Instruction[];

const ordered =
  (greater: boolean, equal: boolean): Comparison =>
  ({ value }, load) => {
    // The higher halves decide unless they are equal; then the lower ones.
    const decided: readonly Instruction[] = greater
      ? [[Code.jumpIfGreater, 5, 0, high(value)], [Code.jumpIfEqual, 1, 0, high(value)], FAILS]
      : [[Code.jumpIfAtLeast, 0, 5, high(value)], [Code.jumpIfEqual, 1, 0, high(value)], FAILS];
    const code = greater === equal ? Code.jumpIfAtLeast : Code.jumpIfGreater;
    const last: Instruction = greater ? [code, 1, 0, low(value)] : [code, 0, 1, low(value)];
    return [load('high'), ...decided, load('low'), last, FAILS];
  };

const comparisons: Readonly<Record<string, Comparison>> = {
  SCMP_CMP_EQ: ({ value }, load) => [
    load('high'),
    [Code.jumpIfEqual, 1, 0, high(value)],
    FAILS,
    load('low'),
    [Code.jumpIfEqual, 1, 0, low(value)],
    FAILS,
  ],
  SCMP_CMP_NE: ({ value }, load) => [
    load('high'),
    [Code.jumpIfEqual, 0, 3, high(value)],
    load('low'),
    [Code.jumpIfEqual, 0, 1, low(value)],
    FAILS,
  ],
  SCMP_CMP_MASKED_EQ: ({ value, second }, load) => [
    load('high'),
    [Code.and, 0, 0, high(value)],
    [Code.jumpIfEqual, 1, 0, high(second)],
    FAILS,
    load('low'),
    [Code.and, 0, 0, low(value)],
    [Code.jumpIfEqual, 1, 0, low(second)],
    FAILS,
  ],
  SCMP_CMP_GT: ordered(true, false),
  SCMP_CMP_GE: ordered(true, true),
  SCMP_CMP_LT: ordered(false, false),
  SCMP_CMP_LE: ordered(false, true),
};

function ruleOf(tests: readonly Test[], action: number): readonly Instruction[] {
  const body: Instruction[] = tests.flatMap((test) => {
    const load = (half: 'low' | 'high'): Instruction => {
      return [Code.load, 0, 0, Offset.arguments + test.index * 8 + (half === 'high' ? 4 : 0)];
    };
    return [...(comparisons[test.op]?.(test, load) ?? [])];
  });
  body.push([Code.answer, 0, 0, action]);
  return body.map((instruction, at) =>
    instruction === FAILS ? [Code.jump, 0, 0, body.length - 1 - at] : instruction,
  );
}
