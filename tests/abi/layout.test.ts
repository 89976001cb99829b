import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { layoutOf, type PointerSize } from '../../src/abi/layout.ts';
import { parseSpec } from '../../src/abi/spec/parse.ts';
import { compilerLayouts } from '../frame/abi/compiler-layouts.ts';

const spec = parseSpec(readFileSync('spec/cloudabi.abi', 'utf8'));

test('the compiler table covers every structure', () => {
  const structs = [...spec.types.values()].filter(({ kind }) => kind === 'struct').map(({ name }) => name);
  assert.deepEqual(Object.keys(compilerLayouts).sort(), structs.sort());
});

for (const [name, expected] of Object.entries(compilerLayouts)) {
  for (const [column, pointer] of ([4, 8] satisfies PointerSize[]).entries()) {
    test(`${name} lies in memory as a C compiler puts it (${pointer * 8} bits)`, () => {
      const struct = spec.types.get(name);
      assert.ok(struct?.kind === 'struct');
      const layout = layoutOf(spec, struct, pointer);
      const actual: [string, number][] = [
        ['size', layout.size],
        ['alignment', layout.alignment],
      ];
      for (const { name, offset, field } of layout.members) {
        actual.push([name, offset]);
        if (field.type.kind === 'range') actual.push([`${name}_len`, offset + pointer]);
      }
      assert.deepEqual(
        actual,
        Object.entries(expected).map(([key, numbers]) => [key, numbers[column]]),
      );
    });
  }
}
