// Rights that travel through linked sockets: what a program with our kernel sends, and what one receives.
import assert from 'node:assert/strict';
import { closeSync, constants, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Fdsflags, Filetype, Rights } from '../../src/abi/generated/constants.ts';
import { newFdstat, readFdstat } from '../../src/abi/generated/structs.ts';
import { createMemoryFile } from '../../src/host/files/memory-file.ts';
import { makePipe, makeSocketPair } from '../../src/host/files/new-descriptors.ts';
import { NativeMemory } from '../../src/host/memory.ts';
import { MOST_DESCRIPTORS, sendDescriptors } from '../../src/host/sockets/messages.ts';
import { ALL_HIGH, ALL_LOW, RH, type RightsSet } from '../../src/kernel/rights.ts';
import { connectedRights } from '../../src/resources/socket-rights.ts';
import { receive, send } from '../frame/gates/cloudabi-messages.ts';
import { At, Program } from '../frame/gates/cloudabi-program.ts';
import { makeFolder } from '../frame/programs.ts';
import fc from '../frame/properties.ts';

const SOCK = 0;

/** A program with one end of a pair of sockets. */
function withSocket(t: TestContext, host: number, linked = true): Program {
  const { base, inheriting } = connectedRights(true);
  const high = linked ? base.high | RH.linked : base.high;
  const end = { host, type: Filetype.socket_stream, base: { low: base.low, high }, inheriting, grant: 0 };
  const program = new Program([end]);
  t.after(() => program.process.descriptors.close(SOCK));
  return program;
}

function linkedPrograms(t: TestContext, linked = true): readonly [Program, Program] {
  const [one, other] = makeSocketPair();
  return [withSocket(t, one, linked), withSocket(t, other, linked)];
}

type Row = { readonly base: RightsSet; readonly inheriting: RightsSet };

function rowOf({ process: { descriptors } }: Program, fd: number): Row {
  return {
    base: { low: descriptors.baseLow(fd), high: descriptors.baseHigh(fd) },
    inheriting: { low: descriptors.inheritingLow(fd), high: descriptors.inheritingHigh(fd) },
  };
}

/** Asserts that a row has no right that another lacks. */
function assertWithin(inner: Row, outer: Row): void {
  for (const part of ['base', 'inheriting'] as const)
    for (const half of ['low', 'high'] as const)
      assert.equal(inner[part][half] & ~outer[part][half], 0, `${part} ${half}`);
}

function grant(program: Program, host: number, type: Filetype, row: Row): number {
  return program.process.descriptors.add({ host, type, ...row, grant: 0 });
}

/** Opens one thing of each type that programs hold. */
function openThings(t: TestContext): readonly (() => readonly [host: number, type: Filetype])[] {
  const folder = makeFolder(t);
  mkdirSync(join(folder, 'beneath'));
  writeFileSync(join(folder, 'file'), 'contents');
  const { O_RDONLY, O_DIRECTORY } = constants;
  const pipeEnd = (end: 'read' | 'write'): number => {
    const ends = makePipe();
    closeSync(ends[end === 'read' ? 'write' : 'read']);
    return ends[end];
  };
  return [
    () => [openSync(join(folder, 'file'), 'r'), Filetype.regular_file],
    () => [openSync(join(folder, 'file'), 'r+'), Filetype.regular_file],
    () => [openSync(join(folder, 'file'), 'w'), Filetype.regular_file],
    () => [openSync(folder, O_RDONLY | O_DIRECTORY), Filetype.directory],
    () => [pipeEnd('read'), Filetype.unknown],
    () => [pipeEnd('write'), Filetype.unknown],
    () => {
      const [kept, closed] = makeSocketPair();
      closeSync(closed);
      return [kept, Filetype.socket_stream];
    },
  ];
}

const EVERYTHING: RightsSet = { low: ALL_LOW, high: ALL_HIGH };
const sets = fc.record({ low: fc.integer(), high: fc.integer() }).map(({ low, high }) => ({
  low: low & ALL_LOW,
  high: high & ALL_HIGH,
}));
const rows = fc.record({ base: sets, inheriting: sets });

