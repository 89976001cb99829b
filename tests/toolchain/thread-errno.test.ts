import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readArchive, writeArchive } from '../../src/toolchain/archive.ts';
import { loadClang } from '../../src/toolchain/clang.ts';
import { definedSymbols, definesFunction } from '../../src/toolchain/symbols.ts';
import { withThreadErrno } from '../../src/toolchain/thread-errno.ts';

const clang = await loadClang();

/** Compiles one C or C++ file for one thread and gives the object. */
async function object(source: string, ...flags: string[]): Promise<Buffer> {
  const argv = ['clang', '--target=wasm32-wasip1', '-O1', ...flags, '-c', '/a.c', '-o', '/result'];
  const { result, stderr } = await clang.run(argv, { 'a.c': source });
  assert.ok(result, stderr);
  return Buffer.from(result);
}

/** The names that an object file wants of others. */
async function wanted(bytes: Buffer): Promise<string[]> {
  const { status, stdout, stderr } = await clang.run(['nm', '-u', '-j', '/a.o'], { 'a.o': bytes });
  assert.equal(status, 0, stderr);
  return stdout.trim().split('\n');
}

const USES = `extern int errno;
int get(void) { return errno; }
void set(int value) { errno = value; }
int *address(void) { return &errno; }
static int plain(void) { return 7; }
int (*pointers[])(void) = {get, plain};
`;

test('code that reads, writes or passes on errno calls functions instead', async () => {
  const made = withThreadErrno(await object(USES));
  assert.ok(made !== undefined);
  const names = await wanted(made);
  for (const name of ['__errno_location', 'cloudabi_errno_load', 'cloudabi_errno_store'])
    assert.ok(names.includes(name), name);
  assert.deepEqual(definedSymbols(made).sort(), ['address', 'get', 'pointers', 'set']);
});

test('a linked program has each function at its place, pointers to functions among them', async () => {
  const made = withThreadErrno(await object(USES));
  assert.ok(made !== undefined);
  const own = await object(`static int number;
int cloudabi_errno_load(unsigned zero) { return zero + number; }
void cloudabi_errno_store(unsigned zero, int value) { number = zero + value; }
int *__errno_location(void) { return &number; }
`);
  const caller =
    await object(`int get(void); void set(int); int *address(void); extern int (*pointers[])(void);
__attribute__((export_name("check"))) int check(void) {
  set(40);
  *address() += 1;
  return get() * 10000 + pointers[0]() * 100 + pointers[1]();
}
`);
  const files = { 'a.o': made, 'b.o': own, 'c.o': caller };
  const argv = ['wasm-ld', '--no-entry', '/a.o', '/b.o', '/c.o', '-o', '/result'];
  const { result, stderr } = await clang.run(argv, files);
  assert.ok(result, stderr);
  const { check } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(result))).exports;
  assert.ok(typeof check === 'function');
  assert.equal(check(), 414107);
});

test('templates, which several files have, keep their functions', async () => {
  const source = `extern "C" int errno;
template <int N> int added() { return errno + N; }
int (*chosen)() = added<3>;
int both() { return added<3>() + added<4>(); }
`;
  const made = withThreadErrno(await object(source, '-x', 'c++', '-O0'));
  assert.ok(made !== undefined);
  const own = await object(
    'int cloudabi_errno_load(unsigned z) { return 20; } int *__errno_location(void) { return 0; } void cloudabi_errno_store(unsigned z, int v) {}',
  );
  const files = { 'a.o': made, 'b.o': own };
  const argv = ['wasm-ld', '--no-entry', '--export=_Z4bothv', '/a.o', '/b.o', '-o', '/result'];
  const { result, stderr } = await clang.run(argv, files);
  assert.ok(result, stderr);
  const { _Z4bothv: both } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(result))).exports;
  assert.ok(typeof both === 'function');
  assert.equal(both(), 47);
});

test('a file that has nothing to do with errno stays as it is', async () => {
  assert.equal(withThreadErrno(await object('int one(void) { return 1; }')), undefined);
  assert.equal(withThreadErrno(await object('int errno; int get(void) { return errno; }')), undefined);
});

test('a reference that cannot be replaced is an error, and is not left as it is', async () => {
  for (const [source, reason] of [
    ['extern int errno; int *p = &errno; void nothing(void) {}', /has the address of errno in its data/],
    ['extern int errno; signed char low(void) { return errno; }', /has the instruction 44 for errno/],
  ] as const) {
    const bytes = await object(source);
    assert.throws(() => withThreadErrno(bytes), { code: 'toolchain_broken', message: reason });
  }
});

test('an archive gives back its files, and the linker finds them by its index', async () => {
  const one = await object('int one(void) { return 1; }');
  const two = await object(
    'int one(void); int two(void) { return 2 * one(); } int three(void) { return 3; }',
  );
  const archive = writeArchive([one, two].map((bytes) => ({ bytes, symbols: definedSymbols(bytes) })));
  assert.deepEqual(
    readArchive(archive).map(({ bytes }) => bytes),
    [one, two],
  );
  assert.equal(definesFunction(archive, 'three'), true);
  const argv = ['wasm-ld', '--no-entry', '--export=two', '/a.a', '-o', '/result'];
  const { result, stderr } = await clang.run(argv, { 'a.a': archive });
  assert.ok(result, stderr);
  const { two: call } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(result))).exports;
  assert.ok(typeof call === 'function');
  assert.equal(call(), 2);
});
