// Compiles src/gates/wasm/direct/*.c, which make frequent calls of modules without JavaScript, and writes the modules as
// src/gates/wasm/direct/code.ts; `--print` prints that instead. The same compiler makes the same bytes.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadClang } from '../dist/toolchain/clang.js';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const folder = 'src/gates/wasm/direct';
const output = `${folder}/code.ts`;

const I32 = 0x7f;
const I64 = 0x7e;
/** Value types of parameters; every call answers with an i32. */
const calls = {
  fd_read: [I32, I32, I32, I32],
  fd_write: [I32, I32, I32, I32],
  fd_pread: [I32, I32, I32, I64, I32],
  fd_pwrite: [I32, I32, I32, I64, I32],
  fd_seek: [I32, I64, I32, I32],
  clock_time_get: [I32, I64, I32],
};

const clang = await loadClang();

async function run(tool, argv, files) {
  const { status, stderr, result } = await clang.run([tool, ...argv, '-o', 'result'], files);
  if (status === 0 && result !== undefined) return result;
  console.error(stderr);
  process.exit(1);
}

async function compile(name) {
  const flags = ['-target', 'wasm32-unknown-unknown', '-mcpu=mvp', '-O2', '-ffreestanding', '-fno-builtin'];
  const warnings = ['-Wall', '-Wextra', '-Werror'];
  const source = readFileSync(`${folder}/${name}.c`);
  const object = await run('clang', [...flags, ...warnings, '-c', 'source.c'], { 'source.c': source });
  // They keep nothing on a stack in memory.
  const link = ['--no-entry', '--strip-all', '--stack-first', '-z', 'stack-size=0', '--import-memory'];
  return run('wasm-ld', [...link, 'object.o'], { 'object.o': object });
}

/** Bytes of an unsigned LEB128 number (WebAssembly core specification, 5.2.2). */
function number(value) {
  return value < 128 ? [value] : [(value % 128) + 128, ...number(Math.floor(value / 128))];
}

function vector(items) {
  return [...number(items.length), ...items.flat()];
}

function name(text) {
  return vector([...Buffer.from(text)]);
}

function section(id, items) {
  const content = vector(items);
  return [id, ...number(content.length), ...content];
}

/**
 * The module that a program imports in place of `face`, which can only be made when the program's memory is there: each
 * of its functions goes on to an entry of its table, where the import of the same name stands at first.
 */
function entryModule() {
  const names = Object.keys(calls);
  const RETURN_CALL_INDIRECT = 0x13;
  const bodies = names.map((call, index) => {
    const pushes = calls[call].flatMap((_, parameter) => [0x20, parameter]);
    const body = [0, ...pushes, 0x41, index, RETURN_CALL_INDIRECT, index, 0, 0x0b];
    return [...number(body.length), ...body];
  });
  return Uint8Array.from([
    ...Buffer.from('\0asm\x01\0\0\0', 'latin1'),
    ...section(
      1,
      names.map((call) => [0x60, ...vector(calls[call]), ...vector([I32])]),
    ),
    ...section(
      2,
      names.map((call, index) => [...name('slow'), ...name(call), 0, index]),
    ),
    ...section(
      3,
      names.map((_, index) => index),
    ),
    ...section(4, [[0x70, 0, ...number(names.length)]]),
    ...section(7, [
      ...names.map((call, index) => [...name(call), 0, names.length + index]),
      [...name('table'), 1, 0],
    ]),
    ...section(9, [[0, 0x41, 0, 0x0b, ...vector(names.map((_, index) => index))]]),
    ...section(10, bodies),
  ]);
}

/** A string literal in lines. */
function literal(bytes) {
  const lines = Buffer.from(bytes)
    .toString('base64')
    .match(/.{1,100}/g);
  return lines.map((line) => `  '${line}'`).join(' +\n');
}

const modules = {
  kernel: await compile('kernel'),
  face: await compile('face'),
  entry: entryModule(),
};

const text = `// Compiled from kernel.c and face.c by \`node scripts/build-direct-calls.js\`. Do not edit.

/** The calls that are made without JavaScript, in the order of the table of \`entry\`. */
export const directCalls = [${Object.keys(calls)
  .map((call) => `'${call}'`)
  .join(', ')}] as const;

/** The modules in base64. */
export const directModules = {
${Object.entries(modules)
  .map(([key, bytes]) => `  ${key}:\n  ${literal(bytes).replaceAll('\n', '\n  ')},`)
  .join('\n')}
} as const;
`;
if (process.argv.includes('--print')) process.stdout.write(text);
else writeFileSync(output, text);
