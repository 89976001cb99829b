import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../../../src/host/files/cache-folder.ts';
import { type Mount, placeIn, shownBy, viewsOf } from '../../../src/host/files/mount-table.ts';
import { plan } from '../../../src/plan/plan.ts';
import { dependencies } from '../../../src/plan/steering/dependencies.ts';
import { type CommandOptions, command, file } from '../../../src/resources/constructors.ts';
import { planLinux } from '../../frame/plan/plans.ts';
import { makeFolder, makeProgram, setEnvironment } from '../../frame/programs.ts';
import { shell } from '../../frame/run/linux/launching.ts';

const everything = ['read', 'write', 'create', 'remove', 'execute'] as const;
const write = (path: string): ReturnType<typeof file> => file(path, { rights: [...everything] });

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const EMPTY_MODULE = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

/** A home with a cache in it that is now ours. */
function makeHome(t: TestContext): { readonly home: string; readonly cache: string } {
  const home = makeFolder(t);
  setEnvironment(t, { HOME: home, XDG_CACHE_HOME: join(home, '.cache') });
  const cache = cacheFolder();
  assert.equal(cache, join(home, '.cache/cloudabi'));
  mkdirSync(join(cache, 'linked'));
  writeFileSync(join(cache, 'linked/program.bin'), 'linked');
  return { home, cache };
}

function pinsOf(options: CommandOptions): ReadonlyMap<string, string | undefined> {
  const entries = planLinux('/bin/true', command(options)).linux.entries;
  return new Map(entries.flatMap((entry) => (entry.kind === 'pin' ? [[entry.at, entry.withheld]] : [])));
}

test('within a writable home, a Linux program can read the cache and not change it', async (t) => {
  const { home, cache } = makeHome(t);
  const options = { directories: { '/home/user': write(home) } };
  assert.equal(pinsOf(options).get('/home/user/.cache/cloudabi'), 'the cache of cloudabi');
  const script = `cd /home/user
    echo bad > .cache/cloudabi/linked/program.bin
    mv .cache gone && mkdir -p .cache/cloudabi/linked
    rm -rf .cache
    mkdir .cache/cloudabi/new
    touch .cache/mine file && rm .cache/mine && cat .cache/cloudabi/linked/program.bin`;
  const { out, errors, reason } = await shell(script, options);
  assert.deepEqual([out, reason.kind === 'exited' && reason.code], ['linked', 0], errors);
  assert.ok(readdirSync(cache).includes('linked') && !readdirSync(cache).includes('new'));
  assert.equal(readFileSync(join(cache, 'linked/program.bin'), 'utf8'), 'linked');
  assert.ok(existsSync(join(home, 'file')));
});

test('a cache that is not there yet is made before a program could make it', async (t) => {
  const home = makeFolder(t);
  setEnvironment(t, { HOME: home });
  const options = { directories: { '/h': write(home) } };
  const { reason } = await shell('mkdir -p /h/.cache/cloudabi/linked', options);
  assert.notEqual(reason.kind === 'exited' && reason.code, 0);
  assert.deepEqual(readdirSync(join(home, '.cache/cloudabi')), []);
});

test('a cache behind a link is held with its link', async (t) => {
  const home = makeFolder(t);
  mkdirSync(join(home, 'elsewhere/cloudabi'), { recursive: true, mode: 0o700 });
  symlinkSync('elsewhere', join(home, '.cache'));
  setEnvironment(t, { HOME: home });
  const { out } = await shell(
    'cd /h; touch elsewhere/cloudabi/x; mv elsewhere z; touch .cache/cloudabi/x; ls elsewhere/cloudabi',
    { directories: { '/h': write(home) } },
  );
  assert.equal(out, '');
});

