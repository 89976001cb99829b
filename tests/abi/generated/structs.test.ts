import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Auxtype, Eventtype } from '../../../src/abi/generated/constants.ts';
import {
  AuxvLayout64,
  EventLayout,
  FdstatLayout,
  newAuxv,
  newEvent,
  newFdstat,
  newFilestat,
  newRecvIn,
  newSubscription,
  readAuxv64,
  readEvent,
  readFdstat,
  readFilestat,
  readRecvIn32,
  readRecvIn64,
  readSubscription32,
  readSubscription64,
  SubscriptionLayout64,
  writeAuxv64,
  writeEvent,
  writeFdstat,
  writeFilestat,
  writeIovec32,
  writeIovec64,
  writeRecvIn32,
  writeRecvIn64,
  writeSubscription32,
  writeSubscription64,
} from '../../../src/abi/generated/structs.ts';
import { newVectorList, readVectors } from '../../../src/abi/vectors.ts';
import fc from '../../frame/properties.ts';

const u8 = fc.nat(0xff);
const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffff_ffff);
const u64 = fc.bigInt(0n, (1n << 64n) - 1n);
const word = fc.nat(Number.MAX_SAFE_INTEGER);

/** Objects with the usual prototype, so that they equal what the readers give. */
const PLAIN = { noNullPrototype: true };

function memory(): DataView {
  return new DataView(new ArrayBuffer(128));
}

test('a written fdstat reads back', () => {
  const fdstat = fc.record(
    {
      fs_filetype: u8,
      fs_flags: u16,
      fs_rights_base: u64,
      fs_rights_inheriting: u64,
    },
    PLAIN,
  );
  fc.assert(
    fc.property(fdstat, fc.nat(64), (value, at) => {
      const view = memory();
      writeFdstat(view, at, value);
      assert.deepEqual(readFdstat(view, at, newFdstat()), value);
    }),
  );
});

test('a written filestat reads back', () => {
  const filestat = fc.record(
    {
      st_dev: u64,
      st_ino: u64,
      st_filetype: u8,
      st_nlink: u32,
      st_size: u64,
      st_atim: u64,
      st_mtim: u64,
      st_ctim: u64,
    },
    PLAIN,
  );
  fc.assert(
    fc.property(filestat, (value) => {
      const view = memory();
      writeFilestat(view, 8, value);
      assert.deepEqual(readFilestat(view, 8, newFilestat()), value);
    }),
  );
});

test('addresses and sizes read back in both widths', () => {
  const shape = (size: fc.Arbitrary<number>) =>
    fc.record({ ri_data: size, ri_data_len: size, ri_fds: size, ri_fds_len: size, ri_flags: u16 }, PLAIN);
  fc.assert(
    fc.property(shape(u32), shape(word), (narrow, wide) => {
      const view = memory();
      writeRecvIn32(view, 0, narrow);
      assert.deepEqual(readRecvIn32(view, 0, newRecvIn()), narrow);
      writeRecvIn64(view, 0, wide);
      assert.deepEqual(readRecvIn64(view, 0, newRecvIn()), wide);
    }),
  );
});

test('each kind of subscription reads back and leaves the other kinds alone', () => {
  const numbers = { userdata: 7n, unused: 0 };
  const samples = [
    { type: Eventtype.clock, clock: { identifier: 1n, clock_id: 2, timeout: 3n, precision: 4n, flags: 5 } },
    { type: Eventtype.condvar, condvar: { condvar: 0x1000, lock: 0x2000, condvar_scope: 4, lock_scope: 8 } },
    { type: Eventtype.fd_read, fd_readwrite: { fd: 9, flags: 1 } },
    { type: Eventtype.fd_write, fd_readwrite: { fd: 10, flags: 1 } },
    { type: Eventtype.lock_rdlock, lock: { lock: 0x3000, lock_scope: 4 } },
    { type: Eventtype.lock_wrlock, lock: { lock: 0x3000, lock_scope: 8 } },
    { type: Eventtype.proc_terminate, proc_terminate: { fd: 11 } },
  ];
  for (const sample of samples) {
    const value = { ...newSubscription(), ...numbers, ...sample };
    const narrow = memory();
    writeSubscription32(narrow, 0, value);
    assert.deepEqual(readSubscription32(narrow, 0, newSubscription()), value);
    const wide = memory();
    writeSubscription64(wide, 0, value);
    assert.deepEqual(readSubscription64(wide, 0, newSubscription()), value);
  }
});

