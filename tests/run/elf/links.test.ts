import assert from 'node:assert/strict';
import { closeSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { Errno, Rights } from '../../../src/abi/generated/constants.ts';
import { makeSocketPair } from '../../../src/host/files/new-descriptors.ts';
import { fd, file, launch, pipe, programLink } from '../../../src/index.ts';
import { executable, noExecutables } from '../../frame/elf/executables.ts';
import { makeFolder } from '../../frame/programs.ts';

/** Runs a program to its end, and returns its lines. */
async function run(path: string, grants: (output: unknown) => unknown): Promise<readonly string[]> {
  const output = pipe('write');
  const { exited } = launch(path, grants(output));
  const words = await text(output.stream);
  const reason = await exited;
  assert.ok(reason.kind === 'exited' && reason.code === 0, `${words}${JSON.stringify(reason)}`);
  return words.split('\n').slice(0, -1);
}

/** A file and a directory with fewer rights than they could be sent with through a socket. */
function narrowed(t: TestContext): readonly [file: unknown, directory: unknown] {
  const folder = makeFolder(t);
  mkdirSync(join(folder, 'directory'));
  for (const name of ['file', 'directory/name']) writeFileSync(join(folder, name), 'contents');
  return [
    file(join(folder, 'file'), { rights: ['fd_read'] }),
    file(join(folder, 'directory'), { rights: ['file_stat_get'] }),
  ];
}

const module = resolve('tests/programs/cloudabi/messages.wasm');

/** The lines of an executable that has received both. */
const received = [
  'received 0',
  'descriptors 2',
  `rights ${Rights.fd_read}`,
  `seek ${Errno.notcapable}`,
  'read 0',
  'bytes 8',
  `rights ${Rights.file_stat_get}`,
  'attributes 0',
  `open ${Errno.notcapable}`,
];

const options = { skip: noExecutables ?? false };

test(
  'through a link, descriptors travel between executables with the rights of their sender',
  options,
  async (t) => {
    const [left, right] = programLink();
    const sent = run(executable('links', { SENDS: 1 }), (output) => [output, left, ...narrowed(t)]);
    const lines = run(executable('links', { SENDS: 0 }), (output) => [output, right]);
    assert.deepEqual(await sent, ['sent 0']);
    assert.deepEqual(await lines, received);
  },
);

test('through a socket, an executable cannot send what it has fewer rights to', options, async (t) => {
  const [one, other] = makeSocketPair();
  t.after(() => {
    for (const end of [one, other]) closeSync(end);
  });
  const sent = await run(executable('links', { SENDS: 1 }), (output) => [output, fd(one), ...narrowed(t)]);
  assert.deepEqual(sent, [`sent ${Errno.notcapable}`]);
});

test('a link joins an executable and a module', options, async (t) => {
  const [left, right] = programLink();
  const [granted, directory] = narrowed(t);
  const sent = run(module, (output) => ({ role: 'send', socket: left, output, file: granted, directory }));
  const lines = run(executable('links', { SENDS: 0 }), (output) => [output, right]);
  assert.deepEqual(await sent, ['sent: error 0, 4 bytes']);
  assert.deepEqual(await lines, received);

  const [near, far] = programLink();
  const back = run(executable('links', { SENDS: 1 }), (output) => [output, near, ...narrowed(t)]);
  const heard = run(module, (output) => ({ role: 'receive', socket: far, output }));
  assert.deepEqual(await back, ['sent 0']);
  assert.deepEqual(await heard, [
    "received: error 0, 'word', 2 descriptors, flags 0",
    "file: 'contents', write -1",
    'directory: attributes 0, open no, remove 76',
  ]);
});
