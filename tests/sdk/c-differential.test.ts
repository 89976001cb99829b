// Pure functions of the C library against those of the machine's: tests/sdk/differential, compiled for both.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { cc } from '../../src/toolchain/cc.ts';
import { loadClang } from '../../src/toolchain/clang.ts';
import { remembering } from '../../src/toolchain/remember.ts';
import { executable } from '../frame/cli/commands.ts';

const FOLDER = 'tests/sdk/differential';
const scratch = mkdtempSync(join(tmpdir(), 'cloudabi-differential-'));
after(() => rmSync(scratch, { recursive: true }));
const clang = remembering(await loadClang());

// The compiler shall call the functions instead of knowing their results.
const FLAGS = ['-std=gnu11', '-O1', '-fno-builtin', '-Wno-everything'];

/** Tells whether the machine has a compiler, and the C library that the programs are compared with. */
function hasGlibc(): boolean {
  const { status, stdout } = spawnSync('gcc', ['-E', '-dM', '-include', 'features.h', '-xc', '/dev/null'], {
    encoding: 'utf8',
  });
  return status === 0 && stdout.includes('__GLIBC__');
}

const skip = !hasGlibc() && 'there is no gcc with glibc';

/** Runs a program, and gives its lines. */
function linesOf(program: string, args: readonly string[], input = ''): string[] {
  const options = { input, encoding: 'utf8', maxBuffer: 64 * 2 ** 20 } as const;
  const { status, stdout, stderr } = spawnSync(program, args, options);
  assert.equal(status, 0, stderr);
  return stdout.split('\n');
}

for (const source of readdirSync(FOLDER).filter((name) => name.endsWith('.c'))) {
  const name = source.replace(/\.c$/, '');
  test(`${name} is as on the machine`, { skip }, async () => {
    const path = join(FOLDER, source);
    const host = join(scratch, name);
    const built = spawnSync('gcc', ['-w', ...FLAGS.slice(0, 3), path, '-o', host, '-lm'], {
      encoding: 'utf8',
    });
    assert.equal(built.status, 0, built.stderr);
    let messages = '';
    const module = `${host}.wasm`;
    const io = { clang, stderr: (text: string) => (messages += text) };
    assert.equal(await cc([...FLAGS, path, '-o', module], io), 0, messages);
    const wanted = linesOf(host, []);
    const grants = '!command\narguments: []\nstdout: !fd stdout\n';
    const found = linesOf(process.execPath, [executable('cloudabi-run'), module], grants);
    const differences = wanted.flatMap((line, index) =>
      line === found[index] ? [] : [`${wanted[index]}\n  here: ${found[index]}`],
    );
    assert.equal(differences.slice(0, 20).join('\n'), '');
    assert.equal(found.length, wanted.length);
    assert.ok(wanted.length > 500, 'the program compares something');
  });
}
