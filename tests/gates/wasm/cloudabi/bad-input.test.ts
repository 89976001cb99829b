import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { Errno, errnoNames } from '../../../../src/abi/generated/constants.ts';
import { extentOf } from '../../../../src/abi/layout.ts';
import { nameOf } from '../../../../src/abi/names.ts';
import type { CallItem, Spec, TypeUse } from '../../../../src/abi/spec/model.ts';
import { parseSpec } from '../../../../src/abi/spec/parse.ts';
import { type SupportedKind, support } from '../../../../src/gates/support.ts';
import { supportPage } from '../../../../src/gates/support-page.ts';
import { inFolder } from '../../../frame/gates/cloudabi-folder.ts';
import { Program } from '../../../frame/gates/cloudabi-program.ts';

const spec = parseSpec(readFileSync('spec/cloudabi.abi', 'utf8'));
const PLACE = 8192;
const COUNT = 2;

type Word = number | bigint;

/** The words of one argument: possible ones, and impossible ones with what they end with. */
type Case = { readonly good: readonly Word[]; readonly bad: readonly (readonly [Word[], Errno])[] };

/** Addresses of `size` bytes that no call accepts. */
function badPlaces(size: number, alignment: number, end: number): [number, Errno][] {
  const misaligned = alignment > 1 ? [1, alignment - 1, alignment / 2] : [];
  return [
    [0, Errno.fault],
    [end - size + alignment, Errno.fault],
    [end, Errno.fault],
    [2 ** 31, Errno.fault],
    [2 ** 32 - alignment, Errno.fault],
    ...misaligned.map((by): [number, Errno] => [PLACE + by, Errno.inval]),
  ];
}

function casesOf(spec: Spec, type: TypeUse, only: readonly string[], end: number): Case {
  if (type.kind === 'pointer') {
    const { size, alignment } = extentOf(spec, type.to, 4);
    const bad = size === 0 ? [] : badPlaces(size, alignment, end);
    return { good: [PLACE], bad: bad.map(([at, errno]) => [[at], errno]) };
  }
  if (type.kind === 'range') {
    const { size, alignment } = extentOf(spec, type.of, 4);
    const bad = badPlaces(Math.max(1, size) * COUNT, alignment, end);
    return {
      good: [PLACE, COUNT],
      bad: [
        ...bad.map(([at, errno]): [Word[], Errno] => [[at, COUNT], errno]),
        [[PLACE, 2 ** 32 - 1], Errno.fault],
        [[PLACE, 2 ** 31], Errno.fault],
        [[PLACE, Math.floor((end - PLACE) / Math.max(1, size)) + 1], Errno.fault],
        [[2 ** 32 - 8, 8], Errno.fault],
      ],
    };
  }
  if (type.kind === 'primitive') return { good: [type.name === 'u64' ? 0n : 0], bad: [] };
  if (type.kind === 'array') throw new Error('no call has one');
  const item = spec.types.get(type.name);
  if (item === undefined || item.kind === 'entry') throw new Error(type.name);
  if (item.kind === 'struct') {
    const fields = item.fields.map((field) => casesOf(spec, field.type, [], end));
    const good = fields.flatMap((field) => field.good);
    const bad = fields.flatMap((field, at) =>
      field.bad.map(([words, errno]): [Word[], Errno] => [good.toSpliced(at, words.length, ...words), errno]),
    );
    return { good, bad };
  }
  if (item.integer === 'u64' || item.integer === 's64') return { good: [0n], bad: [] };
  if (item.kind === 'enum') {
    const values = item.values.filter(({ name }) => only.length === 0 || only.includes(name));
    const known = new Set(values.map(({ value }) => Number(value)));
    const impossible = [...Array(300).keys(), 2 ** 16, 2 ** 31, 2 ** 32 - 1].filter(
      (value) => !known.has(value),
    );
    return {
      good: [Number(values[0]?.value)],
      bad: impossible.map((value) => [[value], Errno.inval]),
    };
  }
  if (item.kind === 'flags') {
    const all = item.values.reduce((mask, { value }) => mask | Number(value), 0);
    const undefinedBits = [...Array(32).keys()]
      .map((bit) => (1 << bit) >>> 0)
      .filter((bit) => (all & bit) === 0);
    return { good: [0], bad: undefinedBits.map((bit) => [[bit], Errno.inval]) };
  }
  return { good: [0], bad: [] };
}

/** The words of every argument of a call, and of the places for its results. */
function argumentsOf(call: CallItem, end: number): (Case & { readonly name: string })[] {
  const inputs = call.inputs.map(({ name, type, only }) => ({
    name,
    ...casesOf(
      spec,
      type,
      only.map((value) => value.name),
      end,
    ),
  }));
  const outputs = call.outputs.map(({ name, type }) => ({
    name,
    ...casesOf(spec, { kind: 'pointer', to: type, access: 'mut' }, [], end),
  }));
  return [...inputs, ...outputs];
}

const kind: SupportedKind = 'wasm';
const rows = new Map(Object.entries(support[kind]));

describe('a CloudABI call with an impossible argument', () => {
  for (const call of spec.calls.values()) {
    const words = argumentsOf(call, new Program().size);
    for (const [at, { name, bad }] of words.entries()) {
      if (bad.length === 0) continue;
      test(`changes nothing and says so: ${call.name}, ${name} (${bad.length} values)`, () => {
        inFolder(({ program, look, hostDescriptors }) => {
          const before = look();
          const open = hostDescriptors();
          for (const [values, errno] of bad) {
            const all = words.flatMap((word, index) => (index === at ? values : word.good));
            const memory = Uint8Array.from(program.bytes);
            if (call.returns) {
              assert.equal(
                nameOf(errnoNames, program.raw(call.name, all)),
                nameOf(errnoNames, errno),
                `${call.name}(${all.join(', ')})`,
              );
            } else {
              assert.throws(() => program.raw(call.name, all), WebAssembly.RuntimeError);
              assert.equal(program.guest.exit.code, undefined);
            }
            assert.ok(Buffer.from(memory).equals(program.bytes), 'memory was written');
          }
          assert.deepEqual(look(), before);
          assert.equal(hostDescriptors(), open);
        });
      });
    }
  }
});

describe('the table of support', () => {
  test('is what the page says', () => {
    assert.ok(
      readFileSync('docs/calls.md', 'utf8') === supportPage(),
      "docs/calls.md is stale: run 'npm run generate'",
    );
  });

  for (const call of spec.calls.values()) {
    const row = rows.get(call.name);
    assert.ok(row !== undefined, call.name);
    if (row.level !== 'refused') continue;
    test(`${call.name} is refused with ${row.errno}`, () => {
      inFolder(({ program }) => {
        const all = argumentsOf(call, program.size).flatMap(({ good }) => good);
        if (call.name === 'mem_map') all.splice(1, 3, 4096, 0, 4);
        assert.equal(program.call(call.name, ...all), row.errno);
      });
    });
  }
});
