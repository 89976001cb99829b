// Compiles the C sources of machine code for both architectures and writes the bytes beside them as TypeScript.
// `--print handler`, `--print writer` `--print pump` or `--print supervisor` prints one as JSON instead, `--print numbers` the header of
// numbers. Needs dist/ and clang; the files say which version made them.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run-tool.js';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const sources = {
  handler: { source: 'src/host/trap/handler.c', output: 'src/host/trap/code.ts', name: 'handlerCode' },
  writer: { source: 'src/host/names/writer.c', output: 'src/host/names/code.ts', name: 'writerCode' },
  pump: {
    source: 'src/host/pump/pump.c',
    output: 'src/host/pump/code.ts',
    name: 'pumpCode',
    flags: ['-mgeneral-regs-only'],
  },
  supervisor: {
    source: 'src/host/supervisor/supervisor.c',
    output: 'src/host/supervisor/code.ts',
    name: 'supervisorCode',
    flags: ['-mgeneral-regs-only'],
  },
  oci: {
    source: 'src/oci/native/oci.c',
    output: 'src/oci/native/code.ts',
    name: 'ociProgram',
    flags: ['-Isrc/oci', '-mgeneral-regs-only'],
    program: true,
  },
};
const numbersHeader = 'src/host/linux-numbers.h';
const targets = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };
const flags = [
  '-Isrc/host',
  '-Os',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-ffreestanding',
  '-fno-builtin',
  '-fno-jump-tables',
  '-fpic',
  '-fno-stack-protector',
  '-fno-asynchronous-unwind-tables',
  '-fomit-frame-pointer',
  '-fcf-protection=none',
];

/** The constants of src/linux, by name, as a Node of that architecture has them. */
function constantsOn(architecture) {
  const code = `
    Object.defineProperty(process, 'arch', { value: '${architecture}' });
    const { readdirSync } = await import('node:fs');
    const found = [];
    for (const file of readdirSync('dist/linux').filter((name) => name.endsWith('.js'))) {
      const { LinuxErrno = {}, ...constants } = await import(process.cwd() + '/dist/linux/' + file);
      for (const [name, value] of Object.entries({ ...LinuxErrno, ...constants }))
        if (typeof value === 'number' || typeof value === 'bigint') found.push([name, Number(value)]);
    }
    console.log(JSON.stringify(found));`;
  return new Map(JSON.parse(run(process.execPath, '--input-type=module', '-e', code)));
}

