import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { linkCached } from '../../../src/gates/node/cache.ts';
import { LinkError } from '../../../src/gates/node/errors.ts';
import { linkProgram } from '../../../src/gates/node/link.ts';
import { type Linked, unpackLinked } from '../../../src/gates/node/linked.ts';
import { Modules } from '../../../src/gates/node/module-objects.ts';
import { requireFor } from '../../../src/gates/node/modules.ts';
import { compileLinked, scriptName } from '../../../src/gates/node/script.ts';
import { Mapper } from '../../../src/gates/node/source-maps.ts';
import { folderWith } from '../../frame/program/sources.ts';
import { setEnvironment } from '../../frame/programs.ts';

const none = { addons: [], without: [] };

/** A folder for the cache of a test alone. */
function cacheIn(t: TestContext): string {
  const folder = folderWith(t, {});
  setEnvironment(t, { XDG_CACHE_HOME: folder });
  return join(folder, 'cloudabi', 'linked');
}

function unpack(bytes: Uint8Array): Linked {
  return unpackLinked(bytes);
}

/** The names in a folder that may not be there yet. */
function readNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Evaluates the program's file. Returns its exports. */
async function exportsOf(bytes: Uint8Array): Promise<Record<string, unknown>> {
  const linked = unpack(bytes);
  const seen: Record<string, unknown>[] = [];
  const objects = new Modules('/program', linked.header.name);
  await compileLinked(linked)({
    require: requireFor(linked.header, new Map(), objects),
    module: (name) => objects.make(name),
    main: (exports) => seen.push({ ...exports }),
    meta: { url: 'file:///program/x' },
  });
  return seen[0] ?? {};
}

test('a program is linked with its imports, of every kind', async (t) => {
  cacheIn(t);
  const folder = folderWith(t, {
    'package.json': '{ "type": "module" }',
    'main.ts': `
      import { readFileSync } from 'node:fs';
      import { promises } from 'fs';
      import data from './data.json';
      import page from './page.html';
      import bytes from './bytes.bin';
      import { answer } from './other.mts';
      import common from 'common';
      enum Level { low, high }
      const later = await Promise.resolve('awaited');
      const lazy = await import('./lazy.js');
      const os: typeof import('node:os') = await import('node:os');
      export const all = {
        node: readFileSync === require('fs').readFileSync && promises === (await import('node:fs/promises')).default,
        data: data.key, page, bytes: [...bytes], answer: answer(20), common: common.twice(4), level: Level.high,
        later, lazy: lazy.default, os: typeof os.cpus, url: import.meta.url,
      };`,
    'data.json': '{ "key": [1, 2] }',
    'page.html': '<p>ü</p>',
    'bytes.bin': Uint8Array.of(0, 255, 7),
    'other.mts': 'export const answer = (n: number): number => n + 22;',
    'lazy.js': 'export default "lazy";',
    'node_modules/common/package.json': '{ "name": "common", "main": "index.js" }',
    'node_modules/common/index.js': 'undeclared = 2; exports.twice = (n) => n * undeclared;',
  });
  assert.deepEqual(await exportsOf(linkCached(join(folder, 'main.ts'), none)), {
    all: {
      node: true,
      data: [1, 2],
      page: '<p>ü</p>',
      bytes: [0, 255, 7],
      answer: 42,
      common: 8,
      level: 1,
      later: 'awaited',
      lazy: 'lazy',
      os: 'function',
      url: 'file:///program/x',
    },
  });
});

test('an import that cannot be linked is reported with its place', (t) => {
  cacheIn(t);
  const folder = folderWith(t, { 'a.ts': "const x = 1;\nimport './missing.ts';\nconst y: = 2;\n" });
  assert.throws(
    () => linkCached(join(folder, 'a.ts'), none),
    (error) => {
      assert.ok(error instanceof LinkError && error.code === 'link_failed');
      assert.match(error.message, /^Cannot link '.*a\.ts':\na\.ts:3:10: /);
      return true;
    },
  );
});