test('an event of an unknown type reads without its variant', () => {
  const view = memory();
  writeEvent(view, 0, { ...newEvent(), type: Eventtype.fd_read, fd_readwrite: { nbytes: 5n, flags: 1 } });
  view.setUint8(EventLayout.offsets.type, 99);
  assert.deepEqual(readEvent(view, 0, newEvent()), { ...newEvent(), type: 99 });
});

test('an auxiliary entry holds a number or an address in the same place', () => {
  const view = memory();
  writeAuxv64(view, 0, { a_type: Auxtype.ncpus, a_val: 8, a_ptr: 1 });
  assert.deepEqual(readAuxv64(view, 0, newAuxv()), { a_type: Auxtype.ncpus, a_val: 8, a_ptr: 0 });
  view.setUint32(AuxvLayout64.offsets.a_type, Auxtype.argdata, true);
  assert.deepEqual(readAuxv64(view, 0, newAuxv()), { a_type: Auxtype.argdata, a_val: 0, a_ptr: 8 });
});

test('offsets are where the readers look', () => {
  const view = memory();
  view.setBigUint64(FdstatLayout.offsets.fs_rights_inheriting, 5n, true);
  assert.equal(readFdstat(view, 0, newFdstat()).fs_rights_inheriting, 5n);
  view.setUint8(SubscriptionLayout64.offsets.type, Eventtype.condvar);
  view.setBigUint64(SubscriptionLayout64.offsets['condvar.lock'], 0x7fff_0000_0000n, true);
  assert.equal(readSubscription64(view, 0, newSubscription()).condvar.lock, 0x7fff_0000_0000);
});

test('an address beyond what a number holds stays far beyond any memory', () => {
  const view = memory();
  view.setBigUint64(SubscriptionLayout64.offsets['condvar.lock'], (1n << 64n) - 1n, true);
  view.setUint8(SubscriptionLayout64.offsets.type, Eventtype.condvar);
  assert.ok(readSubscription64(view, 0, newSubscription()).condvar.lock > Number.MAX_SAFE_INTEGER);
});

test('reading and writing stop at the end of the view', () => {
  const view = new DataView(new ArrayBuffer(FdstatLayout.size - 1));
  assert.throws(() => readFdstat(view, 0, newFdstat()), RangeError);
  assert.throws(() => writeFdstat(view, 0, newFdstat()), RangeError);
});

test('an array of vectors is read into the same list again and again', () => {
  const view = memory();
  const list = newVectorList();
  writeIovec32(view, 0, { buf: 0xffff_fff0, buf_len: 3 });
  writeIovec32(view, 8, { buf: 0x20, buf_len: 0xffff_ffff });
  readVectors(view, 0, 2, 4, list);
  assert.deepEqual(list, {
    count: 2,
    total: 0x1_0000_0002,
    addresses: [0xffff_fff0, 0x20],
    lengths: [3, 0xffff_ffff],
  });
  writeIovec64(view, 0, { buf: 0x7fff_1234_5678, buf_len: 1 });
  readVectors(view, 0, 1, 8, list);
  assert.deepEqual([list.count, list.total, list.addresses[0]], [1, 1, 0x7fff_1234_5678]);
  assert.throws(() => readVectors(view, 0, 0xffff_ffff, 4, list), RangeError);
});
