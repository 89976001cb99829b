import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PresetName } from '../../src/resources/rights.ts';
import { rightsDifferences } from '../frame/differential/rights-differences.ts';
import { nodeWasi, ours, runRights } from '../frame/differential/rights-run.ts';
import { type RightsCall, RightsWriter } from '../frame/differential/rights-script.ts';
import { makeFolder } from '../frame/programs.ts';

/*
 * Calls of WASI with rights of all kinds are answered as by node:wasi, where a program that has the same rights asks for
 * no others: what cannot be had is left out, and nothing is had that was not granted. More scripts, or others:
 *
 *   DIFFERENTIAL_SCRIPTS=5000 DIFFERENTIAL_SEED=7 node scripts/test.js tests/differential/rights
 */
const COUNT = Number(process.env['DIFFERENTIAL_SCRIPTS'] ?? 200);
const SEED = Number(process.env['DIFFERENTIAL_SEED'] ?? 1);

/** Number of examples that a failure shows. */
const EXAMPLES = 8;

const granted: readonly (readonly PresetName[])[] = [
  ['read'],
  ['read', 'write'],
  ['read', 'create'],
  ['read', 'remove'],
  ['write', 'create'],
  ['read', 'write', 'create', 'remove'],
];

for (const rights of granted)
  test(`a program with ${rights.join(', ')} that asks for anything gets what node:wasi gives one that asks for no more`, async (t) => {
    const writer = new RightsWriter(SEED + rights.length);
    const scripts = Array.from({ length: COUNT }, () => writer.script());
    const own = await runRights(ours(rights), scripts, makeFolder(t));
    const theirs = await runRights(nodeWasi(own.root), scripts, makeFolder(t));
    const mismatches: string[] = [];
    let same = 0;
    for (const [index, script] of scripts.entries()) {
      const [want = [], got = []] = [theirs.lines[index], own.lines[index]];
      const at = script.findIndex((_, call) => want[call] !== got[call]);
      const call = script[at];
      if (call === undefined) {
        if (theirs.trees[index] === own.trees[index]) same++;
        else
          mismatches.push(`${shown(script)}\n  there: ${theirs.trees[index]}\n  here:  ${own.trees[index]}`);
        continue;
      }
      const [there = 'nothing', here = 'nothing'] = [want[at], got[at]];
      if (rightsDifferences.some(({ is }) => is(call, there, here, script.slice(0, at)))) continue;
      mismatches.push(`${shown(script.slice(0, at + 1))}\n  there: ${there}\n  here:  ${here}`);
    }
    const examples = mismatches.slice(0, EXAMPLES).join('\n\n');
    assert.equal(mismatches.length, 0, `${mismatches.length} of ${COUNT} differ:\n${examples}`);
    assert.ok(same > COUNT / 2, `only ${same} of ${COUNT} scripts came to their end`);
  });

test('files that were not granted for changing stay as they were, for all calls of a program', async (t) => {
  const writer = new RightsWriter(SEED);
  const scripts = Array.from({ length: COUNT }, () => writer.script());
  const [before] = (await runRights(ours(['read']), [[]], makeFolder(t))).trees;
  const { trees } = await runRights(ours(['read']), scripts, makeFolder(t));
  assert.deepEqual(new Set(trees), new Set([before]));
});

function shown(script: readonly RightsCall[]): string {
  return script.map((call) => `  ${call.join(' ')}`).join('\n');
}
