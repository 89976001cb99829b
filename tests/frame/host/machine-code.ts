import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import type { Architecture } from '../../../src/linux/architecture.ts';

const version = /version (\S+)/.exec(
  spawnSync('clang', ['--version'], { encoding: 'utf8' }).stdout ?? '',
)?.[1];

const targets = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' } as const;

/** Returns the present output of scripts/build-machine-code.js. */
export function printedNow(what: 'handler' | 'writer' | 'pump' | 'supervisor' | 'oci' | 'numbers'): string {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['scripts/build-machine-code.js', '--print', what],
    { encoding: 'utf8' },
  );
  assert.equal(status, 0, stderr);
  return stdout;
}

/** Compares machine code with what its source becomes; skips where its compiler is not at hand. */
export function isWhatItsSourceSays(
  context: TestContext,
  what: 'handler' | 'writer' | 'pump' | 'supervisor' | 'oci',
  { compiler, code }: { readonly compiler: string; readonly code: Readonly<Record<Architecture, string>> },
): void {
  if (version !== compiler) {
    context.skip(`it was made by clang ${compiler}; here is ${version ?? 'none'}`);
    return;
  }
  const { x64, arm64 } = JSON.parse(printedNow(what));
  assert.deepEqual(code, { x64, arm64 });
}

/** Has the compiler check constant expressions behind a C source, for both architectures; skips without one. */
export function holdInSource(context: TestContext, source: string, expressions: readonly string[]): void {
  if (version === undefined) {
    context.skip('no clang here');
    return;
  }
  const asserted = expressions.map((one) => `_Static_assert(${one}, "${one}");`);
  for (const target of Object.values(targets)) {
    const { status, stderr } = spawnSync(
      'clang',
      [`--target=${target}`, '-Isrc/host', '-ffreestanding', '-fsyntax-only', '-x', 'c', '-'],
      { input: `${readFileSync(source, 'utf8')}\n${asserted.join('\n')}\n`, encoding: 'utf8' },
    );
    assert.equal(status, 0, `${source}: ${stderr}`);
  }
}
