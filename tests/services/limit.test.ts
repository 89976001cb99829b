import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  coversLimits,
  narrowLimits,
  readServiceLimits,
  type ServiceLimitTable,
  writeServiceLimits,
} from '../../src/services/limit.ts';
import { ServiceError } from '../../src/services/service-error.ts';
import { services } from '../../src/services/table.ts';
import type { Wire } from '../../src/services/wire.ts';
import fc from '../frame/properties.ts';

/** Some limits out of the samples of a table; those that a grant needs are always there. */
function someLimits(table: ServiceLimitTable, always = true): fc.Arbitrary<Wire> {
  const keys = Object.entries(table).map(([name, { samples, needed }]) => {
    const value = fc.constantFrom(...samples).map((sample): [Wire, Wire][] => [[name, sample]]);
    const none = fc.constant<[Wire, Wire][]>([]);
    return needed === true && always ? value : fc.oneof(none, value);
  });
  return fc.tuple(...keys).map((found): Wire => new Map(found.flat()));
}

for (const [name, { limits: table }] of services) {
  test(`limits of ${name} only shrink, in every order of asking`, () => {
    fc.assert(
      fc.property(someLimits(table), fc.array(someLimits(table, false), { maxLength: 6 }), (first, asked) => {
        const begin = readServiceLimits(table, first);
        let now = begin;
        // Limits that were given up are asked for again.
        for (const each of asked.flatMap((one) => [one, writeServiceLimits(table, begin)])) {
          const before = now;
          try {
            now = narrowLimits(table, before, each);
          } catch (error) {
            assert.ok(error instanceof ServiceError && error.code === 'ENOTCAPABLE', String(error));
          }
          assert.ok(coversLimits(table, before, now));
        }
        assert.ok(coversLimits(table, begin, now));
      }),
    );
  });

  test(`limits of ${name} are read as they were written`, () => {
    fc.assert(
      fc.property(someLimits(table), (first) => {
        const limits = readServiceLimits(table, first);
        assert.deepEqual(readServiceLimits(table, writeServiceLimits(table, limits)), limits);
        assert.ok(coversLimits(table, limits, limits));
      }),
    );
  });
}
