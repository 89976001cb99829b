import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { cc } from '../../src/toolchain/cc.ts';
import { loadClang } from '../../src/toolchain/clang.ts';
import { ToolchainError } from '../../src/toolchain/errors.ts';
import { runGuest } from '../frame/sdk/guest.ts';

const dist = fileURLToPath(new URL('../../../dist/', import.meta.url));
const clang = await loadClang();

interface Compilation {
  readonly status: number;
  readonly messages: string;
  readonly stdout: string;
  readonly made: (name: string) => Buffer;
}

/** Compiles the given files in a directory of their own and hands the outcome to the check. */
async function compile(
  files: Record<string, string>,
  argv: string[],
  check: (outcome: Compilation) => void,
  folder = '.',
): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'cloudabi-cc-'));
  const cwd = join(scratch, folder);
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(scratch, name)), { recursive: true });
      writeFileSync(join(scratch, name), text.replaceAll('CWD', cwd));
    }
    let messages = '';
    let stdout = '';
    const status = await cc(
      argv.map((argument) => argument.replace('CWD', cwd)),
      { cwd, clang, stderr: (text) => (messages += text), stdout: (text) => (stdout += text) },
    );
    check({ status, messages, stdout, made: (name) => readFileSync(join(cwd, name)) });
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function run(wasm: Buffer, args: string[] = []): { status: number; output: string } {
  return runGuest(new WebAssembly.Module(wasm), new Uint8Array(), { args });
}

test('a program that defines main is linked to start there, with its arguments', async () => {
  const source =
    '#include <stdio.h>\nint main(int argc, char **argv) { puts(argv[argc - 1]); return argc; }\n';
  await compile({ 'main.c': source }, ['main.c', '-o', 'main.wasm'], ({ status, messages, made }) => {
    assert.deepEqual({ status, messages }, { status: 0, messages: '' });
    assert.deepEqual(run(made('main.wasm'), ['a', 'b']), { status: 2, output: 'b\n' });
  });
});

test('a program that defines program_main asks its host for neither arguments nor environment', async () => {
  const source =
    '#include <program.h>\n#include <stdlib.h>\nvoid program_main(const argdata_t *ad) { exit(7); }\n';
  await compile({ 'p.c': source }, ['p.c', '-o', 'p.wasm'], ({ status, made }) => {
    assert.equal(status, 0);
    const names = WebAssembly.Module.imports(new WebAssembly.Module(made('p.wasm'))).map(({ name }) => name);
    assert.deepEqual(names.sort(), ['argdata_length', 'argdata_read', 'proc_exit']);
    assert.equal(run(made('p.wasm')).status, 7);
  });
});

test('headers are found beside the source, through -I, upwards and by absolute name', async () => {
  const files = {
    'src/main.c':
      '#include "near.h"\n#include "../up.h"\n#include <far.h>\n#include "CWD/absolute.h"\n' +
      '#define LATER "later.h"\n#include LATER\nint main(void) { return NEAR + UP + FAR + ABSOLUTE + LATEST; }\n',
    'src/near.h': '#pragma once\n#define NEAR 1\n',
    'src/later.h': '#define LATEST 16\n',
    'src/up.h': '#error "this is another header of that name"\n',
    'up.h': '#pragma once\n#include "src/near.h"\n#define UP 2\n',
    'include/far.h': '#define FAR 4\n',
    'absolute.h': '#define ABSOLUTE 8\n',
  };
  await compile(files, ['-Iinclude', 'src/main.c', '-o', 'm.wasm'], (outcome) => {
    assert.equal(outcome.status, 0, outcome.messages);
    assert.equal(run(outcome.made('m.wasm')).status, 31);
  });
});

test('a source may lie outside the working directory', async () => {
  const files = {
    'work/here.txt': '',
    'other/main.c': '#include "n.h"\nint main(void) { return N; }\n',
    'other/n.h': '#define N 5\n',
  };
  for (const source of ['../other/main.c', 'CWD/../other/main.c'])
    await compile(
      files,
      [source, '-o', 'm.wasm'],
      ({ status, messages, made }) => {
        assert.equal(status, 0, messages);
        assert.equal(run(made('m.wasm')).status, 5);
      },
      'work',
    );
});

test('C++ is compiled and linked with its library', async () => {
  const source =
    '#include <program.h>\n#include <vector>\n#include <cstdlib>\n' +
    'void program_main(const argdata_t *ad) {\n  std::vector<int> v{1, 2};\n  long n = 9;\n' +
    '  argdata_t *five = argdata_from_buffer("\\x05\\x05", 2, nullptr, nullptr);\n  if (argdata_get_int(five, &n) == 0) v.push_back(n);\n  exit(v.back());\n}\n';
  await compile({ 'v.cc': source }, ['-std=c++20', 'v.cc', '-o', 'v.wasm'], ({ status, messages, made }) => {
    assert.equal(status, 0, messages);
    assert.equal(run(made('v.wasm')).status, 5);
  });
});

test('several sources, object files and archives become one program', async () => {
  const files = {
    'a.c': 'int b(void);\nint main(void) { return b(); }\n',
    'lib/b.c': 'int b(void) { return 42; }\n',
  };
  await compile(files, ['a.c', 'lib/b.c', '-o', 'ab.wasm'], ({ status, made }) => {
    assert.equal(status, 0);
    assert.equal(run(made('ab.wasm')).status, 42);
  });
  await compile(files, ['-c', 'lib/b.c'], ({ status, made }) => {
    assert.equal(status, 0);
    assert.deepEqual([...made('b.o').subarray(0, 4)], [0, 0x61, 0x73, 0x6d]);
  });
});

