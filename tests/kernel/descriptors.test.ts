import assert from 'node:assert/strict';
import { closeSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import { describe, test } from 'node:test';
import { Errno, Filetype } from '../../src/abi/generated/constants.ts';
import { CAPACITY, DescriptorTable } from '../../src/kernel/descriptors.ts';
import { RH } from '../../src/kernel/rights.ts';
import fc from '../frame/properties.ts';

/** A linked socket stays linked when rights are taken away. */
const LINKED = RH.linked;

/** A row of the model: the open file, and rights. */
type Row = { file: number; low: number; high: number; iLow: number; iHigh: number };

/** Lists our open host descriptors: those on /dev/null, by number. */
function openFiles(): Set<number> {
  const found = new Set<number>();
  for (const name of readdirSync('/proc/self/fd')) {
    try {
      if (readlinkSync(`/proc/self/fd/${name}`) === '/dev/null') found.add(Number(name));
    } catch {
      // The listing's own descriptor.
    }
  }
  return found;
}

const before = openFiles();
const ours = (): number[] => [...openFiles()].filter((file) => !before.has(file)).sort((a, b) => a - b);

/** The same table, as plainly as it can be said. */
class Model {
  readonly rows = new Map<number, Row>();

  lowestFree(): number {
    let number = 0;
    while (this.rows.has(number)) number++;
    return number;
  }

  files(): number[] {
    return [...new Set([...this.rows.values()].map(({ file }) => file))].sort((a, b) => a - b);
  }
}

type Command = (model: Model, table: DescriptorTable) => void;

const badf = -Errno.badf;
const number = fc.oneof({ weight: 9, arbitrary: fc.nat(5) }, fc.constantFrom(-1, CAPACITY, 2 ** 32 - 1, 500));
const half = fc.oneof(fc.constantFrom(0, -1, 1, 0x7ff, 1 << 31), fc.integer());

const insert = fc.tuple(half, half, half, half).map(
  ([low, high, iLow, iHigh]): Command =>
    (model, table) => {
      const file = openSync('/dev/null', 'r');
      const at = model.lowestFree();
      assert.equal(table.insert(file, 6, low, high, iLow, iHigh, 1), at);
      model.rows.set(at, { file, low, high, iLow, iHigh });
    },
);
const duplicate = number.map(
  (from): Command =>
    (model, table) => {
      const row = model.rows.get(from);
      const at = model.lowestFree();
      assert.equal(table.duplicate(from), row === undefined ? badf : at);
      if (row !== undefined) model.rows.set(at, { ...row });
    },
);
/** `add` of a host descriptor that the table has already, as when one resource is granted twice. */
const addAgain = number.map(
  (from): Command =>
    (model, table) => {
      const row = model.rows.get(from);
      if (row === undefined) return;
      const at = model.lowestFree();
      const { file, low, high, iLow, iHigh } = row;
      const rights = { base: { low, high }, inheriting: { low: iLow, high: iHigh } };
      assert.equal(table.add({ host: file, type: Filetype.unknown, ...rights, grant: 1 }), at);
      model.rows.set(at, { ...row });
    },
);
const moving = (method: 'replace' | 'renumber'): fc.Arbitrary<Command> =>
  fc.tuple(number, number).map(([from, to]) => (model: Model, table: DescriptorTable): void => {
    const row = model.rows.get(from);
    const open = row !== undefined && model.rows.has(to);
    assert.equal(table[method](from, to), open ? 0 : badf);
    if (!open || from === to) return;
    model.rows.set(to, { ...row });
    if (method === 'renumber') model.rows.delete(from);
  });
const close = number.map(
  (from): Command =>
    (model, table) => {
      assert.equal(table.close(from), model.rows.delete(from) ? 0 : badf);
    },
);
const restrict = fc.tuple(number, half, half, half, half).map(
  ([from, low, high, iLow, iHigh]): Command =>
    (model, table) => {
      const row = model.rows.get(from);
      const answer = table.restrict(from, low, high, iLow, iHigh);
      if (row === undefined) {
        assert.equal(answer, badf);
        return;
      }
      const more = (low & ~row.low) | (high & ~row.high) | (iLow & ~row.iLow) | (iHigh & ~row.iHigh);
      assert.equal(answer, more === 0 ? 0 : -Errno.notcapable);
      if (more === 0)
        Object.assign(row, {
          low,
          high: high | (row.high & LINKED),
          iLow,
          iHigh: iHigh | (row.iHigh & LINKED),
        });
    },
);
/** Takes away what is there, so that some restrictions succeed. */
const narrow = fc.tuple(number, half).map(
  ([from, mask]): Command =>
    (model, table) => {
      const row = model.rows.get(from);
      if (row === undefined) return;
      const { low, high, iLow, iHigh } = row;
      assert.equal(table.restrict(from, low & mask, high & mask, iLow & mask, iHigh & mask), 0);
      const kept = mask | LINKED;
      Object.assign(row, { low: low & mask, high: high & kept, iLow: iLow & mask, iHigh: iHigh & kept });
    },
);
const need = fc.tuple(number, half, half).map(
  ([from, low, high]): Command =>
    (model, table) => {
      const row = model.rows.get(from);
      const answer = table.require('call', from, low, high);
      if (row === undefined) assert.equal(answer, badf);
      else assert.equal(answer, (low & ~row.low) | (high & ~row.high) ? -Errno.notcapable : row.file);
    },
);

const command = fc.oneof(
  { weight: 3, arbitrary: insert },
  duplicate,
  addAgain,
  moving('replace'),
  moving('renumber'),
  close,
  restrict,
  narrow,
  need,
);

describe('a table of descriptors', () => {
  test('answers as a plain model does, and no host descriptor leaks or is closed twice', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60, size: 'max' }), (commands) => {
        const table = new DescriptorTable();
        const model = new Model();
        try {
          for (const one of commands) {
            one(model, table);
            assert.deepEqual(ours(), model.files());
          }
          for (const [at, { low, high, iLow, iHigh }] of model.rows) {
            assert.deepEqual(
              [table.baseLow(at), table.baseHigh(at), table.inheritingLow(at), table.inheritingHigh(at)],
              [low, high, iLow, iHigh],
            );
          }
        } finally {
          table.closeAll();
          const left = ours();
          left.forEach(closeSync);
          assert.deepEqual(left, []);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('is full at its capacity, and then closes what it cannot take', () => {
    const table = new DescriptorTable();
    const first = openSync('/dev/null', 'r');
    table.insert(first, 6, 0, 0, 0, 0, 0);
    for (let at = 1; at < CAPACITY; at++) assert.equal(table.duplicate(0), at);
    assert.equal(table.duplicate(0), -Errno.mfile);
    const extra = openSync('/dev/null', 'r');
    assert.equal(table.insert(extra, 6, 0, 0, 0, 0, 0), -Errno.mfile);
    assert.deepEqual(ours(), [first]);
    assert.equal(table.close(77), 0);
    assert.equal(table.duplicate(0), 77);
    table.closeAll();
    assert.deepEqual(ours(), []);
  });

  test('reports a refusal with what was missing and the grant it came from', () => {
    const table = new DescriptorTable();
    const seen: unknown[] = [];
    table.onRefused((...refusal) => seen.push(refusal));
    table.insert(openSync('/dev/null', 'r'), 6, 0b101, 0, 0, 0, 42);
    assert.equal(table.require('fd_read', 0, 0b110, 1), -Errno.notcapable);
    assert.equal(table.restrict(0, 0b111, 0, 8, 0), -Errno.notcapable);
    assert.deepEqual(seen, [
      ['fd_read', 0, 0b010, 1, 42],
      ['fd_stat_put', 0, 0b1010, 0, 42],
    ]);
    table.closeAll();
  });
});