/** The numbers of src/linux that the sources use, as a C header. */
async function numbersOf(files) {
  const text = files
    .map((file) => readFileSync(file, 'utf8'))
    .join('')
    .replace(/\/\*[\s\S]*?\*\//g, '');
  const words = [...new Set(text.match(/\b_*[A-Za-z]\w+\b/g))].sort();
  const [numbers, others] = ['x64', 'arm64'].map(constantsOn);
  const { callNumber, isSystemCall } = await import('../dist/linux/system-calls.js');
  const calls = words
    .map((word) => word.slice(3))
    .filter((name, index) => words[index].startsWith('nr_') && isSystemCall(name));
  const literal = (value) => (value < 0x100 ? value : `0x${value.toString(16)}`);
  const numbersOn = (architecture, constants) => {
    const own = calls.filter((call) => callNumber(call, architecture) >= 0);
    return [
      ...differing.map((name) => `#define ${name} ${literal(constants.get(name))}`),
      ...own.map((call) => `#define nr_${call} ${callNumber(call, architecture)}`),
    ].join('\n');
  };
  const differing = words.filter((word) => numbers.has(word) && numbers.get(word) !== others.get(word));
  const defines = words
    .filter((word) => numbers.has(word) && !differing.includes(word))
    .map((word) => `#define ${word} ${literal(numbers.get(word))}`);
  return `/* Made by scripts/build-machine-code.js out of src/linux. */
${defines.join('\n')}

#ifdef __x86_64__
${numbersOn('x64', numbers)}
#else
${numbersOn('arm64', others)}
#endif
`;
}

/** The contents of the sections of an ELF64 object, by name (elf(5)). */
function sectionsOf(file) {
  const header = (index) => Number(file.readBigUInt64LE(0x28)) + index * 64;
  const bytes = (index) => {
    const at = Number(file.readBigUInt64LE(header(index) + 24));
    return file.subarray(at, at + Number(file.readBigUInt64LE(header(index) + 32)));
  };
  const names = bytes(file.readUInt16LE(0x3e));
  const found = new Map();
  for (let index = 1; index < file.readUInt16LE(0x3c); index++) {
    const at = file.readUInt32LE(header(index));
    found.set(names.toString('latin1', at, names.indexOf(0, at)), bytes(index));
  }
  return found;
}

const versionOfCompiler = () => /version (\S+)/.exec(run('clang', '--version'))?.[1];

/** A static program of a C source, by architecture. */
function link({ source, flags: more = [] }) {
  const folder = mkdtempSync(join(tmpdir(), 'machine-code-'));
  const programs = {};
  for (const [architecture, target] of Object.entries(targets)) {
    const file = join(folder, architecture);
    const arch = architecture === 'x64' ? flags : flags.filter((flag) => !flag.startsWith('-fcf'));
    const own = arch.filter((flag) => flag !== '-fpic');
    const linking = ['-nostdlib', '-static', '-fuse-ld=lld', '-Wl,--build-id=none,-s,-z,norelro'];
    run('clang', `--target=${target}`, ...own, '-fno-pic', ...more, ...linking, source, '-o', file);
    programs[architecture] = readFileSync(file);
  }
  rmSync(folder, { recursive: true });
  return programs;
}

/** The machine code of a C source, by architecture. */
function compile(kind) {
  if (kind.program) return link(kind);
  const { source, flags: more = [] } = kind;
  const folder = mkdtempSync(join(tmpdir(), 'machine-code-'));
  const codes = {};
  for (const [architecture, target] of Object.entries(targets)) {
    const object = join(folder, architecture);
    const arch = architecture === 'x64' ? flags : flags.filter((flag) => !flag.startsWith('-fcf'));
    run('clang', `--target=${target}`, ...arch, ...more, '-c', source, '-o', object);
    const sections = sectionsOf(readFileSync(object));
    for (const [name, content] of sections) {
      if (/^\.(rela?\.text|rodata|data|bss)/.test(name) && content.length > 0) {
        console.error(`${source} for ${architecture} is not self-contained: it has ${name}`);
        process.exit(1);
      }
    }
    codes[architecture] = sections.get('.text');
  }
  rmSync(folder, { recursive: true });
  return codes;
}

const hex = (bytes) =>
  bytes
    .toString('base64')
    .match(/.{1,100}/g)
    .map((line) => `    '${line}'`)
    .join(' +\n');

const print = process.argv.indexOf('--print');
const what = print < 0 ? undefined : process.argv[print + 1];
const files = ['src/host', 'src/gates/elf/guest', 'src/oci/native']
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  .filter((name) => /\.[ch]$/.test(name) && name !== numbersHeader);
const numbers = await numbersOf(files);
if (what === 'numbers') {
  process.stdout.write(numbers);
} else if (what !== undefined) {
  const version = versionOfCompiler();
  const { x64, arm64 } = compile(sources[what]);
  console.log(JSON.stringify({ version, x64: x64.toString('base64'), arm64: arm64.toString('base64') }));
} else {
  const version = versionOfCompiler();
  writeFileSync(numbersHeader, numbers);
  for (const kind of Object.values(sources)) {
    const { source, output, name } = kind;
    const { x64, arm64 } = compile(kind);
    writeFileSync(
      output,
      `// Made by scripts/build-machine-code.js out of ${basename(source)}; a test compares them where the same compiler is at hand.
import type { Architecture } from '../../linux/architecture.ts';

/** The version of clang that made these bytes. */
export const compiler = '${version}';

/** ${basename(source)} as ${kind.program ? 'a static program' : 'machine code'} in base64, by architecture${kind.program ? '' : '; it can lie at any address'}. */
export const ${name}: Readonly<Record<Architecture, string>> = {
  x64:
${hex(x64)},
  arm64:
${hex(arm64)},
};
`,
    );
  }
}
