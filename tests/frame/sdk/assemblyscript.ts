import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asc } from '../../../src/toolchain/asc.ts';

/** End of a compilation, messages of the compiler, and its output. */
export interface Compiled {
  readonly status: number;
  readonly messages: string;
  readonly bytes: Buffer<ArrayBuffer>;
}

/** Compiles one file of AssemblyScript. */
export async function compile(source: string, ...options: string[]): Promise<Compiled> {
  const folder = mkdtempSync(join(tmpdir(), 'cloudabi-asc-'));
  try {
    writeFileSync(join(folder, 'source.ts'), source);
    let messages = '';
    const argv = ['source.ts', '-o', 'made.wasm', '--baseDir', folder, ...options];
    const status = await asc(argv, {
      stderr(text) {
        messages += text;
      },
    });
    const bytes = status === 0 ? readFileSync(join(folder, 'made.wasm')) : Buffer.alloc(0);
    return { status, messages, bytes };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Compiles one of the programs beside the C guests; a mistake in it fails the test. */
export async function compileGuest(name: string): Promise<Buffer<ArrayBuffer>> {
  const source = readFileSync(`tests/programs/assemblyscript/${name}.ts`, 'utf8');
  const { status, messages, bytes } = await compile(source, '-O');
  assert.deepEqual({ status, messages }, { status: 0, messages: '' });
  return bytes;
}