for (const [what, path] of [
  ['the cache', (): string => cacheFolder() ?? ''],
  ['what is in the cache', (): string => join(cacheFolder() ?? '', 'linked')],
  ['our code', (): string => join(root, 'dist')],
  ['our commands', (): string => join(root, 'dist/bin')],
  ['a package that we need', (): string => join(root, 'node_modules/koffi')],
  ['the folder of Node', (): string => dirname(realpathSync(process.execPath))],
] as const)
  test(`no program may write to ${what}`, (t) => {
    makeHome(t);
    const hello = makeProgram(t, EMPTY_MODULE);
    const refused = { code: 'bad_configuration', message: /decide how later programs are started/ };
    assert.throws(() => plan('/bin/true', command({ directories: { '/x': write(path()) } })), refused);
    assert.throws(() => plan(hello, { x: file(path(), { rights: ['read', 'write'] }) }), refused);
    assert.ok(plan('/bin/true', command({ directories: { '/x': file(path(), { rights: ['read'] }) } })));
    assert.ok(plan(hello, { x: file(path(), { rights: ['read'] }) }));
  });

test('no module and no script may write above them, for which nothing can be withheld', (t) => {
  const { home } = makeHome(t);
  const hello = makeProgram(t, EMPTY_MODULE);
  const script = join(makeFolder(t), 'program.mjs');
  writeFileSync(script, 'export {};');
  for (const program of [hello, script])
    for (const path of [home, join(home, '.cache'), root, '/', '/dev/shm']) {
      const message = /it (?:holds|lies in) '.*grant (?:directories that do not hold it|another directory)/;
      assert.throws(
        () => plan(program, { x: file(path, { rights: ['write', 'create'] }) }),
        { message },
        path,
      );
      assert.throws(() => plan(program, { x: file(path, { rights: ['file_unlink', 'file_open'] }) }), {
        message,
      });
    }
  assert.ok(plan(hello, { x: file(makeFolder(t), { rights: ['read', 'write', 'create', 'remove'] }) }));
});

test('no module and no script may write to files of processes, and both may read them', (t) => {
  const folder = makeFolder(t);
  writeFileSync(join(folder, 'program.wasm'), EMPTY_MODULE);
  writeFileSync(join(folder, 'program.mjs'), '');
  for (const program of ['program.wasm', 'program.mjs']) {
    for (const path of ['/proc', '/proc/self'])
      assert.throws(() => plan(join(folder, program), { d: write(path) }), {
        code: 'bad_configuration',
        message: /holds files of processes .*grant it for reading/,
      });
    plan(join(folder, program), { d: file('/proc', { rights: ['read'] }), e: write(folder) });
  }
});

test('behind Landlock alone, which knows no exceptions, no Linux program may write above them', (t) => {
  const { home } = makeHome(t);
  const options = command({ directories: { [home]: write(home) } });
  assert.throws(() => plan('/bin/true', options, { walls: 'landlock' }), {
    message: /cannot be withheld from a program that Landlock alone holds/,
  });
  assert.ok(plan('/bin/true', options));
});

test('within the folder that we are installed in, a Linux program changes everything but what we consist of', async () => {
  const pins = pinsOf({ directories: { '/p': write(root) } });
  for (const at of [
    'dist',
    'package.json',
    'node_modules/koffi',
    'node_modules/yaml',
    `node_modules/@koromix/koffi-linux-${process.arch}`,
  ])
    assert.ok(pins.get(`/p/${at}`), at);
  assert.ok(pins.has('/p/node_modules') && pins.get('/p/node_modules') === undefined);
  assert.ok(
    ![...pins.keys()].some((at) => at.startsWith('/p/src') || at.startsWith('/p/node_modules/typescript')),
  );
});

test('an installed package is held as a whole, with the commands that lead to it and what it needs', (t) => {
  const project = makeFolder(t);
  const make = (path: string, text: string): void => {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  };
  const machine = `${process.platform}-${process.arch}`;
  make('node_modules/one/package.json', JSON.stringify({ dependencies: { two: '1', three: '1' } }));
  make(
    'node_modules/.store/two/package.json',
    JSON.stringify({ optionalDependencies: { [`@x/${machine}`]: '1', '@x/win32': '1' } }),
  );
  symlinkSync('.store/two', join(project, 'node_modules/two'));
  make('node_modules/one/node_modules/three/package.json', '{}');
  const found = dependencies(join(project, 'node_modules/one')).map(({ path, whenMissing }) => [
    path.slice(project.length + 1),
    whenMissing,
  ]);
  assert.deepEqual(found.sort(), [
    [`node_modules/.store/@x/${machine}`, 'refuse'],
    ['node_modules/.store/two', undefined],
    ['node_modules/one/node_modules/three', undefined],
    ['node_modules/two', undefined],
  ]);
});

