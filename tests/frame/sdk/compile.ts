import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { cc } from '../../../src/toolchain/cc.ts';
import { loadClang } from '../../../src/toolchain/clang.ts';
import { makeFolder } from '../programs.ts';

/** Compiles a program in C; gives the path of the module. */
export async function compileProgram(t: TestContext, source: string): Promise<string> {
  const cwd = makeFolder(t);
  writeFileSync(join(cwd, 'program.c'), source);
  let messages = '';
  const io = {
    cwd,
    clang: await loadClang(),
    stderr: (words: string) => (messages += words),
    stdout: () => {},
  };
  assert.equal(await cc(['-Wall', '-Wextra', '-Werror', '-o', 'program.wasm', 'program.c'], io), 0, messages);
  return join(cwd, 'program.wasm');
}
