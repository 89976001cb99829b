import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { cc } from '../../src/toolchain/cc.ts';
import { compare, describeMismatch } from '../frame/differential/compare.ts';
import { type Difference, ofExecutables, ofObjects, ofWasi } from '../frame/differential/differences.ts';
import { granted, type Interpreter, linux, native, type Result, run } from '../frame/differential/run.ts';
import { type Call, type Language, Writer } from '../frame/differential/script.ts';
import { noExecutables } from '../frame/elf/executables.ts';
import { makeFolder } from '../frame/programs.ts';

/*
 * The same calls on files give the same results natively and through every gate. More of them, or others:
 *
 *   DIFFERENTIAL_SCRIPTS=20000 DIFFERENTIAL_SEED=7 node scripts/test.js tests/differential
 */
const COUNT = Number(process.env['DIFFERENTIAL_SCRIPTS'] ?? 600);
const SEED = Number(process.env['DIFFERENTIAL_SEED'] ?? 1);

/** Number of examples that a failure shows. */
const EXAMPLES = 8;

function scripts(language: Language): readonly (readonly Call[])[] {
  const writer = new Writer(SEED, language);
  return Array.from({ length: COUNT }, () => writer.script());
}

/** Compiles the interpreter for this host; `undefined` without a compiler. */
function compiled(t: TestContext): string | undefined {
  const program = join(makeFolder(t), 'files');
  const { status } = spawnSync('cc', ['-O1', '-o', program, 'tests/programs/differential/files.c']);
  if (status === 0) return program;
  t.skip('no C compiler here');
  return undefined;
}

/** The scripts with a call `leads out` in place of each that does, for interpreters that cannot find out. */
function markedBy({ lines }: Result, all: readonly (readonly Call[])[]): readonly (readonly Call[])[] {
  let line = 0;
  return all.map((script) => {
    line++;
    return script.map((call): Call => (lines[line++] === 'leads out' ? ['leads out'] : call));
  });
}

/** The interpreter as a CloudABI executable. */
async function executable(folder: string): Promise<string> {
  const program = join(folder, 'executable');
  assert.equal(
    await cc(['--native', '-O1', resolve('tests/programs/differential/files.c'), '-o', program]),
    0,
  );
  return program;
}

type Face = {
  readonly name: string;
  readonly language: Language;
  /** Makes the interpreter out of the native one; `folder` is for what has to be compiled. */
  readonly interpreter: (native: string, folder: string) => Interpreter | Promise<Interpreter>;
  readonly skip?: string;
  /** `true` if it finds out by itself which paths lead out of a directory. */
  readonly tells: boolean;
  readonly differences: readonly Difference[];
};

const faces: readonly Face[] = [
  {
    name: 'a Linux program',
    language: { all: true, absolutePaths: true, absoluteLinks: true },
    interpreter: linux,
    tells: false,
    differences: [],
  },
  {
    name: 'a WebAssembly module (WASI)',
    // Its C library looks for absolute paths among directories of its own.
    language: { all: true, absolutePaths: false, absoluteLinks: false },
    interpreter: () => granted('tests/programs/differential/files.wasm'),
    tells: true,
    differences: ofWasi,
  },
  {
    name: 'a CloudABI executable',
    language: { all: true, absolutePaths: true, absoluteLinks: true },
    interpreter: async (_, folder) => granted(await executable(folder)),
    ...(noExecutables === undefined ? {} : { skip: noExecutables }),
    tells: true,
    differences: ofExecutables,
  },
  {
    name: 'a program in TypeScript',
    language: { all: false, absolutePaths: true, absoluteLinks: false },
    interpreter: () => granted('tests/frame/differential/program.ts'),
    tells: true,
    differences: ofObjects,
  },
];

for (const { name, language, interpreter, tells, differences, skip } of faces) {
  test(`${name} finds files to be what they are to any other process`, { skip: skip ?? false }, async (t) => {
    const program = compiled(t);
    if (program === undefined) return;
    const all = scripts(language);
    const wanted = await run(native(program), all, makeFolder(t));
    const marked = tells ? all : markedBy(wanted, all);
    const got = await run(await interpreter(program, makeFolder(t)), marked, makeFolder(t));
    const mismatches = compare(all, wanted, got, differences);
    const kinds = new Map<string, number>();
    const examples: string[] = [];
    for (const mismatch of mismatches) {
      const call = mismatch.script[mismatch.at]?.[0] ?? 'tree';
      const kind = call === 'tree' ? call : `${call}: ${mismatch.native} -> ${mismatch.face}`;
      if (!kinds.has(kind) && examples.length < EXAMPLES) examples.push(describeMismatch(mismatch));
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    const counts = [...kinds].map(([kind, count]) => `${count} ${kind}`);
    assert.equal(mismatches.length, 0, [...counts, ...examples].join('\n'));
  });
}
