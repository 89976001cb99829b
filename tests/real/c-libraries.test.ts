// Libraries in C from Debian's source archive, compiled with `cloudabi cc` and run behind the walls: npm run real:c
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { command } from '../frame/cli/commands.ts';
import { makeFolder } from '../frame/programs.ts';

const skip = process.env['REAL'] !== 'all' && 'wants the network: REAL=all';

/** Fetches a source package of Debian's and unpacks it; gives the folder of the sources. */
function fetchSources(t: TestContext, place: string): Promise<string> {
  return fetchArchive(t, `https://deb.debian.org/debian/pool/main/${place}`);
}

async function fetchArchive(t: TestContext, address: string): Promise<string> {
  const folder = makeFolder(t);
  const answer = await fetch(address);
  assert.equal(answer.status, 200, address);
  writeFileSync(join(folder, 'source.tar'), Buffer.from(await answer.arrayBuffer()));
  const unpacked = spawnSync('tar', ['xf', 'source.tar'], { cwd: folder, encoding: 'utf8' });
  assert.equal(unpacked.status, 0, unpacked.stderr);
  const [name] = readdirSync(folder).filter((entry) => entry !== 'source.tar');
  return join(folder, name ?? '');
}

function compile(cwd: string, args: readonly string[], compiler: 'cc' | 'c++' = 'cc'): void {
  const { status, stderr } = command('cloudabi', [compiler, '-Wno-everything', ...args], { cwd });
  assert.equal(status, 0, stderr);
}

/** Runs a program that expects UNIX, with a folder at a place, by default /work; gives what it says, and its status in the last line. */
function runIn(work: string, program: string, args: readonly string[], place = '/work'): string {
  const input = `!command
arguments: ${JSON.stringify(args)}
directories:
  ${place}: !file {path: ${work}, rights: [read, write, create, remove]}
stdout: !fd stdout
stderr: !fd stderr
`;
  // A program may look for files beside itself: called by its plain name, it finds them in the directory it is given.
  const where = { cwd: dirname(program), input };
  const { status, stdout, stderr } = command('cloudabi-run', [basename(program)], where);
  return `${stdout}${stderr}status ${status}\n`;
}

const ZLIB = 'z/zlib/zlib_1.2.13.dfsg.orig.tar.bz2';

test('zlib compiles as it is, and its own test passes in a granted directory', { skip }, async (t) => {
  const cwd = await fetchSources(t, ZLIB);
  const sources = readdirSync(cwd).filter((name) => name.endsWith('.c'));
  compile(cwd, ['-DHAVE_UNISTD_H', '-I.', ...sources, 'test/example.c', '-o', 'example.wasm']);
  const work = join(cwd, 'work');
  mkdirSync(work);
  assert.match(
    runIn(work, join(cwd, 'example.wasm'), ['/work/foo.gz']),
    /large_inflate\(\): OK\nafter inflateSync\(\): hello, hello!\ninflate with dictionary: hello, hello!\nstatus 0\n$/,
  );
});

test('libpng compiles as it is with zlib, and its own test passes on its picture', { skip }, async (t) => {
  const zlib = await fetchSources(t, ZLIB);
  const cwd = await fetchSources(t, 'libp/libpng1.6/libpng1.6_1.6.39.orig.tar.gz');
  // As its Makefiles do.
  copyFileSync(join(cwd, 'scripts/pnglibconf.h.prebuilt'), join(cwd, 'pnglibconf.h'));
  const sources = [cwd, zlib].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.c'))
      .map((name) => join(folder, name)),
  );
  compile(cwd, ['-DHAVE_UNISTD_H', `-I${zlib}`, '-I.', ...sources, '-o', 'pngtest.wasm']);
  const work = join(cwd, 'work');
  mkdirSync(work);
  copyFileSync(join(cwd, 'pngtest.png'), join(work, 'pngtest.png'));
  const said = runIn(work, join(cwd, 'pngtest.wasm'), ['/work/pngtest.png', '/work/out.png']);
  assert.match(said, / PASS \(9782 zero samples\)\n[\s\S]* libpng passes test\n[\s\S]*status 0\n$/);
});

/** Options with which SQLite's own makefile compiles fuzzcheck, its test program that wants no Tcl. */
const FUZZCHECK = [
  'ENABLE_MEMSYS5',
  'MAX_MEMORY=50000000',
  'PRINTF_PRECISION_LIMIT=1000',
  'ENABLE_FTS4',
  'ENABLE_RTREE',
  'ENABLE_GEOPOLY',
  'ENABLE_DBSTAT_VTAB',
  'ENABLE_BYTECODE_VTAB',
  'STRICT_SUBTYPE=1',
  'STATIC_RANDOMJSON',
  'OSS_FUZZ',
  'THREADSAFE=0',
  'OMIT_LOAD_EXTENSION',
].map((option) => `-DSQLITE_${option}`);

const noTcl =
  spawnSync('tclsh', { input: '' }).status !== 0 && 'wants tclsh, with which SQLite makes its source';

