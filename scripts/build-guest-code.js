// Compiles the part of our kernel that lies in the memory of a CloudABI executable, as a vDSO, and writes it as TypeScript.
// `--print` prints it as JSON instead. Needs dist/, clang and lld; the file says which version made it.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run-tool.js';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const folder = 'src/gates/elf/guest';
const output = 'src/gates/elf/guest-code.ts';

/** The headers that come from TypeScript. */
async function headers() {
  const { handedCalls } = await import('../dist/gates/elf/handed-calls.js');
  const { abiErrors } = await import('../dist/kernel/result.js');
  const most = 133;
  const numbers = handedCalls.map((name, index) => `#define CALL_${name} ${index}`);
  return {
    'call-numbers.h': `/* Made by scripts/build-guest-code.js: the numbers of the calls that are handed over. */\n${numbers.join('\n')}\n`,
    'errors.h': `/* Made by scripts/build-guest-code.js: the ABI's error numbers, by Linux's. */
static const u8 errors[] = {
  ${[...abiErrors.subarray(0, most + 1)].join(', ').replace(/(.{1,110}),(?: |$)/g, '$1,\n  ')}
};
`,
  };
}

function compile() {
  const scratch = mkdtempSync(join(tmpdir(), 'guest-code-'));
  try {
    const objects = readdirSync(folder)
      .filter((name) => name.endsWith('.c'))
      .toSorted()
      .map((name) => {
        const object = join(scratch, `${name}.o`);
        run(
          'clang',
          '--target=x86_64-linux-gnu',
          '-Isdk/c/include',
          ...[
            '-Os',
            '-Wall',
            '-Wextra',
            '-Werror',
            '-ffreestanding',
            '-fno-builtin',
            '-fno-jump-tables',
            '-fPIC',
          ],
          ...[
            '-fvisibility=hidden',
            '-fno-stack-protector',
            '-fno-asynchronous-unwind-tables',
            // A stack is followed by them through this code to the program's.
            '-fno-omit-frame-pointer',
            '-fcf-protection=none',
          ],
          ...['-mgeneral-regs-only', '-c', join(folder, name), '-o', object],
        );
        return object;
      });
    const library = join(scratch, 'vdso.so');
    run(
      'ld.lld',
      ...['-shared', '-z', 'max-page-size=4096', '--hash-style=sysv', '--build-id=none', '-Bsymbolic', '-s'],
      ...[
        '-soname',
        'cloudabi-vdso',
        '-e',
        '_start',
        '-T',
        join(folder, 'vdso.ld'),
        ...objects,
        '-o',
        library,
      ],
    );
    const file = readFileSync(library);
    if (file.readUInt16LE(56) !== 2) throw new Error('The vDSO has other segments than were asked for');
    const [offset, address, size, memory] = [8, 16, 32, 40].map((at) =>
      Number(file.readBigUInt64LE(64 + at)),
    );
    if (offset !== 0 || address !== 0 || size !== memory) throw new Error('The vDSO has writable data');
    return { code: file.subarray(0, size), start: Number(file.readBigUInt64LE(24)) };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const print = process.argv.includes('--print');
const version = /version (\S+)/.exec(run('clang', '--version'))?.[1];
if (!print)
  for (const [name, text] of Object.entries(await headers())) writeFileSync(join(folder, name), text);
const { code, start } = compile();
const base64 = code.toString('base64');
if (print) console.log(JSON.stringify({ version, code: base64, start }));
else
  writeFileSync(
    output,
    `// Made by scripts/build-guest-code.js out of guest/; a test compares them where the same compiler is at hand.

/** The version of clang that made these bytes. */
export const guestCompiler = '${version}';

/** The place in the code where a program begins. */
export const guestStart = ${start};

/** The vDSO of an executable, for x86-64, in base64: one segment, behind which its record lies at the next page. */
export const guestCode: string =
${base64
  .match(/.{1,100}/g)
  .map((line) => `  '${line}'`)
  .join(' +\n')};
`,
  );
