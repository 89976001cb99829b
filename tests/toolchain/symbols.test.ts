import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadClang } from '../../src/toolchain/clang.ts';
import { definesFunction } from '../../src/toolchain/symbols.ts';
import fc from '../frame/properties.ts';

const clang = await loadClang();

/** Compiles one C file and gives the object. */
async function object(source: string, ...flags: string[]): Promise<Uint8Array> {
  const argv = ['clang', '--target=wasm32-wasip1', ...flags, '-c', '/a.c', '-o', '/result'];
  const { result, stderr } = await clang.run(argv, { 'a.c': source });
  assert.ok(result, stderr);
  return result;
}

const data = 'int before = 1; extern int elsewhere; int *p = &elsewhere; void other(void) {}\n';
const defining = await object(`${data}void wanted(void) { other(); }`);
const calling = await object(`${data}void wanted(void); void caller(void) { wanted(); }`);

test('an object file that defines a function is told from one that calls it, or has it for itself', async () => {
  assert.equal(definesFunction(defining, 'wanted'), true);
  assert.equal(definesFunction(calling, 'wanted'), false);
  assert.equal(definesFunction(calling, 'caller'), true);
  const own = await object('static void wanted(void) {} void (*p)(void) = wanted;');
  assert.equal(definesFunction(own, 'wanted'), false);
  assert.equal(definesFunction(await object('int wanted = 1;'), 'wanted'), false);
  assert.equal(definesFunction(await object('char *s = "wanted";'), 'wanted'), false);
  assert.equal(definesFunction(await object('void wanted(void) {}', '-g', '-O0'), 'wanted'), true);
});

test('an archive defines what one of its members defines', async () => {
  for (const [members, defines] of [
    [{ 'a-file-with-a-long-name.o': calling, 'b.o': defining }, true],
    [{ 'a.o': calling }, false],
  ] as const) {
    const { result } = await clang.run(['ar', 'rcsD', '/result', ...Object.keys(members)], members);
    assert.ok(result);
    assert.equal(definesFunction(result, 'wanted'), defines);
  }
});

test('of bitcode it says that it does not know, and of other files nothing', async () => {
  assert.equal(definesFunction(await object('void wanted(void) {}', '-flto'), 'wanted'), undefined);
  assert.equal(definesFunction(Buffer.from('unwanted'), 'wanted'), undefined);
  assert.equal(definesFunction(readFileSync('package.json'), 'wanted'), false);
});

test('no damage to an object file makes it throw or run for long', () => {
  const at = fc.nat(defining.length - 1);
  fc.assert(
    fc.property(fc.array(fc.tuple(at, fc.nat(255)), { maxLength: 8 }), at, (changes, length) => {
      const bytes = Uint8Array.from(defining);
      for (const [offset, byte] of changes) bytes[offset] = byte;
      definesFunction(bytes, 'wanted');
      definesFunction(bytes.subarray(0, length), 'wanted');
    }),
    { numRuns: 2000 },
  );
});