test('SQLite compiles as it is, keeps a database in a granted directory, and passes its own fuzzcheck', {
  skip: skip || noTcl,
}, async (t) => {
  const cwd = await fetchSources(t, 's/sqlite3/sqlite3_3.46.1.orig.tar.xz');
  const tools = ['TOP=.', 'BCC=gcc', 'TCC=gcc', 'NAWK=awk'];
  const made = spawnSync('make', ['-f', 'main.mk', ...tools, 'sqlite3.c'], { cwd, encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  const options = ['-O1', ...FUZZCHECK, '-I.', '-Itest', '-Iext/recover'];
  compile(cwd, [...options, '-c', 'sqlite3.c']);
  const work = join(cwd, 'work');
  mkdirSync(work);

  compile(cwd, [...options, 'sqlite3.o', resolve('tests/real/c/sqlite.c'), '-o', 'sqlite.wasm']);
  assert.equal(runIn(work, join(cwd, 'sqlite.wasm'), ['/work/test.db']), 'sqlite 3\nstatus 0\n');

  const sources = ['fuzzcheck', 'ossfuzz', 'vt02', 'fuzzinvariants'].map((name) => `test/${name}.c`);
  const extensions = ['recover/dbdata', 'recover/sqlite3recover', 'misc/randomjson'].map(
    (name) => `ext/${name}.c`,
  );
  compile(cwd, [...options, 'sqlite3.o', ...sources, ...extensions, '-o', 'fuzzcheck.wasm']);
  const inputs = readdirSync(join(cwd, 'test')).filter((name) => /^fuzzdata\d\.db$/.test(name));
  for (const name of inputs) copyFileSync(join(cwd, 'test', name), join(work, name));
  const said = runIn(
    work,
    join(cwd, 'fuzzcheck.wasm'),
    inputs.sort().map((name) => `/work/${name}`),
  );
  assert.match(said, /fuzzcheck: 0 errors out of 46388 tests[\s\S]*status 0\n$/);
});

test('pugixml compiles as it is, and its own tests pass', { skip }, async (t) => {
  const cwd = await fetchSources(t, 'p/pugixml/pugixml_1.13.orig.tar.gz');
  const tests = readdirSync(join(cwd, 'tests'))
    .filter((name) => /^(?!fuzz_).*\.cpp$/.test(name))
    .sort();
  const sources = ['src/pugixml.cpp', ...tests.map((name) => join('tests', name))];
  for (const source of sources) compile(cwd, ['-O1', '-std=c++17', '-Isrc', '-c', source], 'c++');
  const objects = readdirSync(cwd).filter((name) => name.endsWith('.o'));
  compile(cwd, [...objects, '-o', 'tests.wasm'], 'c++');
  const work = join(cwd, 'work');
  mkdirSync(work);
  cpSync(join(cwd, 'tests'), join(work, 'tests'), { recursive: true });
  const said = runIn(work, join(cwd, 'tests.wasm'), [], '/');
  assert.match(said, /Success: 955 tests passed\.\nstatus 0\n$/);
});

test('JsonCpp compiles as it is, and its own tests pass', { skip }, async (t) => {
  const cwd = await fetchSources(t, 'libj/libjsoncpp/libjsoncpp_1.9.5.orig.tar.gz');
  const sources = ['lib_json', 'test_lib_json'].flatMap((folder) =>
    readdirSync(join(cwd, 'src', folder))
      .filter((name) => name.endsWith('.cpp'))
      .map((name) => join('src', folder, name)),
  );
  const options = ['-O1', '-std=c++17', '-Iinclude', '-Isrc/lib_json'];
  const objects = sources.map((source, index) => {
    compile(cwd, [...options, '-c', source, '-o', `${index}.o`], 'c++');
    return `${index}.o`;
  });
  compile(cwd, [...objects, '-o', 'tests.wasm'], 'c++');
  const work = join(cwd, 'work');
  mkdirSync(work);
  assert.match(runIn(work, join(cwd, 'tests.wasm'), []), /All 119 tests passed\nstatus 0\n$/);
});

const script = `
  local ok, thrown = pcall(function() error({ code = 5 }) end)
  assert(not ok and thrown.code == 5)
  local next = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end)
  assert(next() + next() + next() == 6)
  local t = {}
  for i = 1, 100000 do t[i] = tostring(i) end
  table.sort(t)
  assert(#table.concat(t) == 488895)
  assert(io.open("/etc/passwd") == nil and os.getenv("HOME") == nil and not os.execute())
  say(_VERSION)
`;

test('Lua compiles with two functions that it cannot have, and its errors and coroutines work', {
  skip,
}, async (t) => {
  const cwd = join(await fetchSources(t, 'l/lua5.4/lua5.4_5.4.4.orig.tar.gz'), 'src');
  const sources = readdirSync(cwd).filter((name) => /^l.*(?<!^luac?)\.c$/.test(name));
  const own = ['lua.c', 'absent.c'].map((name) => resolve('tests/real/c', name));
  const temporary = ['-Dlua_tmpnam(b,e)={e=1;}', '-DLUA_TMPNAMBUFSIZE=32'];
  compile(cwd, [...temporary, '-I.', ...sources, ...own, '-o', 'run.wasm']);
  const input = `output: !fd stdout\nscript: ${JSON.stringify(script)}\n`;
  const { status, stdout, stderr } = command('cloudabi-run', [join(cwd, 'run.wasm')], { input });
  assert.deepEqual([status, stdout], [0, 'Lua 5.4\n'], stderr);
});
