import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { file, launch, pipe } from '../../src/index.ts';
import { cc } from '../../src/toolchain/cc.ts';
import { noExecutables } from '../frame/elf/executables.ts';
import { makeFolder } from '../frame/programs.ts';

/*
 * The same calls end in the same way in a module and in an executable. More of them, or others:
 *
 *   DIFFERENTIAL_CALLS=100000 DIFFERENTIAL_SEED=7 node scripts/test.js tests/differential/calls
 */
const CALLS = Number(process.env['DIFFERENTIAL_CALLS'] ?? 4000);
const SEED = process.env['DIFFERENTIAL_SEED'];
const seeds = SEED === undefined ? [1, 2, 3, 6, 9, 10] : [Number(SEED)];

/** Runs a program in a folder; its lines. */
async function linesOf(path: string, folder: string, seed: number): Promise<string[]> {
  mkdirSync(folder);
  const output = pipe('write');
  await using program = launch(path, [
    file(folder, { rights: ['read', 'write', 'create', 'remove'] }),
    output,
    seed,
    CALLS,
  ]);
  const chunks: Buffer[] = [];
  for await (const chunk of output.stream) chunks.push(chunk);
  const end = await program.exited;
  const lines = Buffer.concat(chunks).toString().split('\n');
  assert.deepEqual(
    [end.kind, lines.at(-2)],
    ['exited', 'end'],
    `${JSON.stringify(end)} after ${lines.slice(-3).join()}`,
  );
  return lines;
}

/** The first line that differs. */
type Difference = { readonly at: number; readonly message: string };

test('a module and an executable get the same from the same calls', {
  skip: noExecutables ?? false,
}, async (t) => {
  const folder = makeFolder(t);
  const executable = join(folder, 'calls');
  const source = resolve('tests/programs/differential/calls.c');
  assert.equal(await cc(['--native', '-O2', source, '-o', executable]), 0);
  // tests/sdk/programs.test.ts holds the module to the source; a run by hand may be in the middle of a change.
  const compiled = SEED === undefined ? 'tests/programs/differential/calls.wasm' : join(folder, 'calls.wasm');
  if (SEED !== undefined) assert.equal(await cc(['-std=gnu11', '-O2', source, '-o', compiled]), 0);
  // A process that renames without a pause makes the kernel give up lookups with `..` (EAGAIN, openat2(2)): a difference that
  // follows from that does not come twice at the same place.
  for (const seed of seeds) {
    const first = await differenceOf(seed, 'first');
    const again = first && (await differenceOf(seed, 'again'));
    assert.ok(again === undefined || first?.at !== again.at, again?.message);
  }

  async function differenceOf(seed: number, turn: string): Promise<Difference | undefined> {
    const module = await linesOf(compiled, join(folder, `module-${seed}-${turn}`), seed);
    const native = await linesOf(executable, join(folder, `executable-${seed}-${turn}`), seed);
    const at = Array.from({ length: Math.max(module.length, native.length) }).findIndex(
      (_, index) => module[index] !== native[index],
    );
    if (at === -1) return undefined;
    const around = (lines: readonly string[]): string => lines.slice(Math.max(0, at - 5), at + 1).join('\n');
    const message = `seed ${seed}, line ${at}:\n${around(module)}\n--- and the executable:\n${around(native)}`;
    return { at, message };
  }
});