test('an error in the source reaches the user as it is, under the name of the file', async () => {
  const files = {
    'src/bad.c': '#include "bad.h"\nint main(void) { return 0; }\n',
    'src/bad.h': 'int x = ;\n',
  };
  const expected = /^In file included from src\/bad\.c:1:\nsrc\/bad\.h:1:9: error: expected expression\n/;
  await compile(files, ['src/bad.c', '-o', 'bad.wasm'], ({ status, messages, made }) => {
    assert.equal(status, 1);
    assert.match(messages, expected);
    assert.throws(() => made('bad.wasm'), { code: 'ENOENT' });
  });
});

test('absolute names stay absolute or become relative in messages, and never show how files are staged', async () => {
  await compile({ 'bad.c': 'int x = ;\n' }, ['CWD/bad.c', '-c'], ({ status, messages }) => {
    assert.equal(status, 1);
    assert.match(messages, /^bad\.c:1:9: error/);
    assert.doesNotMatch(messages, /@host/);
  });
  await compile({ 'n.c': 'const char *name = __FILE__;\n' }, ['CWD/n.c', '-E'], ({ stdout }) => {
    assert.doesNotMatch(stdout.replaceAll(/^#.*$/gm, ''), /@host/);
  });
});

test('an undefined symbol is reported by the linker with its status', async () => {
  const files = { 'u.c': 'int missing(void);\nint main(void) { return missing(); }\n' };
  await compile(files, ['u.c', '-o', 'u.wasm'], ({ status, messages }) => {
    assert.equal(status, 1);
    assert.match(messages, /u\.c.*undefined symbol: missing/);
    assert.doesNotMatch(messages, /@host/);
  });
});

test('a source that does not exist is the compiler’s to report', async () => {
  await compile({}, ['none.c', '-c'], ({ status, messages }) => {
    assert.equal(status, 1);
    assert.match(messages, /no such file or directory: 'none\.c'/);
  });
});

test('two compilations in different directories give the same bytes', async () => {
  const seen: Buffer[] = [];
  const files = { 'd.c': '#include <assert.h>\nint main(int c, char **v) { assert(v[0]); return c; }\n' };
  for (let i = 0; i < 2; i++)
    await compile(files, ['-s', 'd.c', '-o', 'd.wasm'], ({ made }) => void seen.push(made('d.wasm')));
  assert.ok(seen[0]?.equals(seen[1] ?? Buffer.alloc(0)));
});

const usage: readonly (readonly [string[], RegExp])[] = [
  [[], /^No input file is named$/],
  [['a.txt'], /^Cannot tell what 'a\.txt' is/],
  [['a.c', '-o'], /^Option '-o' wants a value$/],
  [['-c', 'a.c', 'b.c', '-o', 'c.o'], /^Cannot write 2 outputs/],
  [['--target=x86_64-linux', 'a.c'], /always wasm32-wasip1$/],
  [['-MD', 'a.c'], /^Option '-MD' is not supported/],
  [['gone.o'], /^Cannot read 'gone\.o': no such file or directory$/],
];

test('a command line that cannot work is refused with one line that names the argument', async () => {
  for (const [argv, message] of usage)
    await assert.rejects(
      cc(argv, { cwd: tmpdir(), clang }),
      (error) => error instanceof ToolchainError && message.test(error.message),
      argv.join(' '),
    );
});

test('cloudabi cc exits with the compiler’s status and says nothing of its own', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'cloudabi-cc-'));
  try {
    writeFileSync(join(cwd, 'bad.c'), 'int x = ;\n');
    const cli = [join(dist, 'bin/cloudabi.js'), 'cc', '-Wall', 'bad.c', '-o', 'bad.wasm'];
    const { status, stdout, stderr } = spawnSync(process.execPath, cli, { cwd, encoding: 'utf8' });
    assert.deepEqual({ status, stdout }, { status: 1, stdout: '' });
    assert.match(stderr, /^bad\.c:1:9: error: expected expression\n/);
    assert.doesNotMatch(stderr, /cloudabi|\n +at /);
  } finally {
    rmSync(cwd, { recursive: true });
  }
});

test('without the compiler’s package, cloudabi cc names the one command that installs it', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'cloudabi-cc-'));
  try {
    cpSync(join(dist, 'bin'), join(cwd, 'dist/bin'), { recursive: true });
    cpSync('package.json', join(cwd, 'package.json'));
    mkdirSync(join(cwd, 'node_modules'));
    // Everything that cloudabi itself needs, and no compiler.
    for (const name of ['koffi', '@koromix'])
      symlinkSync(resolve('node_modules', name), join(cwd, 'node_modules', name));
    writeFileSync(join(cwd, 'a.c'), 'int main(void) { return 0; }\n');
    const cli = ['dist/bin/cloudabi.js', 'cc', 'a.c', '-o', 'a.wasm'];
    const { status, stderr } = spawnSync(process.execPath, cli, { cwd, encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stderr, /^cloudabi cc: [^\n]*npm install @yowasp\/clang@\^22\.0\.0-0'\n$/);
    assert.ok(!existsSync(join(cwd, 'a.wasm')));
  } finally {
    rmSync(cwd, { recursive: true });
  }
});