test('the document of the grants and the adapter cannot be changed by the program', (t) => {
  const folder = makeFolder(t);
  const hello = makeProgram(t, EMPTY_MODULE);
  const document = join(folder, 'grants.yaml');
  writeFileSync(document, '');
  const options = { documents: [document] };
  const { linux } = planLinux('/bin/true', command({ directories: { '/p': write(folder) } }), options);
  assert.ok(linux.entries.some((entry) => entry.kind === 'pin' && entry.at === '/p/grants.yaml'));
  assert.throws(() => plan(hello, { x: file(folder, { rights: 'write' }) }, options), {
    message: /the document of its grants/,
  });
  const adapter = join(folder, 'adapter.js');
  writeFileSync(adapter, '');
  assert.throws(() => plan(hello, { x: file(folder, { rights: 'write' }) }, { adapter }), {
    message: /its adapter/,
  });
});

test('a user without a home has the cache among temporary files, which is held there', (t) => {
  setEnvironment(t, { HOME: '/nonexistent', TMPDIR: tmpdir() });
  const own = `/t/cloudabi-${process.getuid?.()}`;
  assert.equal(pinsOf({ directories: { '/t': write(tmpdir()) } }).get(own), 'the cache of cloudabi');
});

const table: readonly Mount[] = [
  { device: '8:1', root: '/', point: '/', type: 'ext4' },
  { device: '8:2', root: '/', point: '/home', type: 'ext4' },
  { device: '8:2', root: '/user/.cache', point: '/mnt/alias', type: 'ext4' },
  { device: '0:5', root: '/', point: '/home', type: 'ext4' },
  { device: '8:2', root: '/', point: '/srv/data', type: 'ext4' },
];

test('a place is found through any mount that shows it', () => {
  const cache = { device: '8:2', path: '/user/.cache/cloudabi' };
  const seen = (path: string): (string | undefined)[] =>
    viewsOf(table, path).map((view) => shownBy(view, cache));
  assert.deepEqual(placeIn(table, '/srv/data/user/.cache/cloudabi'), cache);
  // The upper mount is the visible one.
  assert.deepEqual(placeIn(table, '/home/user'), { device: '0:5', path: '/user' });
  assert.deepEqual(seen('/mnt/alias'), ['cloudabi']);
  assert.deepEqual(seen('/mnt/alias/cloudabi'), ['']);
  assert.deepEqual(seen('/mnt/alias/cloudabi/linked'), ['within']);
  assert.deepEqual(seen('/srv'), [undefined, 'data/user/.cache/cloudabi']);
  assert.deepEqual(seen('/etc'), [undefined]);
});

test('a module cannot be granted less in a directory than around it', (t) => {
  const program = makeProgram(t, EMPTY_MODULE);
  const folder = makeFolder(t);
  mkdirSync(join(folder, 'hooks'));
  symlinkSync('hooks', join(folder, 'link'));
  const read = (path: string): ReturnType<typeof file> => file(path, { rights: ['read'] });
  const both = (inner: ReturnType<typeof file>): CommandOptions => ({
    directories: { '.': write(folder), inner },
  });
  for (const name of ['hooks', 'link'])
    assert.throws(() => plan(program, command(both(read(join(folder, name))))), {
      message:
        /Cannot make '.*' narrower than the grant of '.*' around it, which allows changes in everything beneath/,
    });
  assert.ok(plan(program, command(both(write(join(folder, 'hooks'))))));
  assert.ok(
    plan(program, command({ directories: { '.': read(folder), inner: write(join(folder, 'hooks')) } })),
  );
});