test('only files of the program, of its packages and of its workspace are linked, wherever links lead', async (t) => {
  cacheIn(t);
  const folder = folderWith(t, {
    'home/notes.json': '{}',
    'home/link': '',
    'home/other/package.json': '{ "name": "other" }',
    'home/other/secret.json': '{}',
    'home/space/package.json': '{}',
    'home/space/packages/beside/package.json': '{ "name": "beside", "main": "i.js" }',
    'home/space/packages/beside/i.js': 'module.exports = 1;',
    'home/space/packages/beside/deep/j.js': 'module.exports = 2;',
    'home/space/packages/unlinked/i.js': 'module.exports = 3;',
    'home/space/node_modules/plain/i.js': 'module.exports = 4;',
    'home/space/app/package.json': '{ "name": "app" }',
    'home/space/app/own.json': '{}',
    'home/store/a/node_modules/stored/i.js': 'module.exports = require("needed/i.js");',
    'home/store/b/node_modules/needed/i.js': 'module.exports = 5;',
    'home/store/c/node_modules/apart/i.js': 'module.exports = 6;',
  });
  const space = join(folder, 'home/space');
  symlinkSync('../packages/beside', join(space, 'node_modules/beside'));
  symlinkSync('../../store/a/node_modules/stored', join(space, 'node_modules/stored'));
  symlinkSync('../../b/node_modules/needed', join(folder, 'home/store/a/node_modules/needed'));
  symlinkSync('../../other', join(space, 'node_modules/other'));
  symlinkSync('../../notes.json', join(space, 'app/disguised.json'));
  symlinkSync('../..', join(space, 'app/node_modules'));
  const program = join(space, 'app/a.js');
  const imports = (path: string): void => {
    writeFileSync(program, `require(${JSON.stringify(path)});`);
    linkCached(program, none);
  };
  for (const path of [
    './own.json',
    'plain/i.js',
    'beside',
    'beside/deep/j.js',
    './own.json?query',
    'stored/i.js',
  ])
    imports(path);
  const foreign = [
    '../../notes.json',
    join(folder, 'home/notes.json'),
    '../../notes.json?query',
    '../../notes.json#part',
    './disguised.json',
    'other/secret.json',
    '../packages/unlinked/i.js',
    '../../store/c/node_modules/apart/i.js',
    './node_modules/notes.json',
  ];
  for (const path of foreign) assert.throws(() => imports(path), { code: 'foreign_file' }, path);
});

test('files without an end are not linked for ever, nor into all memory', (t) => {
  const memory = 2 ** 29;
  const folder = folderWith(t, {
    'package.json': '{}',
    'zeros.js': "import '/dev/zero';",
    'waits.js': "import './pipe.js';",
    'fine.js': 'export default 1;',
  });
  assert.equal(spawnSync('mkfifo', [join(folder, 'pipe.js')]).status, 0);
  const linked = (name: string, time: number): unknown =>
    linkProgram(join(folder, name), none, [], { time, memory });
  for (const name of ['zeros.js', 'waits.js']) {
    const isRefusal = (error: unknown): boolean => error instanceof LinkError;
    assert.throws(() => linked(name, 2_000), isRefusal, name);
  }
  assert.ok(linked('fine.js', 300_000));
});

test('imports of variables are reported with their places and find modules of Node alone', async (t) => {
  cacheIn(t);
  const folder = folderWith(t, {
    'a.ts': `const name: string = 'f' + 's';
      export const fs = require(name);
      export const failed = await import(name + '.js').catch((error: Error & { code: string }) => error.code);
      export const optional = (() => { try { return require('not-installed'); } catch (error) { return String(error); } })();`,
  });
  const bytes = linkCached(join(folder, 'a.ts'), none);
  const places = unpack(bytes).header.notes.map(({ place, inPackage }) => `${place} ${inPackage}`);
  assert.deepEqual(places, ['a.ts:2:25 false', 'a.ts:3:35 false']);
  const { fs, failed, optional } = await exportsOf(bytes);
  assert.equal(fs, await import('node:fs').then((module) => module.default));
  assert.equal(failed, 'MODULE_NOT_FOUND');
  assert.match(
    String(optional),
    /Cannot find module 'not-installed': .* \(a variable is imported at a\.ts:2:25, a\.ts:3:35\)/,
  );
});

test('packages with native addons are refused by name and file, granted or left out', async (t) => {
  cacheIn(t);
  const folder = folderWith(t, {
    'package.json': '{}',
    'a.js':
      'exports.got = (() => { try { return require("direct"); } catch (error) { return error.code; } })();',
    'b.js': 'require("through-loader");',
    'node_modules/direct/package.json': '{ "name": "direct", "main": "i.js" }',
    'node_modules/direct/i.js': 'module.exports = require("./build/direct.node");',
    'node_modules/direct/build/direct.node': 'not really',
    'node_modules/through-loader/package.json':
      '{ "name": "through-loader", "main": "i.js", "dependencies": { "node-gyp-build": "1" } }',
    'node_modules/through-loader/i.js': 'module.exports = 1;',
    'node_modules/through-loader/prebuilds/linux-x64/it.node': 'not really',
  });
  const refused = (file: string, message: RegExp): void =>
    assert.throws(() => linkCached(join(folder, file), none), { code: 'native_addon', message });
  refused('a.js', /package 'direct' \(node_modules\/direct\) has a native addon, build\/direct\.node, /);
  refused('b.js', /'through-loader' .* prebuilds\/linux-x64\/it\.node, .*--addon through-loader/);
  const without = linkCached(join(folder, 'a.js'), { addons: [], without: ['direct'] });
  assert.deepEqual((await exportsOf(without))['got'], 'MODULE_NOT_FOUND');
  assert.deepEqual(
    unpack(linkCached(join(folder, 'a.js'), { addons: ['direct'], without: [] })).header.addons,
    ['direct'],
  );
});

