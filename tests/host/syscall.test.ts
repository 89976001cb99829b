import assert from 'node:assert/strict';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { lookupTable, Open, openBeneath } from '../../src/host/files/lookup.ts';
import { addressOf } from '../../src/host/libc.ts';
import { NativeMemory } from '../../src/host/memory.ts';
import { syscall, syscallOnOpened } from '../../src/host/syscall.ts';
import { LinuxErrno } from '../../src/linux/errno.ts';
import { callNumberOf } from '../../src/linux/system-calls.ts';

const LSEEK = callNumberOf('lseek');
const FTRUNCATE = callNumberOf('ftruncate');
const OPENAT2 = callNumberOf('openat2');
const CLOSE = callNumberOf('close');
const FSTAT = callNumberOf('fstat');

const openDescriptors = (): string[] => readdirSync('/proc/self/fd').filter((name) => name !== '');

describe('a system call', () => {
  const folder = mkdtempSync(join(tmpdir(), 'syscall-'));
  const path = join(folder, 'file');
  writeFileSync(path, '');
  const file = openSync(path, 'r+');
  const directory = openSync(folder, 'r');
  after(() => {
    closeSync(file);
    closeSync(directory);
    rmSync(folder, { recursive: true, force: true });
  });

  test('hands over arguments of every size exactly', () => {
    // A sparse file, as large as the file system takes, so that offsets count.
    let size = 2 ** 53 - 1;
    while (syscall(FTRUNCATE, file, size) < 0) size = Math.floor(size / 2);
    assert.equal(statSync(path).size, size);
    const end = 2;
    for (const offset of [0, -1, -5, -(2 ** 31), -(2 ** 32) - 1, 1 - size]) {
      if (size + offset < 0) continue;
      assert.equal(syscall(LSEEK, file, offset, end), size + offset);
    }
    for (const offset of [0, 1, 2 ** 31, 2 ** 32, 2 ** 32 + 1, size - 1, size]) {
      assert.equal(syscall(LSEEK, file, offset, 0), offset);
    }
    truncateSync(path);
  });

  test('gives the largest results exactly, zero and negative ones too', () => {
    assert.equal(syscall(LSEEK, file, 0, 0), 0);
    assert.equal(syscall(LSEEK, file, -1, 0), -LinuxErrno.EINVAL);
    assert.equal(
      syscall(LSEEK, file, 2 ** 53 - 1, 0) > 0 || syscall(LSEEK, file, 2 ** 53 - 1, 0) === -LinuxErrno.EINVAL,
      true,
    );
    const memory = new NativeMemory(64);
    assert.ok(memory.address > 2 ** 32, 'an address of more than 32 bits came back');
    memory.bytes.set(Buffer.from('through memory'));
    assert.equal(syscall(callNumberOf('pwrite64'), file, memory.address, 14, 0), 14);
    assert.equal(statSync(path).size, 14);
  });

  test('leaves out arguments as zeros, after every other call', () => {
    assert.equal(syscall(callNumberOf('pread64'), file, 1, 2, 3, 4, 5), -LinuxErrno.EFAULT);
    assert.equal(syscall(callNumberOf('read'), file), 0);
  });

  test('answers errors as numbers below zero and throws nothing', () => {
    assert.equal(syscall(CLOSE, 123_456), -LinuxErrno.EBADF);
    assert.equal(syscall(callNumberOf('write'), file, 1, 1), -LinuxErrno.EFAULT);
    assert.equal(syscall(9999), -LinuxErrno.ENOSYS);
    // NaN becomes the least integer on x86-64, and 0 on aarch64.
    assert.ok(syscall(LSEEK, file, Number.NaN, 0) <= 0);
    for (const junk of [Number.POSITIVE_INFINITY, -(2 ** 63), 1e300]) {
      assert.ok(syscall(LSEEK, file, junk, 0) < 0, String(junk));
    }
  });

  const find = (name: string): readonly [number, number, number, number, number] => {
    const text = Buffer.from(`${name}\0`);
    paths.push(text);
    return [
      OPENAT2,
      directory,
      addressOf(text),
      lookupTable.start + Open.path * lookupTable.stride,
      lookupTable.size,
    ];
  };
  const paths: Buffer[] = [];
  const into = new NativeMemory(256);
  test('on a descriptor of its own leaves none open, whether it succeeds or fails', () => {
    const before = openDescriptors();
    assert.equal(syscallOnOpened(...find('file'), FSTAT, into.address, CLOSE), 0);
    assert.equal(into.view.getUint32(48, true), 14, 'the size of the file');
    assert.equal(syscallOnOpened(...find('file'), FSTAT, 1, CLOSE), -LinuxErrno.EFAULT);
    assert.equal(syscallOnOpened(...find('missing'), FSTAT, into.address, CLOSE), -LinuxErrno.ENOENT);
    for (let round = 0; round < 1000; round++)
      syscallOnOpened(...find('file'), FSTAT, round % 2 ? 1 : into.address, CLOSE);
    assert.deepEqual(openDescriptors(), before);
  });

  test('after one on a descriptor of its own stands alone again', () => {
    const kept = openBeneath(directory, addressOf(Buffer.from('file\0')), Open.read);
    assert.equal(syscallOnOpened(...find('file'), FSTAT, 1, CLOSE), -LinuxErrno.EFAULT);
    // Were the second record still there, this would use and close what it returns.
    assert.equal(syscall(LSEEK, kept, kept, 0), kept);
    assert.equal(syscall(CLOSE, kept), 0);
  });
});
