import assert from 'node:assert/strict';
import { closeSync, mkdirSync, readFileSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { terminalFace } from '../../../src/services/powerbox/chooser.ts';
import { Passed, type Wire } from '../../../src/services/wire.ts';
import { makeFolder } from '../../frame/programs.ts';
import { openService, wireMap } from '../../frame/services/open-channel.ts';

type Shown = { wanted: { reason: string }; path: string; entries: { name: string; directory: boolean }[] };

type Answer = (shown: Shown) => unknown;

/** Begins a chooser that gives some answers, one after the other, and notes the questions. */
async function makeChooser(
  t: TestContext,
  answers: readonly (Answer | string)[],
): Promise<{ folder: string; chooser: string; shown: Shown[]; sockets: Socket[] }> {
  const folder = makeFolder(t);
  const shown: Shown[] = [];
  const sockets: Socket[] = [];
  const left = [...answers];
  mkdirSync(join(folder, 'tree/inner'), { recursive: true });
  writeFileSync(join(folder, 'tree/a.txt'), 'contents of a');
  writeFileSync(join(folder, 'tree/inner/b.txt'), 'contents of b');
  writeFileSync(join(folder, 'secret'), 'secret');
  symlinkSync('../secret', join(folder, 'tree/link'));
  const chooser = join(folder, 'chooser');
  const server = createServer((socket) => {
    sockets.push(socket);
    let rest = '';
    socket
      .on('error', () => undefined)
      .on('data', (chunk) => {
        const lines = (rest + String(chunk)).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          const value = JSON.parse(line);
          shown.push(value);
          const answer = left.shift();
          if (answer !== undefined && value !== 'withdrawn')
            socket.write(typeof answer === 'string' ? answer : `${JSON.stringify(answer(value))}\n`);
        }
      });
  }).listen(chooser);
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { folder, chooser, shown, sockets };
}

const want = (kind: string, access: string, reason = ''): Wire => wireMap({ kind, access, reason });

function picked(answer: Wire): { name: Wire | undefined; descriptor: number } {
  assert.ok(answer instanceof Map);
  const passed = answer.get('descriptor');
  assert.ok(passed instanceof Passed);
  return { name: answer.get('name'), descriptor: passed.descriptor };
}

test('a person chooses a file, and the program gets it with the access it asked for', async (t) => {
  const { folder, chooser, shown } = await makeChooser(t, [
    () => ({ entry: 'inner' }),
    () => ({ entry: 'b.txt' }),
    () => ({ entry: 'a.txt' }),
  ]);
  const box = openService(t, 'powerbox', wireMap({ directory: join(folder, 'tree'), chooser }));
  const first = picked(await box.ask('choose', want('file', 'read', 'to read it')));
  assert.equal(first.name, 'b.txt');
  assert.equal(readFileSync(first.descriptor, 'utf8'), 'contents of b');
  assert.throws(() => writeSync(first.descriptor, 'x'), { code: 'EBADF' });
  closeSync(first.descriptor);
  assert.deepEqual(
    shown.map(({ path, wanted, entries }) => [path, wanted.reason, entries.map(({ name }) => name)]),
    [
      ['', 'to read it', ['inner', 'a.txt']],
      ['inner', 'to read it', ['b.txt']],
    ],
  );
  const second = picked(await box.ask('choose', want('file', 'write')));
  writeSync(second.descriptor, 'CONTENTS');
  closeSync(second.descriptor);
  assert.equal(readFileSync(join(folder, 'tree/a.txt'), 'utf8'), 'CONTENTS of a');
});

test('a directory is handed to be read, and a refusal hands nothing', async (t) => {
  const { folder, chooser } = await makeChooser(t, [
    () => ({ entry: 'inner' }),
    () => 'this',
    () => 'refuse',
  ]);
  const box = openService(t, 'powerbox', wireMap({ directory: join(folder, 'tree'), chooser }));
  const { name, descriptor } = picked(await box.ask('choose', want('directory', 'read')));
  assert.equal(name, 'inner');
  assert.equal(readFileSync(`/proc/self/fd/${descriptor}/b.txt`, 'utf8'), 'contents of b');
  closeSync(descriptor);
  assert.equal(await box.ask('choose', want('file', 'read')), null);
  await assert.rejects(box.ask('choose', want('directory', 'write')), { code: 'EINVAL' });
});

