import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Call, Word } from '../../src/abi/call.ts';
import { calls } from '../../src/abi/generated/calls.ts';
import { cc } from '../../src/toolchain/cc.ts';
import { loadClang } from '../../src/toolchain/clang.ts';
import { importedFunctions } from '../frame/sdk/wasm-imports.ts';

const clang = await loadClang();
const cwd = mkdtempSync(join(tmpdir(), 'cloudabi-headers-'));
after(() => rmSync(cwd, { recursive: true }));

const STRICT = ['-Wall', '-Wextra', '-Werror'];

/** A program that refers to every call, so that none of them is left out when it is linked. */
const everyCall = `#include <cloudabi_syscalls.h>

typedef void call_t(void);
extern call_t *volatile calls[];
call_t *volatile calls[] = {
${calls.map(({ name }) => `  (call_t *)cloudabi_sys_${name},`).join('\n')}
};

int main(void) { return calls[0] == 0; }
`;
writeFileSync(join(cwd, 'calls.c'), everyCall);
writeFileSync(join(cwd, 'calls.cc'), everyCall);

async function compile(argv: string[]): Promise<void> {
  let messages = '';
  const status = await cc(argv, { cwd, clang, stderr: (text) => (messages += text) });
  assert.deepEqual({ status, messages }, { status: 0, messages: '' });
}

/** Returns the import of a call: its words, an address for each result, and the error as result. */
function expected({ name, inputs, outputs, returns }: Call) {
  const words = inputs.flatMap(({ words }) => words.map(({ word }) => word));
  const wide: readonly Word[] = ['u64', 's64'];
  return {
    module: 'cloudabi',
    name,
    parameters: [...words.map((word) => (wide.includes(word) ? 'i64' : 'i32')), ...outputs.map(() => 'i32')],
    results: returns ? ['i32'] : [],
  };
}

for (const [language, source, standard] of [
  ['C11', 'calls.c', '-std=c11'],
  ['C++17', 'calls.cc', '-std=c++17'],
] as const) {
  test(`each call is imported with the words of the specification, compiled as ${language}`, async () => {
    const output = `${source}.wasm`;
    // The calls are referred to as functions of one type, which is all that the warning complains of.
    await compile([...STRICT, '-Wno-cast-function-type', standard, source, '-o', output]);
    const imports = importedFunctions(readFileSync(join(cwd, output)));
    assert.deepEqual(
      imports
        .filter(({ module }) => module === 'cloudabi')
        .sort((first, second) => (first.name < second.name ? -1 : 1)),
      calls.map(expected),
    );
  });
}

test('a directory is passed to a call by its fields, and the result comes through an address', async () => {
  const source = `#include <cloudabi_syscalls.h>
int main(void) {
  cloudabi_fdstat_t fds = {.fs_rights_base = CLOUDABI_RIGHT_FD_READ};
  cloudabi_lookup_t root = {.fd = 5, .flags = CLOUDABI_LOOKUP_SYMLINK_FOLLOW};
  cloudabi_fd_t fd = 0;
  cloudabi_errno_t error = cloudabi_sys_file_open(root, "name", 4, CLOUDABI_O_CREAT, &fds, &fd);
  cloudabi_sys_proc_exit(error == CLOUDABI_ENOTCAPABLE ? fd : 0);
}
`;
  writeFileSync(join(cwd, 'open.c'), source);
  await compile([...STRICT, '-std=c11', 'open.c', '-o', 'open.wasm']);
  const module = new WebAssembly.Module(readFileSync(join(cwd, 'open.wasm')));
  class Exit extends Error {}
  const seen: unknown[] = [];
  const view = (): DataView => {
    const { memory } = instance.exports;
    assert.ok(memory instanceof WebAssembly.Memory);
    return new DataView(memory.buffer);
  };
  const instance = new WebAssembly.Instance(module, {
    wasi_snapshot_preview1: new Proxy({}, { get: () => () => 0, has: () => true }),
    cloudabi: {
      file_open(
        dirfd: number,
        flags: number,
        path: number,
        length: number,
        oflags: number,
        ...rest: number[]
      ) {
        const [fds = 0, fd = 0] = rest;
        const name = Buffer.from(view().buffer, path, length).toString();
        seen.push(dirfd, flags, name, oflags, view().getBigUint64(fds + 8, true));
        view().setUint32(fd, 77, true);
        return 76;
      },
      proc_exit(rval: number) {
        seen.push(rval);
        throw new Exit();
      },
    },
  });
  const { _start: start } = instance.exports;
  assert.ok(typeof start === 'function');
  assert.throws(() => start(), Exit);
  assert.deepEqual(seen, [5, 1, 'name', 1, 2n, 77]);
});

for (const [compiler, source, standard] of [
  ['gcc', 'calls.c', '-std=c11'],
  ['g++', 'calls.cc', '-std=c++17'],
] as const) {
  const missing = spawnSync(compiler, ['--version']).status !== 0;
  test(`${compiler} accepts the headers and lays structures out as specified`, {
    skip: missing && `there is no ${compiler}`,
  }, () => {
    const headers = join(process.cwd(), 'sdk/c/include');
    const argv = [standard, ...STRICT, '-Wno-cast-function-type', '-fsyntax-only', '-I', headers, source];
    const { status, stderr } = spawnSync(compiler, argv, { cwd, encoding: 'utf8' });
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  });
}
