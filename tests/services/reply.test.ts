import assert from 'node:assert/strict';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { test } from 'node:test';
import { serialize } from '../../src/argdata/encode.ts';
import { makeSocketPair } from '../../src/host/files/new-descriptors.ts';
import { NativeMemory } from '../../src/host/memory.ts';
import { sendDescriptors } from '../../src/host/sockets/messages.ts';
import { send } from '../../src/host/sockets/sockets.ts';
import { readReply } from '../../src/services/client/read-reply.ts';
import { FrameSocket } from '../../src/services/frame-socket.ts';
import { coversLimits, fixedLimit } from '../../src/services/limit.ts';
import { checkStream } from '../../src/services/program/check-stream.ts';
import { descriptorShape, recordShape, textShape } from '../../src/services/shape.ts';
import { Passed, type Wire } from '../../src/services/wire.ts';

const open = (): number => openSync('/dev/null', 'r');

test('descriptors in an answer of another form are closed, and those that were asked for are not', () => {
  const given = open();
  assert.equal(readReply(descriptorShape, new Passed(given)).descriptor, given);
  assert.ok(fstatSync(given).isCharacterDevice());
  const sent = new Map<Wire, Wire>([['name', new Passed(given)]]);
  assert.throws(() => readReply(recordShape({ name: textShape(8) }), sent), /expects a text/);
  assert.throws(() => fstatSync(given), { code: 'EBADF' });
});

/** Sends bytes with descriptors, as a peer may that does not keep to messages. */
function sendPart(socket: number, bytes: Uint8Array, descriptors: readonly number[]): void {
  const memory = new NativeMemory(bytes.length);
  memory.bytes.set(bytes);
  if (descriptors.length === 0) {
    assert.equal(send(socket, memory.address, bytes.length), bytes.length);
    return;
  }
  const vector = Buffer.alloc(16);
  vector.writeBigUInt64LE(BigInt(memory.address), 0);
  vector.writeBigUInt64LE(BigInt(bytes.length), 8);
  assert.equal(sendDescriptors(socket, vector, descriptors), bytes.length);
}

test('a message that comes byte by byte brings no more descriptors than its head says', (t) => {
  const [ours, theirs] = makeSocketPair();
  const file = open();
  t.after(() => {
    for (const descriptor of [ours, theirs, file]) closeSync(descriptor);
  });
  const { bytes } = serialize<Passed>(new Passed(file));
  const head = Buffer.alloc(8);
  head.writeUInt32LE(bytes.length, 0);
  head.writeUInt16LE(1, 4);
  head.writeUInt16LE(0xca5e, 6);
  const socket = new FrameSocket(ours, 4096);
  sendPart(theirs, head, [file]);
  assert.equal(socket.receive(), 'again');
  sendPart(theirs, bytes.subarray(0, 1), []);
  assert.equal(socket.receive(), 'again');
  sendPart(theirs, bytes.subarray(1), []);
  const whole = socket.receive();
  assert.ok(typeof whole === 'object' && whole.descriptors.length === 1);
  for (const descriptor of whole.descriptors) closeSync(descriptor);
  sendPart(theirs, head, [file]);
  assert.equal(socket.receive(), 'again');
  sendPart(theirs, bytes.subarray(0, 1), [file]);
  assert.equal(socket.receive(), 'broken');
  socket.drop();
  for (let at = 0; at < 2; at++) sendPart(theirs, head.subarray(at, at + 1), Array(9).fill(file));
  assert.equal(socket.receive(), 'broken');
  socket.drop();
});

test('a setting that only a grant makes is narrower than no other', () => {
  const table = { server: fixedLimit('The server.', textShape(8)) };
  assert.equal(coversLimits(table, { server: undefined }, { server: 'a' }), false);
  assert.equal(coversLimits(table, { server: 'a' }, { server: 'a' }), true);
  assert.equal(coversLimits(table, { server: undefined }, { server: undefined }), true);
});

test('a directory, a device and a descriptor of the wrong way are no streams', (t) => {
  const directory = openSync('/', 'r');
  const device = open();
  const file = openSync(import.meta.filename, 'r');
  t.after(() => {
    for (const descriptor of [directory, device, file]) closeSync(descriptor);
  });
  checkStream('stdin', file);
  for (const wrong of [directory, device])
    assert.throws(() => checkStream('stdin', wrong), { code: 'EINVAL' });
  assert.throws(() => checkStream('stdout', file), { code: 'EINVAL' });
});
