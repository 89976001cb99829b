import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { join } from 'node:path';
import { text as allText } from 'node:stream/consumers';
import { test } from 'node:test';
import * as z from 'zod';
import { file, sharedMemory as memory, pipe } from '../../src/index.ts';
import {
  ArgumentError,
  file as aFile,
  connection,
  Directory,
  directory,
  File,
  list,
  listener,
  number,
  optional,
  program,
  readable,
  sharedMemory,
  text,
  writable,
} from '../../src/program/index.ts';
import { localListener, run, sink, socketPair, source, temporaryDirectory } from '../../src/run/testing.ts';
import { folderWith } from '../frame/program/sources.ts';

test('a socket pair and a temporary directory are handed over in one line', async () => {
  const echo = program({ schema: { peer: connection(), site: directory() } }, async ({ peer, site }) => {
    peer.end(await site.read('greeting', 'utf8'));
  });
  const [theirs, ours] = socketPair();
  await using app = run(echo, { peer: theirs, site: temporaryDirectory({ greeting: 'hello' }) });
  await app.finished;
  assert.equal(await allText(ours), 'hello');
});

test('a server of Node listens on what it is handed, and closes with it', async () => {
  const serves = program({ schema: { listen: listener() } }, ({ listen }) => {
    createServer((_, response) => response.end('served')).listen(listen);
    assert.equal(listen.address?.host, '127.0.0.1');
  });
  const listen = localListener();
  const app = run(serves, { listen });
  await app.finished;
  const body = await new Promise<string>((resolve, reject) => {
    get(listen.url, { agent: false }, (response) => resolve(allText(response))).on('error', reject);
  });
  assert.equal(body, 'served');
  await app.close();
  await assert.rejects(fetch(listen.url));
});

test('a listening socket gives connections one after the other', async () => {
  const greets = program({ schema: { listen: listener() } }, async ({ listen }) => {
    for await (const socket of listen) {
      socket.end('hi');
      break;
    }
  });
  const listen = localListener();
  await using app = run(greets, { listen });
  const { connect } = await import('node:net');
  assert.equal(await allText(connect(Number(new URL(listen.url).port), '127.0.0.1')), 'hi');
  await app.finished;
});

test('a file has the methods of a FileHandle, each with its right', async (t) => {
  const folder = folderWith(t, { data: '0123456789' });
  const path = join(folder, 'data');
  const acts = program({ schema: { reads: aFile(), writes: aFile() } }, async ({ reads, writes }) => {
    const { bytesRead, buffer } = await reads.read(Buffer.alloc(4), 0, 4, 2);
    assert.equal(buffer.toString('utf8', 0, bytesRead), '2345');
    assert.equal(await reads.readFile('utf8'), '0123456789');
    assert.equal((await reads.stat()).size, 10);
    await assert.rejects(reads.write('x'), { code: 'ENOTCAPABLE' });
    await assert.rejects(writes.read(Buffer.alloc(1)), { code: 'ENOTCAPABLE' });
    await writes.write('ab', 0);
    await writes.truncate(5);
    await writes.datasync();
    await writes.utimes(0, 5);
    assert.equal((await writes.stat()).mtimeMs, 5000);
  });
  await using app = run(acts, { reads: file(path), writes: file(path, { rights: 'write' }) });
  await app.finished;
  assert.equal(readFileSync(path, 'utf8'), 'ab234');
});

test('closing a file waits for what it is busy with', async (t) => {
  const folder = folderWith(t, { data: 'x'.repeat(1e6) });
  const acts = program({ schema: { root: directory() } }, async ({ root }) => {
    const opened = await root.open('data');
    const reading = opened.read(Buffer.alloc(1e6));
    await opened.close();
    assert.equal((await reading).bytesRead, 1e6);
  });
  await using app = run(acts, { root: file(folder) });
  await app.finished;
});

test('streams of a file read its lines and close it', async (t) => {
  const folder = folderWith(t, { data: 'one\ntwo\n' });
  const acts = program({ schema: { root: directory() } }, async ({ root }) => {
    const opened = await root.open('data');
    const lines: string[] = [];
    for await (const line of opened.readLines()) lines.push(line);
    assert.deepEqual(lines, ['one', 'two']);
    assert.throws(() => opened.fd, { code: 'EBADF' });
  });
  await using app = run(acts, { root: file(folder) });
  await app.finished;
});

test('shared memory is the same memory for all who map it', async () => {
  const acts = program({ schema: { a: sharedMemory(), b: sharedMemory() } }, ({ a, b }) => {
    assert.equal(a.bytes.length, 4096);
    a.bytes[7] = 42;
    assert.equal(b.bytes[7], 42);
    assert.equal(Atomics.add(new Int32Array(a.bytes.buffer, 0, 4), 2, 5), 0);
  });
  const shared = memory(4096);
  await using app = run(acts, { a: shared, b: shared });
  await app.finished;
});

test('pipes and fakes are streams alike', async () => {
  const copies = program({ schema: { from: readable(), to: writable() } }, async ({ from, to }) => {
    for await (const chunk of from) to.write(chunk);
    to.end();
  });
  const input = pipe('read');
  const output = pipe('write');
  await using app = run(copies, { from: input, to: output });
  input.stream.end('through pipes');
  assert.equal(await allText(output.stream), 'through pipes');
  await app.finished;
  const end = sink();
  await run(copies, { from: source('through fakes'), to: end }).finished;
  assert.equal(end.text(), 'through fakes');
});

test('errors of a shape name every place and what was expected there', async () => {
  const wants = program(
    { schema: { root: directory(), port: number(), names: list(text()), level: optional(number(), 3) } },
    () => undefined,
  );
  const [peer] = socketPair();
  const wrong = { root: peer, names: ['a', 5], extra: 1 };
  await assert.rejects(run(wants, wrong).finished, (error) => {
    assert.ok(error instanceof ArgumentError);
    assert.deepEqual(error.message.split('\n'), [
      "The program cannot use 'root': expected a directory, not a connected socket or pipe",
      "The program cannot use 'port': expected a number, not nothing",
      "The program cannot use 'names[1]': expected a text, not a number",
      "The program cannot use 'extra': it knows only root, port, names, level",
    ]);
    return true;
  });
  peer.destroy();
  await run(wants, { root: temporaryDirectory(), port: 1, names: [] }).finished;
});

test('a schema of another library gives the program its types', async () => {
  const schema = z.object({
    root: z.custom<Directory>(directory().is, directory().expected),
    log: z.instanceof(File).optional(),
    port: z.coerce.number().int(),
  });
  const seen: unknown[] = [];
  const wants = program({ schema }, ({ root, port, log }) => {
    const whole: number = port;
    seen.push(root instanceof Directory, whole, log);
  });
  await run(wants, { root: temporaryDirectory(), port: '80' }).finished;
  assert.deepEqual(seen, [true, 80, undefined]);
  await assert.rejects(
    run(wants, { root: 5, port: 'x' }).finished,
    /'root': expected a directory\n.*'port': /,
  );
});