test('a descriptor arrives with the rights of its sender that follow from it, and no others', (t) => {
  const things = openThings(t);
  const [sender, receiver] = linkedPrograms(t);
  const arrive = (index: number, row: Row): Row => {
    const [host, type] = things[index]?.() ?? assert.fail();
    const fd = grant(sender, host, type, row);
    assert.equal(send(sender, SOCK, 'x', [fd]), 'success');
    sender.process.descriptors.close(fd);
    const { fds } = receive(receiver, SOCK, { room: 1 });
    const [number = -1] = fds;
    const arrived = rowOf(receiver, number);
    receiver.process.descriptors.close(number);
    return arrived;
  };
  fc.assert(
    fc.property(fc.nat(things.length - 1), rows, (index, row) => {
      const most = arrive(index, { base: EVERYTHING, inheriting: EVERYTHING });
      const found = arrive(index, row);
      assertWithin(found, row);
      for (const part of ['base', 'inheriting'] as const)
        for (const half of ['low', 'high'] as const)
          assert.equal(found[part][half], most[part][half] & row[part][half], `${part} ${half}`);
    }),
    { numRuns: 200 },
  );
});

test('a file that was open for both, and is held for reading, can be sent, and is read and not written', (t) => {
  const path = join(makeFolder(t), 'file');
  writeFileSync(path, 'contents');
  const row = { base: { low: Number(Rights.fd_read), high: 0 }, inheriting: { low: 0, high: 0 } };
  const [plain] = linkedPrograms(t, false);
  assert.equal(
    send(plain, SOCK, 'x', [grant(plain, openSync(path, 'r+'), Filetype.regular_file, row)]),
    'notcapable',
  );
  const [sender, receiver] = linkedPrograms(t);
  const fd = grant(sender, openSync(path, 'r+'), Filetype.regular_file, row);
  assert.equal(send(sender, SOCK, 'word', [fd]), 'success');
  const { text, fds } = receive(receiver, SOCK);
  assert.deepEqual([text, fds.length], ['word', 1]);
  const [file = -1] = fds;
  assert.equal(receiver.must('fd_read', file, ...receiver.vector(64), At.result), 8);
  assert.equal(receiver.call('fd_write', file, ...receiver.vector(1), At.result), 'notcapable');
  assert.equal(rowOf(receiver, file).base.low, row.base.low);
});

test('claims that are none, lie, or are cut leave fewer rights, never more', (t) => {
  const things = openThings(t);
  const honest = linkedPrograms(t);
  const mostOf = (index: number): Row => {
    const [host, type] = things[index]?.() ?? assert.fail();
    send(honest[0], SOCK, 'x', [grant(honest[0], host, type, { base: EVERYTHING, inheriting: EVERYTHING })]);
    return rowOf(honest[1], receive(honest[1], SOCK, { room: 1 }).fds[0] ?? -1);
  };
  const vector = (bytes: number): { data: NativeMemory; vector: Buffer } => {
    const data = new NativeMemory(bytes);
    const written = Buffer.alloc(16);
    written.writeBigUInt64LE(BigInt(data.address), 0);
    written.writeBigUInt64LE(BigInt(bytes), 8);
    return { data, vector: written };
  };
  const [attacker, end] = makeSocketPair();
  t.after(() => closeSync(attacker));
  const receiver = withSocket(t, end);
  const message = vector(1);
  const words = fc.array(
    fc.oneof(fc.constant(0x72696768), fc.constant(1), fc.constant(0xffffffff), fc.nat()),
    {
      maxLength: 12,
    },
  );
  fc.assert(
    fc.property(fc.nat(things.length - 1), words, (index, claims) => {
      const bytes = Buffer.alloc(claims.length * 4);
      for (const [at, word] of claims.entries()) bytes.writeUInt32LE(word, at * 4);
      const file = createMemoryFile('claims', [bytes]);
      const [host] = things[index]?.() ?? assert.fail();
      assert.equal(sendDescriptors(attacker, message.vector, [file, host]), 1);
      closeSync(file);
      closeSync(host);
      const { fds } = receive(receiver, SOCK, { room: 4 });
      assert.equal(fds.length, 1);
      const [number = -1] = fds;
      const found = rowOf(receiver, number);
      const most = mostOf(index);
      // A socket may be called linked: its holder then sends claims, and nothing else.
      assertWithin(found, {
        ...most,
        base: { low: most.base.low, high: most.base.high | RH.linked },
        inheriting: { low: most.inheriting.low, high: most.inheriting.high | RH.linked },
      });
      receiver.process.descriptors.close(number);
    }),
    { numRuns: 100 },
  );
  // Files of other kinds in the place of claims: a pipe that stays empty would be waited for.
  for (const [index, thing] of things.entries()) {
    const [claims] = thing();
    const [host] = things[0]?.() ?? assert.fail();
    assert.equal(sendDescriptors(attacker, message.vector, [claims, host]), 1);
    closeSync(claims);
    closeSync(host);
    const { fds } = receive(receiver, SOCK, { room: 4 });
    assert.deepEqual(
      rowOf(receiver, fds[0] ?? -1),
      { base: { low: 0, high: 0 }, inheriting: { low: 0, high: 0 } },
      String(index),
    );
  }
  // A message with nothing but claims brings nothing.
  const alone = createMemoryFile('claims', [Buffer.alloc(8)]);
  assert.equal(sendDescriptors(attacker, message.vector, [alone]), 1);
  closeSync(alone);
  assert.deepEqual(receive(receiver, SOCK).fds, []);
});