test('limits only shrink what may be asked for', async (t) => {
  const { folder, chooser, shown } = await makeChooser(t, []);
  const box = openService(
    t,
    'powerbox',
    wireMap({ directory: join(folder, 'tree'), chooser, access: ['read'], kinds: ['file'] }),
  );
  await assert.rejects(box.ask('choose', want('file', 'write')), { code: 'ENOTCAPABLE' });
  await assert.rejects(box.ask('choose', want('directory', 'read')), { code: 'ENOTCAPABLE' });
  await assert.rejects(box.ask('limit', wireMap({ access: ['read', 'write'] })), { code: 'ENOTCAPABLE' });
  await assert.rejects(box.ask('limit', wireMap({ directory: '/' })), { code: 'ENOTCAPABLE' });
  assert.deepEqual(shown, []);
});

test('a chooser that names what is not shown chooses nothing', async (t) => {
  const names = ['..', '../secret', 'link', '/etc/passwd', 'inner/b.txt', 'a.txt\0', ''];
  const { folder, chooser, shown } = await makeChooser(t, [
    ...names.map((entry) => () => ({ entry })),
    'no JSON\n',
    () => 'up',
    () => 'refuse',
  ]);
  const box = openService(t, 'powerbox', wireMap({ directory: join(folder, 'tree'), chooser }));
  assert.equal(await box.ask('choose', want('file', 'read')), null);
  assert.ok(shown.every(({ path }) => path === ''));
  assert.equal(shown.length, names.length + 3);
});

test('an answer from before the question counts for nothing', async (t) => {
  const { folder, chooser, sockets, shown } = await makeChooser(t, [() => 'refuse']);
  const box = openService(t, 'powerbox', wireMap({ directory: join(folder, 'tree'), chooser }));
  while (sockets.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => sockets[0]?.write('{"entry":"a.txt"}\n', resolve));
  assert.equal(await box.ask('choose', want('file', 'read')), null);
  assert.equal(shown.length, 1);
});

test('a program that closes its channel withdraws its question', async (t) => {
  const { folder, chooser, shown } = await makeChooser(t, []);
  const box = openService(t, 'powerbox', wireMap({ directory: join(folder, 'tree'), chooser }));
  const asked = box.ask('choose', want('file', 'read')).catch(() => undefined);
  while (shown.length === 0) await new Promise((resolve) => setImmediate(resolve));
  box.close();
  await asked;
  while (shown.length < 2) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(shown[1] as unknown, 'withdrawn');
});

test('a terminal shows numbered entries and harmless text, and reads numbers', () => {
  const entries = [
    { name: 'inner', directory: true },
    { name: 'a\u001b[2J.txt', directory: false },
  ];
  const wanted = { kind: 'file', access: 'read', reason: 'x\n  9) all of it\u001b[8m' } as const;
  const shown = { wanted, path: 'tree', entries };
  const text = terminalFace.show(shown);
  assert.ok(!text.includes('\u001b'));
  assert.ok(!/^ +9\)/m.test(text), 'the reason makes no line of its own');
  assert.match(
    text,
    /A program asks for a file to read\..*\nIn tree:\n {2}1\) inner\/\n {2}2\) a.*\.txt\n {2}u\)/,
  );
  const read = (line: string, kind: 'file' | 'directory' = 'file'): unknown =>
    terminalFace.read(line, { ...shown, wanted: { ...wanted, kind } });
  assert.deepEqual(read('2'), { entry: 'a\u001b[2J.txt' });
  assert.deepEqual(read(' 1 '), { entry: 'inner' });
  assert.equal(read(''), 'refuse');
  assert.equal(read('u'), 'up');
  assert.equal(read('t', 'directory'), 'this');
  for (const none of ['t', '0', '3', '-1', '1e0', '99999', 'a.txt']) assert.equal(read(none), undefined);
});
