import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { librariesOf } from '../../src/elf/libraries.ts';

function makeFolder(t: TestContext): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cloudabi-elf-')));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const ldd = spawnSync('ldd', ['--version']).status === 0;
const gcc = spawnSync('gcc', ['--version']).status === 0;

/** Returns the libraries of a program according to ldd(1), which asks the loader itself. */
function lddOf(path: string): Set<string> | undefined {
  const { stdout, status } = spawnSync('ldd', [path], { encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } });
  if (status !== 0) return undefined;
  const files = new Set<string>();
  for (const line of stdout.split('\n')) {
    const file = /(?:=> )?(\/\S+) \(0x/.exec(line)?.[1];
    if (file !== undefined) files.add(realpathSync(file));
  }
  return files;
}

function programsIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => join(folder, name));
}

test('the libraries of real programs are those that their loader finds', {
  skip: !ldd && 'no ldd here',
}, () => {
  const candidates = programsIn('/usr/bin');
  const step = Math.max(1, Math.floor(candidates.length / 80));
  let compared = 0;
  for (const path of candidates.filter((_, index) => index % step === 0)) {
    const expected = lddOf(path);
    if (expected === undefined) continue;
    const { files, missing, program } = librariesOf(path);
    const found = [...files.keys()].filter((file) => file !== program && !file.includes('glibc-hwcaps'));
    assert.deepEqual(new Set(found), expected, path);
    assert.deepEqual(missing, [], path);
    compared++;
  }
  assert.ok(compared > 20, `only ${compared} programs were compared`);
});

function compile(folder: string, args: readonly string[], source: string): void {
  const input = join(folder, 'source.c');
  writeFileSync(input, source);
  const { status, stderr } = spawnSync('gcc', ['-x', 'c', input, ...args], { cwd: folder, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

for (const [tags, name] of [
  ['--enable-new-dtags', 'RUNPATH'],
  ['--disable-new-dtags', 'RPATH'],
] as const) {
  test(`${name} with $ORIGIN leads where the loader goes`, { skip: !gcc && 'no gcc here' }, (t) => {
    const folder = makeFolder(t);
    mkdirSync(join(folder, 'lib'));
    mkdirSync(join(folder, 'bin'));
    compile(folder, ['-shared', '-fPIC', '-o', 'lib/libinner.so'], 'int inner(void) { return 1; }');
    compile(
      folder,
      ['-shared', '-fPIC', '-o', 'lib/libouter.so', '-Llib', '-linner', `-Wl,${tags}`],
      'int inner(void); int outer(void) { return inner(); }',
    );
    compile(
      folder,
      ['-o', 'bin/program', '-Llib', '-louter', '-Wl,-rpath-link,lib', `-Wl,${tags},-rpath,$ORIGIN/../lib`],
      'int outer(void); int main(void) { return outer(); }',
    );
    symlinkSync('bin/program', join(folder, 'link'));
    const found = librariesOf(join(folder, 'link'));
    assert.equal(found.needsOrigin, true);
    assert.equal(found.program, join(folder, 'bin/program'));
    assert.equal(found.links.get(join(folder, 'link')), 'bin/program');
    assert.ok(found.files.has(join(folder, 'lib/libouter.so')));
    // RUNPATH counts for the image that has it alone, RPATH for all that it leads to.
    const inner = found.files.has(join(folder, 'lib/libinner.so'));
    assert.equal(inner, name === 'RPATH');
    assert.deepEqual(
      found.missing.map(({ name: missing }) => missing),
      inner ? [] : ['libinner.so'],
    );
    const ran = spawnSync(join(folder, 'link')).status;
    assert.equal(ran, inner ? 1 : 127);
    // LD_LIBRARY_PATH leads there in both cases.
    const libraryPath = [join(folder, 'lib')];
    assert.deepEqual(librariesOf(join(folder, 'link'), { libraryPath }).missing, []);
  });
}

test('a static program needs only itself', { skip: !gcc && 'no gcc here' }, (t) => {
  const folder = makeFolder(t);
  compile(folder, ['-static', '-nostdlib', '-o', 'still'], 'void _start(void) { for (;;); }');
  const { files, libraries, links } = librariesOf(join(folder, 'still'));
  assert.deepEqual([[...files.keys()], libraries, [...links]], [[join(folder, 'still')], [], []]);
});

test('the names by which the loader opens files are all there', () => {
  const { files, links, image, libraries } = librariesOf(process.execPath);
  const known = new Set([...files.keys(), ...links.keys()]);
  for (const path of [image.interpreter ?? '', ...libraries.map((library) => library.path)]) {
    // Every prefix of the path is a link that is known or a real directory on the way to a known file.
    let at = '';
    for (const step of path.split('/').slice(1)) {
      at += `/${step}`;
      if (links.has(at)) at = realpathSync(at);
    }
    assert.ok(known.has(at), `${path} is ${at}`);
  }
});

test('a library with a cycle and a missing one end', { skip: !gcc && 'no gcc here' }, (t) => {
  const folder = makeFolder(t);
  compile(folder, ['-shared', '-fPIC', '-o', 'libb.so'], 'int b;');
  compile(folder, ['-shared', '-fPIC', '-o', 'liba.so', '-L.', '-Wl,--no-as-needed', '-lb'], 'int a;');
  compile(folder, ['-shared', '-fPIC', '-o', 'libb.so', '-L.', '-Wl,--no-as-needed', '-la'], 'int b;');
  compile(
    folder,
    ['-o', 'program', '-L.', '-Wl,--no-as-needed', '-la', '-Wl,-rpath,$ORIGIN,-rpath-link,.'],
    'int main(void) { return 0; }',
  );
  copyFileSync(join(folder, 'libb.so'), join(folder, 'keep.so'));
  rmSync(join(folder, 'libb.so'));
  const { missing, libraries } = librariesOf(join(folder, 'program'));
  assert.deepEqual(missing, [{ name: 'libb.so', neededBy: join(folder, 'liba.so') }]);
  assert.ok(libraries.some(({ name }) => name === 'liba.so'));
});