test('a receiver with little room loses descriptors, and not what their sender took from them', (t) => {
  const path = join(makeFolder(t), 'file');
  writeFileSync(path, 'contents');
  const [sender, receiver] = linkedPrograms(t);
  const row = { base: { low: Number(Rights.fd_read), high: 0 }, inheriting: { low: 0, high: 0 } };
  const fd = grant(sender, openSync(path, 'r+'), Filetype.regular_file, row);
  for (const room of [0, 1, 2, 3]) {
    assert.equal(send(sender, SOCK, 'x', [fd, fd, fd]), 'success');
    const { fds, flags } = receive(receiver, SOCK, { room });
    assert.deepEqual([fds.length, flags !== 0], [room, room < 3], `room for ${room}`);
    for (const number of fds) assert.deepEqual(rowOf(receiver, number), row);
  }
  // Bytes that are read by fd_read bring no descriptor at all.
  assert.equal(send(sender, SOCK, 'x', [fd]), 'success');
  assert.equal(receiver.must('fd_read', SOCK, ...receiver.vector(1), At.result), 1);
  const many = Array.from({ length: MOST_DESCRIPTORS }, () => fd);
  assert.equal(send(sender, SOCK, 'x', many), 'inval');
  assert.equal(send(sender, SOCK, 'x', many.slice(1)), 'success');
});

test('an end stays linked when its program gives rights up, and leaves through no other socket', (t) => {
  const [sender, receiver] = linkedPrograms(t);
  receiver.must('fd_stat_get', SOCK, At.second);
  const { fs_rights_base, fs_rights_inheriting } = readFdstat(receiver.view, At.second, newFdstat());
  assert.equal(
    fs_rights_base & ~Object.values(Rights).reduce((all, one) => all | one, 0n),
    0n,
    'it is no right of a program',
  );
  const at = receiver.fdstat(fs_rights_base & ~Rights.poll_fd_readwrite, fs_rights_inheriting, 0, At.second);
  assert.equal(receiver.call('fd_stat_put', SOCK, at, Fdsflags.rights), 'success');
  assert.equal(rowOf(receiver, SOCK).base.high & RH.linked, RH.linked);
  const duplicate = receiver.must('fd_dup', SOCK, At.result);
  assert.equal(rowOf(receiver, duplicate).base.high & RH.linked, RH.linked);
  receiver.must('fd_create2', Filetype.socket_stream, At.result, At.second);
  const other = receiver.view.getUint32(At.result, true);
  assert.equal(rowOf(receiver, other).base.high & RH.linked, 0, 'sockets that a program makes are none');
  assert.equal(send(receiver, other, 'x', [SOCK]), 'notcapable');
  // Through a link, an end stays one; the right that was given up is gone at the other side, too.
  assert.equal(send(receiver, SOCK, 'x', [duplicate]), 'success');
  const { fds } = receive(sender, SOCK);
  const { base } = rowOf(sender, fds[0] ?? -1);
  assert.equal(base.high & RH.linked, RH.linked);
  assert.equal(base.low & Number(Rights.poll_fd_readwrite), 0);
  assert.notEqual(base.low & Number(Rights.fd_read), 0);
});

test('a descriptor that no claim is about stays without rights', (t) => {
  const [attacker, end] = makeSocketPair();
  t.after(() => closeSync(attacker));
  const receiver = withSocket(t, end);
  const data = new NativeMemory(1);
  const vector = Buffer.alloc(16);
  vector.writeBigUInt64LE(BigInt(data.address), 0);
  vector.writeBigUInt64LE(1n, 8);
  const path = join(makeFolder(t), 'file');
  const file = openSync(path, 'w+');
  writeSync(file, Buffer.from([0x68, 0x67, 0x69, 0x72, 1, 0, 0, 0, ...Array(16).fill(0xff)]));
  // The words are right, but the file is none of memory.
  sendDescriptors(attacker, vector, [file, file]);
  closeSync(file);
  const { fds } = receive(receiver, SOCK);
  assert.deepEqual(rowOf(receiver, fds[0] ?? -1).base, { low: 0, high: 0 });
});