test('a program that has not changed is not linked again, and one that has is', async (t) => {
  const cache = cacheIn(t);
  const folder = folderWith(t, {
    'package.json': '{}',
    'a.ts': "import { b } from './sub/b';\nexport const got = b;",
    'sub/b/index.ts': 'export const b = 1;',
  });
  const linked = (): Uint8Array => linkCached(join(folder, 'a.ts'), none);
  const got = async (): Promise<unknown> => (await exportsOf(linked()))['got'];
  /** Links until the program is cached: a file written just now may change unseen, so it is not at first. */
  const kept = (isNew: (entry: string) => boolean = () => true): string => {
    const end = Date.now() + 300_000;
    for (;;) {
      linked();
      const entry = readNames(cache)
        .map((name) => join(cache, name))
        .find(isNew);
      if (entry !== undefined) return entry;
      assert.ok(Date.now() < end, 'nothing new is kept');
    }
  };
  assert.equal(await got(), 1);
  const entry = kept();
  const first = readFileSync(entry);
  // Were it linked again, the mark would be gone.
  utimesSync(entry, 5, 5);
  assert.equal(await got(), 1);
  assert.equal(statSync(entry).mtimeMs, 5000);

  writeFileSync(join(folder, 'sub/b/index.ts'), 'export const b = 2;');
  assert.equal(await got(), 2);
  writeFileSync(join(folder, 'sub/b.ts'), 'export const b = 3;');
  assert.equal(await got(), 3, 'a file that comes before the one that was found');
  mkdirSync(join(folder, 'sub/node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }');
  assert.equal(await got(), 3);

  kept((entry) => !readFileSync(entry).equals(first));
});

test('a cached program that another user has replaced is not used', async (t) => {
  const cache = cacheIn(t);
  const folder = folderWith(t, {
    'package.json': '{}',
    'a.js': 'exports.got = "mine";',
    'b.js': 'exports.got = "other";',
    'empty.js': '',
    'c.js': 'require("./empty.js"); exports.got = 1;',
  });
  const linked = (name: string): Uint8Array => linkCached(join(folder, name), none);
  const got = async (): Promise<unknown> => (await exportsOf(linked('a.js')))['got'];
  const entryOf = (name: string): string => {
    const end = Date.now() + 300_000;
    const find = (): string | undefined => readNames(cache).find((each) => each.startsWith(`${name}-`));
    while (find() === undefined && Date.now() < end) linked(name);
    return join(cache, find() ?? '');
  };
  const [mine, other] = [entryOf('a.js'), entryOf('b.js')];
  const genuine = readFileSync(mine);
  const forge = async (bytes: Uint8Array, what: string): Promise<void> => {
    writeFileSync(mine, bytes);
    assert.equal(await got(), 'mine', what);
  };
  await forge(Buffer.from(genuine.toString('latin1').replace('"mine"', '"evil"'), 'latin1'), 'other text');
  await forge(readFileSync(other), 'what was kept for another program');
  await forge(genuine.subarray(0, 100), 'one that was cut off');
  await forge(Buffer.alloc(0), 'nothing');
  rmSync(mine);
  symlinkSync(other, mine);
  assert.equal(await got(), 'mine', 'a link');
  rmSync(mine);
  assert.equal(spawnSync('mkfifo', [mine]).status, 0);
  assert.equal(await got(), 'mine', 'a pipe');

  entryOf('c.js');
  rmSync(join(folder, 'empty.js'));
  assert.equal(spawnSync('mkfifo', [join(folder, 'empty.js')]).status, 0);
  assert.throws(() => linked('c.js'), /empty\.js' is a pipe/);
});

test('a source map leads back to line and column', async (t) => {
  cacheIn(t);
  const folder = folderWith(t, {
    'a.ts': `interface Unused { readonly a: string }

export function fails(): string {
  return new Error('here').stack ?? '';
}`,
  });
  const linked = unpack(linkCached(join(folder, 'a.ts'), none));
  const { fails } = await exportsOf(linkCached(join(folder, 'a.ts'), none));
  assert.ok(typeof fails === 'function');
  const stack = String(fails());
  const [, line, column] = new RegExp(`${scriptName(linked)}:(\\d+):(\\d+)`).exec(stack) ?? [];
  assert.deepEqual(new Mapper(linked.map).find(Number(line), Number(column)), {
    file: 'a.ts',
    line: 4,
    column: 10,
  });
  assert.equal(new Mapper(linked.map).find(1e6, 1), undefined);
  assert.equal(new Mapper(Buffer.from('{}')).find(2, 1), undefined);
});
