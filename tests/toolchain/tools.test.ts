import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadClang, packagedClang } from '../../src/toolchain/clang.ts';
import type { Clang } from '../../src/toolchain/llvm.ts';
import { remembering } from '../../src/toolchain/remember.ts';
import { unpackTar } from '../../src/toolchain/tar.ts';
import { makeFolder, setEnvironment } from '../frame/programs.ts';

const direct = await loadClang();
const packaged = await packagedClang('unknown', createRequire(import.meta.url).resolve('@yowasp/clang'));

const files = {
  work: {
    'a.c': '#include "deep/b.h"\n#include <string.h>\nint f(const char *s) { return strlen(s) + B; }\n',
    deep: { 'b.h': '#define B 1\n' },
  },
};
const argv = ['clang', '--target=wasm32-wasip1', '-O1', '-c', '/work/a.c', '-o', '/result'];

for (const [name, clang] of [
  ['our own host', direct],
  ["the package's own entry", packaged],
] as const) {
  test(`the tools run on ${name}: files, output, messages and status`, async () => {
    const object = await clang.run(argv, files);
    assert.deepEqual([object.status, object.stderr], [0, '']);
    assert.equal(Buffer.from(object.result ?? []).toString('latin1', 0, 4), '\0asm');
    const symbols = await clang.run(['nm', '/a.o'], { 'a.o': object.result ?? '' });
    assert.match(symbols.stdout, / T f$/m);
    const wrong = await clang.run(argv, { work: { 'a.c': 'int x = ;\n' } });
    assert.deepEqual([wrong.status, wrong.result], [1, undefined]);
    assert.match(wrong.stderr, /^\/work\/a\.c:1:9: error: /);
  });
}

test('both ways make the same object', async () => {
  const tree = { work: { 'a.c': '#include <stdio.h>\nint f(FILE *o) { return fputs("x", o); }\n' } };
  const [one, other] = await Promise.all([direct.run(argv, tree), packaged.run(argv, tree)]);
  assert.deepEqual(Buffer.from(one.result ?? []), Buffer.from(other.result ?? []));
});

/** Gives a cache directory of the test's own, and another for temporary files. */
function ownCache(t: TestContext): string {
  const cache = makeFolder(t);
  setEnvironment(t, { XDG_CACHE_HOME: cache, TMPDIR: cache });
  return join(cache, 'cloudabi');
}

/** A compiler that counts how often it really runs. */
function counting(): { clang: Clang; runs: () => number } {
  let runs = 0;
  const clang: Clang = {
    version: direct.version,
    run: async (argv, files) => {
      runs++;
      return await direct.run(argv, files);
    },
  };
  return { clang: remembering(clang), runs: () => runs };
}

test('the same files are compiled once, a warning is said each time, and any change counts', async (t) => {
  const cache = ownCache(t);
  const { clang, runs } = counting();
  const tree = { work: { 'a.c': 'int f(void) { int unused; return 1; }\n' } };
  const wall = [...argv, '-Wall'];
  const first = await clang.run(wall, tree);
  const second = await clang.run(wall, tree);
  assert.equal(runs(), 1);
  assert.match(second.stderr, /unused variable/);
  assert.deepEqual(
    [second.status, second.stderr, Buffer.from(second.result ?? [])],
    [first.status, first.stderr, Buffer.from(first.result ?? [])],
  );
  await clang.run(argv, tree);
  await clang.run(wall, { work: { 'a.c': 'int f(void) { int unused; return 2; }\n' } });
  await clang.run(wall, { work: { ...tree.work, 'b.h': '' } });
  assert.equal(runs(), 4);
  assert.equal(statSync(cache).mode & 0o777, 0o700);
});

test('an entry of the cache that is damaged, or that others may write, is compiled anew', async (t) => {
  const cache = ownCache(t);
  const { clang, runs } = counting();
  const tree = { work: { 'a.c': 'int f(void) { return 1; }\n' } };
  const good = await clang.run(argv, tree);
  const [name = ''] = readdirSync(join(cache, 'compiled'));
  const path = join(cache, 'compiled', name);
  const bytes = readFileSync(path);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(path, bytes);
  const anew = await clang.run(argv, tree);
  assert.deepEqual(Buffer.from(anew.result ?? []), Buffer.from(good.result ?? []));
  assert.equal(runs(), 2);
  chmodSync(cache, 0o777);
  await clang.run(argv, tree);
  assert.equal(runs(), 3);
});

test('a compilation that failed or asked for the date is not cached', async (t) => {
  ownCache(t);
  const { clang, runs } = counting();
  for (const source of ['int x = ;\n', 'const char *day = __DATE__;\n'])
    for (let i = 0; i < 2; i++) await clang.run(argv, { work: { 'a.c': source } });
  assert.equal(runs(), 4);
});

test('an archive that ends in the middle of a file is refused', (t) => {
  const folder = makeFolder(t);
  const header = Buffer.alloc(512);
  header.write('name');
  header.write('00000001000', 124);
  header.write('0', 156);
  writeFileSync(join(folder, 'a.tar'), Buffer.concat([header, Buffer.alloc(100)]));
  assert.throws(() => unpackTar(join(folder, 'a.tar')), /'name' ends beyond the archive/);
});
