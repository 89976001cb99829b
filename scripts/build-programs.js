// Compiles the guest programs: every .c file under examples/, tests/programs/ and bench/programs/, and every
// example in AssemblyScript, becomes a .wasm beside it, with threads where its path says so.
// The results are committed, so that running them needs no compiler. They depend on nothing but the
// sources and the compilers' versions; `--check` compares instead of writing and fails on a difference.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asc } from '../dist/toolchain/asc.js';
import { cc } from '../dist/toolchain/cc.js';
import { loadClang } from '../dist/toolchain/clang.js';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const check = process.argv.includes('--check');
const flags = ['-std=gnu11', '-O2', '-s', '-Wall', '-Wextra', '-Werror'];

const sources = ['examples', 'tests/programs', 'bench/programs']
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, name)))
  // Those for ELF are compiled by their tests and benchmark, with a compiler of the machine.
  .filter((name) => !name.startsWith('tests/programs/elf/') && name !== 'bench/programs/executable.c')
  .filter((name) => name.endsWith('.c') || isAssemblyScript(name))
  .sort();

/** Examples in TypeScript for Node have the same suffix; only what imports our SDK is AssemblyScript. */
function isAssemblyScript(name) {
  return (
    /^examples\/.*\.ts$/.test(name) && readFileSync(name, 'utf8').includes("from 'cloudabi/assemblyscript'")
  );
}
const scratch = await mkdtemp(join(tmpdir(), 'cloudabi-programs-'));
let failed = false;
try {
  const clang = await loadClang();
  for (const source of sources) {
    const made = join(scratch, 'program.wasm');
    const wasm = source.replace(/(c|ts)$/, 'wasm');
    const threads = /\bthreads\b/.test(source) ? ['-pthread'] : [];
    const status = source.endsWith('.ts')
      ? await asc(['-O', source, '-o', made])
      : await cc([...flags, ...threads, source, '-o', made], { clang });
    if (status !== 0) {
      failed = true;
      continue;
    }
    const bytes = readFileSync(made);
    const same = existsSync(wasm) && readFileSync(wasm).equals(bytes);
    if (!check && !same) writeFileSync(wasm, bytes);
    failed ||= check && !same;
    console.log(`${wasm}: ${bytes.length} bytes, ${same ? 'unchanged' : check ? 'DIFFERS' : 'written'}`);
  }
} finally {
  await rm(scratch, { recursive: true });
}
process.exitCode = failed ? 1 : 0;
