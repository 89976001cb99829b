import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { cc } from '../../src/toolchain/cc.ts';
import { ToolchainError } from '../../src/toolchain/errors.ts';
import { findSystemClang } from '../../src/toolchain/system.ts';
import { command } from '../frame/cli/commands.ts';
import { makeFolder } from '../frame/programs.ts';

/** Returns the reason for which tests of a system compiler are skipped here; false when they are not. */
function reasonToSkip(cxx: boolean): string | false {
  try {
    findSystemClang('clang', cxx);
    return false;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function compile(
  cwd: string,
  argv: string[],
  cxx = false,
): Promise<{ status: number; messages: string; stdout: string }> {
  let messages = '';
  let stdout = '';
  const status = await cc(argv, {
    cwd,
    cxx,
    stderr: (text) => (messages += text),
    stdout: (text) => (stdout += text),
  });
  return { status, messages, stdout };
}

test('with --system, each example in C compiles without a warning, and hello runs', {
  skip: reasonToSkip(false),
}, async (t) => {
  const cwd = makeFolder(t);
  for (const example of ['hello/hello', 'ls/ls', 'webserver/server', 'fixed-message/writer']) {
    const source = resolve(`examples/${example}.c`);
    const argv = ['--system', '-std=gnu11', '-Wall', '-Wextra', source, '-o', 'made.wasm'];
    assert.deepEqual(await compile(cwd, argv), { status: 0, messages: '', stdout: '' }, example);
  }
  const argv = ['--system', resolve('examples/hello/hello.c'), '-o', 'hello.wasm'];
  assert.equal((await compile(cwd, argv)).status, 0);
  const input = readFileSync('examples/hello/grants.yaml', 'utf8');
  assert.deepEqual(command('cloudabi-run', ['hello.wasm'], { cwd, input }), {
    status: 0,
    stdout: 'Hello, world\n',
    stderr: '',
  });
});

test('with --system, main starts as it does elsewhere, and objects and assembly are made', {
  skip: reasonToSkip(false),
}, async (t) => {
  const cwd = makeFolder(t);
  writeFileSync(join(cwd, 'one.c'), '#include "two.h"\nint main(int c, char **v) { return two(c, v); }\n');
  mkdirSync(join(cwd, 'deep'));
  writeFileSync(join(cwd, 'deep/two.h'), 'int two(int, char **);\n');
  writeFileSync(
    join(cwd, 'two.c'),
    '#include <stdio.h>\nint two(int c, char **v) { puts(v[0]); return c + 40; }\n',
  );
  assert.equal((await compile(cwd, ['--system', '-c', 'two.c'])).status, 0);
  assert.equal((await compile(cwd, ['--system', '-S', 'two.c'])).status, 0);
  assert.match(readFileSync(join(cwd, 'two.s'), 'utf8'), /two:/);
  assert.match((await compile(cwd, ['--system', '-E', 'two.c'])).stdout, /int two\(int c/);
  const outcome = await compile(cwd, ['--system', '-Ideep', 'one.c', 'two.o', '-o', 'both.wasm']);
  assert.deepEqual(outcome, { status: 0, messages: '', stdout: '' });
  const run = command('cloudabi', ['exec', 'both.wasm', 'x'], { cwd });
  assert.equal(run.status, 42, run.stderr);
});

test('with --system, an error is the compiler’s own, and what is ambient is refused', {
  skip: reasonToSkip(false),
}, async (t) => {
  const cwd = makeFolder(t);
  writeFileSync(
    join(cwd, 'bad.c'),
    '#include <program.h>\n#include <fcntl.h>\nvoid program_main(const argdata_t *ad) { open("/etc/passwd", 0); }\n',
  );
  const { status, messages } = await compile(cwd, ['--system', 'bad.c']);
  assert.equal(status, 1);
  assert.match(
    messages,
    /^bad\.c:3:\d+: error: 'open' is unavailable: use openat\(directory, path, flags\)$/m,
  );
});

test('with --system, C++ is compiled and linked with its library', {
  skip: reasonToSkip(true),
}, async (t) => {
  const cwd = makeFolder(t);
  writeFileSync(
    join(cwd, 'hello.cc'),
    `#include <program.h>
#include <cloudabi.h>
#include <string>
#include <vector>
#include <unistd.h>
void program_main(const argdata_t *ad) {
  int output = -1;
  program_argument_fd(ad, "output", &output);
  std::vector<std::string> words{"one", "two"};
  std::string line;
  for (const auto &word : words) line += word + "\\n";
  if (write(output, line.data(), line.size()) < 0) _exit(2);
}
`,
  );
  const outcome = await compile(cwd, ['--system', '-Wall', 'hello.cc', '-o', 'hello.wasm'], true);
  assert.deepEqual(outcome, { status: 0, messages: '', stdout: '' });
  const input = 'output: !fd stdout\n';
  const { stdout, stderr } = command('cloudabi-run', ['hello.wasm'], { cwd, input });
  assert.deepEqual({ stdout, stderr }, { stdout: 'one\ntwo\n', stderr: '' });
});

/** Answers of a pretended compiler to each question. */
interface Pretence {
  readonly version?: string;
  readonly targets?: string;
  readonly linker?: string;
  readonly start?: string;
  readonly builtins?: string;
  readonly library?: string;
}

function pretend(t: TestContext, pretence: Pretence): string {
  const folder = makeFolder(t);
  const program = join(folder, 'clang');
  const there = process.execPath;
  const {
    version = 'Debian clang version 14.0.6',
    targets = '    wasm32     - WebAssembly 32-bit',
    linker = there,
    start = there,
    builtins = there,
    library = there,
  } = pretence;
  writeFileSync(
    program,
    `#!/bin/sh
case "$*" in
--version) echo '${version}' ;;
--print-targets) echo '${targets}' ;;
--print-prog-name=wasm-ld) echo '${linker}' ;;
*--print-file-name=crt1-command.o) echo '${start}' ;;
*--print-file-name=libc++*) echo '${library}' ;;
*--print-libgcc-file-name) echo '${builtins}' ;;
esac
`,
  );
  chmodSync(program, 0o755);
  return program;
}

const lacking: readonly (readonly [Pretence, boolean, string])[] = [
  [{ version: 'gcc 12' }, false, 'is no clang, and 14 or later is wanted; Debian has it in clang'],
  [
    { version: 'clang version 11.0.1' },
    false,
    'is clang 11, and 14 or later is wanted; Debian has it in clang',
  ],
  [{ targets: '    x86-64' }, false, 'is built without the target wasm32; Debian has it in clang-14'],
  [{ linker: 'wasm-ld-none' }, false, "there is no linker 'wasm-ld'; Debian has it in lld"],
  [{ start: 'crt1-command.o' }, false, 'there is no C library for wasm32; Debian has it in wasi-libc'],
  [
    { builtins: '/none/libclang_rt.builtins-wasm32.a' },
    false,
    'has no support library for wasm32; Debian has it in libclang-rt-14-dev-wasm32 (on other systems, libclang_rt.builtins for WASI)',
  ],
  [
    { library: 'libc++.a', version: 'clang version 16.0.6' },
    true,
    'there is no C++ library for wasm32; Debian has it in libc++-16-dev-wasm32 and libc++abi-16-dev-wasm32',
  ],
];

test('a part that a system compiler lacks is one line that names the Debian package', (t) => {
  for (const [pretence, cxx, message] of lacking) {
    const program = pretend(t, pretence);
    assert.throws(
      () => findSystemClang(program, cxx),
      (error) =>
        error instanceof ToolchainError &&
        error.code === 'toolchain_missing' &&
        error.message.startsWith('Cannot compile with --system: ') &&
        error.message.endsWith(message),
      message,
    );
  }
  assert.equal(findSystemClang(pretend(t, {}), true).target, 'wasm32-wasip1');
  assert.throws(
    () => findSystemClang('/none/clang', false),
    /^ToolchainError: .*there is no program '\/none\/clang'/,
  );
});

test('cloudabi cc --system without any compiler says so in one line', (t) => {
  const cwd = makeFolder(t);
  writeFileSync(join(cwd, 'a.c'), 'int main(void) { return 0; }\n');
  const { status, stderr } = command('cloudabi', ['cc', '--system=no-such-clang', 'a.c'], { cwd });
  assert.equal(status, 1);
  assert.match(
    stderr,
    /^cloudabi cc: Cannot compile with --system: there is no program 'no-such-clang'[^\n]*\n$/,
  );
});

test('-v shows the command lines of the tools', async (t) => {
  const cwd = makeFolder(t);
  writeFileSync(join(cwd, 'a.c'), 'int main(void) { return 0; }\n');
  const { status, messages } = await compile(cwd, ['-v', '-DNAME="a b"', 'a.c']);
  assert.equal(status, 0);
  const [compiling, linking, ...rest] = messages.trimEnd().split('\n');
  assert.match(compiling ?? '', /^clang --target=wasm32-wasip1 .*'-DNAME="a b"' .* a\.c -o \/result$/);
  assert.match(linking ?? '', /^wasm-ld .* -o \/result$/);
  assert.deepEqual(rest, []);
});
