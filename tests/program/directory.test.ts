import assert from 'node:assert/strict';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { file } from '../../src/index.ts';
import { type Directory, directory, OperationError, program } from '../../src/program/index.ts';
import { run } from '../../src/run/testing.ts';
import { folderWith } from '../frame/program/sources.ts';

type Rights = NonNullable<Parameters<typeof file>[1]>['rights'];

/** Hands a directory to a program and lets the test act as the program. */
async function handed(
  t: TestContext,
  files: Record<string, string>,
  rights: Rights,
  act: (directory: Directory, folder: string) => Promise<void>,
): Promise<void> {
  const folder = folderWith(t, files);
  const acts = program({ schema: { root: directory() } }, ({ root }) => act(root, folder));
  await using app = run(acts, { root: file(folder, { rights: rights ?? 'read' }) });
  await app.finished;
}

const all = ['read', 'write', 'create', 'remove'] as const;
const refused = (error: unknown): boolean => error instanceof OperationError && error.code === 'ENOTCAPABLE';

test('a directory reads, lists and describes what is beneath it', (t) =>
  handed(t, { 'a.txt': 'one', 'sub/b.txt': 'two' }, 'read', async (root) => {
    assert.equal(await root.read('a.txt', 'utf8'), 'one');
    assert.deepEqual(await root.read('sub/b.txt'), Buffer.from('two'));
    const names = (await root.list()).map(({ name, kind }) => `${name} ${kind}`).sort();
    assert.deepEqual(names, ['a.txt file', 'sub directory']);
    const status = await root.stat('a.txt');
    assert.equal(status.size, 3);
    assert.ok(status.isFile() && Math.abs(status.mtime.getTime() - Date.now()) < 60_000);
    await assert.rejects(root.read('missing'), { code: 'ENOENT', syscall: 'file_open', path: 'missing' });
  }));

test('a directory with more entries than one block lists them all', async (t) => {
  const files = Object.fromEntries(
    Array.from({ length: 3000 }, (_, index) => [`entry-${'x'.repeat(40)}-${index}`, '']),
  );
  await handed(t, files, 'read', async (root) => {
    const names = new Set((await root.list()).map(({ name }) => name));
    assert.equal(names.size, 3000);
  });
});

test('a directory writes, makes, renames and removes with the rights for it', (t) =>
  handed(t, { 'old/a': '1' }, all, async (root) => {
    await root.write('new.txt', 'hello');
    await root.write('new.txt', ' world', 'a');
    assert.equal(await root.read('new.txt', 'utf8'), 'hello world');
    await assert.rejects(root.write('new.txt', '', 'wx'), { code: 'EEXIST' });
    await root.mkdir('deep/er', { recursive: true });
    await root.mkdir('deep/er', { recursive: true });
    await root.rename('new.txt', 'deep/er/moved.txt');
    assert.equal((await root.lstat('deep/er/moved.txt')).kind, 'file');
    await root.symlink('moved.txt', 'deep/er/link');
    assert.equal(await root.readlink('deep/er/link'), 'moved.txt');
    assert.equal(await root.read('deep/er/link', 'utf8'), 'hello world');
    await root.utimes('deep/er/moved.txt', new Date(0), 1000);
    assert.equal((await root.stat('deep/er/moved.txt')).mtimeMs, 1_000_000);
    await assert.rejects(root.remove('deep'), { code: 'ENOTEMPTY' });
    await root.remove('deep', { recursive: true });
    await root.remove('old/a');
    assert.deepEqual(
      (await root.list()).map(({ name }) => name),
      ['old'],
    );
  }));

test('a directory that may only be read changes nothing', (t) =>
  handed(t, { a: '1' }, 'read', async (root) => {
    const attempts = [
      root.write('a', '2'),
      root.write('b', '2'),
      root.open('a', 'r+'),
      root.mkdir('c'),
      root.remove('a'),
      root.rename('a', 'b'),
      root.symlink('a', 'b'),
      root.utimes('a', 0, 0),
    ];
    for (const attempt of attempts) await assert.rejects(attempt, refused);
    assert.equal(await root.read('a', 'utf8'), '1');
  }));

test('a directory without the right to make files still writes those that are there', (t) =>
  handed(t, { a: 'long text' }, ['read', 'write'], async (root) => {
    await root.write('a', 'short');
    assert.equal(await root.read('a', 'utf8'), 'short');
    await assert.rejects(root.write('b', ''), refused);
  }));

test('no path leads out of a directory', (t) =>
  handed(t, { 'sub/in': '1' }, all, async (root, folder) => {
    symlinkSync('/etc', join(folder, 'absolute'));
    symlinkSync('../../..', join(folder, 'upwards'));
    for (const path of [
      '..',
      '../x',
      '/etc/passwd',
      'absolute/passwd',
      'upwards/etc/passwd',
      'sub/../../x',
    ]) {
      await assert.rejects(root.read(path), refused, path);
      await assert.rejects(root.stat(path), refused, path);
    }
    const sub = await root.directory('sub');
    assert.equal(await sub.read('in', 'utf8'), '1');
    await assert.rejects(sub.read('../sub/in'), refused);
  }));

test('a directory that is renamed while it is used stays the same directory', (t) =>
  handed(t, { 'sub/a': 'old' }, 'read', async (root, folder) => {
    const sub = await root.directory('sub');
    renameSync(join(folder, 'sub'), join(folder, 'elsewhere'));
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'sub/a'), 'new');
    assert.equal(await sub.read('a', 'utf8'), 'old');
  }));

test('a directory beneath gets the same rights or fewer, never more', (t) =>
  handed(t, { 'sub/a': '1' }, all, async (root) => {
    const same = await root.directory('sub');
    await same.write('b', '2');
    const less = await root.directory('sub', 'read');
    assert.equal(await less.read('b', 'utf8'), '2');
    await assert.rejects(less.write('b', '3'), refused);
    await assert.rejects(less.directory('.', ['read', 'write']), refused);
    await assert.rejects(root.directory('sub', 'execute'), refused);
    // @ts-expect-error No such right.
    await assert.rejects(root.directory('sub', 'raed'), /Unknown right 'raed'.*did you mean 'read'/i);
  }));

test('a watch tells what is made, changed and removed', (t) =>
  handed(t, { kept: '1', gone: '1' }, all, async (root) => {
    const end = new AbortController();
    const seen = new Set<string>();
    const watching = (async () => {
      for await (const change of root.watch({ signal: end.signal, interval: 5 })) {
        seen.add(`${change.type} ${change.name}`);
        if (['created made', 'changed kept', 'removed gone'].every((each) => seen.has(each))) end.abort();
      }
    })();
    // The watcher reports no change from before its first look.
    for (let round = 0; seen.size === 0; round++) {
      await root.write(`early${round}`, '');
      await setTimeout(5);
    }
    await root.write('made', '');
    await root.write('kept', 'longer');
    await root.remove('gone');
    await watching;
    assert.deepEqual([...seen].filter((each) => !each.startsWith('created early')).sort(), [
      'changed kept',
      'created made',
      'removed gone',
    ]);
  }));

test('a closed directory answers nothing any more', (t) =>
  handed(t, { a: '1' }, 'read', async (root) => {
    const sub = await root.directory('.');
    await sub.close();
    await sub.close();
    await assert.rejects(sub.read('a'), { code: 'EBADF' });
    assert.equal(await root.read('a', 'utf8'), '1');
  }));
