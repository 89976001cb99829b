import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Filetype, Mflags, Mprot, Msflags, Rights } from '../../../src/abi/generated/constants.ts';
import { DIRECTORY, FILE, inFolder, SOCKET } from '../../frame/gates/cloudabi-folder.ts';
import { At, Program } from '../../frame/gates/cloudabi-program.ts';

const PAGE = 65536;
const BOTH = Mprot.read | Mprot.write;
const ANONYMOUS = Mflags.anon | Mflags.private;

/** Maps fresh memory; where, or the errno. */
function map(program: Program, length: number, flags: number = ANONYMOUS, at = 0): number | string {
  const errno = program.call('mem_map', at, length, BOTH, flags, 0xffffffff, 0n, At.result);
  return errno === 'success' ? program.view.getUint32(At.result, true) : errno;
}

describe('memory', () => {
  test('is found at the end, full of zeros, as long as the module may grow', () => {
    const program = new Program();
    const before = program.size;
    const first = map(program, 1);
    assert.equal(first, before);
    assert.equal(program.size, before + PAGE);
    const second = map(program, PAGE + 1, Mflags.anon | Mflags.shared);
    assert.equal(second, before + PAGE);
    assert.equal(program.size, before + 3 * PAGE);
    assert.ok(program.bytes.subarray(before).every((byte) => byte === 0));
    assert.equal(map(program, 2 * PAGE), 'nomem');
    assert.equal(map(program, 0xffffffff), 'nomem');
    assert.ok(typeof map(program, PAGE) === 'number');
  });

  test('that was unmapped is mapped again, and is full of zeros again', () => {
    const program = new Program();
    const first = Number(map(program, 3 * PAGE));
    program.bytes.fill(1, first);
    const size = program.size;
    assert.equal(program.call('mem_unmap', first + PAGE, 2 * PAGE), 'success');
    program.bytes.fill(2, first + PAGE);
    assert.equal(map(program, 2 * PAGE), first + PAGE);
    assert.equal(program.size, size);
    assert.equal(program.bytes[first], 1);
    assert.ok(program.bytes.subarray(first + PAGE, first + 3 * PAGE).every((byte) => byte === 0));
  });

  test('of the module itself is not unmapped', () => {
    const program = new Program();
    assert.equal(program.call('mem_unmap', PAGE, PAGE), 'inval');
    const first = Number(map(program, PAGE));
    assert.equal(program.call('mem_unmap', first - PAGE, 2 * PAGE), 'inval');
    assert.equal(program.call('mem_unmap', first + 4, PAGE - 4), 'inval');
    assert.equal(program.call('mem_unmap', first, PAGE + 1), 'fault');
    assert.equal(program.call('mem_unmap', first, PAGE), 'success');
  });

  test('at a fixed place is replaced', () => {
    const program = new Program();
    program.bytes.fill(1, PAGE, 2 * PAGE);
    assert.equal(map(program, 10, ANONYMOUS | Mflags.fixed, PAGE), PAGE);
    assert.ok(program.bytes.subarray(PAGE).every((byte) => byte === 0));
    assert.equal(map(program, 10, ANONYMOUS | Mflags.fixed, 0), 'inval');
    assert.equal(map(program, 10, ANONYMOUS | Mflags.fixed, 4096), 'inval');
    assert.equal(map(program, 10, ANONYMOUS | Mflags.fixed, 2 * PAGE), 'nomem');
  });

  test('gets a copy of a file', () => {
    inFolder(({ program, folder }) => {
      writeFileSync(join(folder, 'name'), Buffer.alloc(PAGE + 8, 'contents'));
      const words = [BOTH, Mflags.private, FILE] as const;
      const at = program.must('mem_map', 0, 2 * PAGE, ...words, 0n, At.result);
      assert.equal(program.read(8, at + PAGE), 'contents');
      assert.equal(program.bytes[at + PAGE + 8], 0);
      const tail = program.must('mem_map', 0, 4, ...words, BigInt(PAGE), At.result);
      assert.equal(program.read(8, tail), 'cont\0\0\0\0');
      const call = (offset: bigint): string => program.call('mem_map', 0, 4, ...words, offset, At.result);
      for (const offset of [4096n, 1n, -1n, 1n << 63n]) assert.equal(call(offset), 'inval');
      assert.equal(program.call('mem_sync', at, PAGE, Msflags.sync), 'success');
    });
  });

  test('is not shared with a file, nor mapped from what has no contents', () => {
    inFolder(({ program }) => {
      const call = (fd: number, flags: number, protection: number): string =>
        program.call('mem_map', 0, 4, protection, flags, fd, 0n, At.result);
      const size = program.size;
      assert.equal(call(FILE, Mflags.shared, Mprot.read), 'nodev');
      assert.equal(call(DIRECTORY, Mflags.private, Mprot.read), 'nodev');
      assert.equal(call(SOCKET, Mflags.private, Mprot.read), 'nodev');
      assert.equal(call(4000, Mflags.private, Mprot.read), 'badf');
      assert.equal(call(FILE, Mflags.private | Mflags.shared, Mprot.read), 'inval');
      assert.equal(call(FILE, Mflags.private, 0), 'notsup');
      assert.equal(call(FILE, Mflags.private, Mprot.exec | Mprot.read), 'notsup');
      assert.equal(call(FILE, Mflags.private, Mprot.exec | Mprot.write), 'notsup');
      assert.equal(program.size, size);
    });
  });

  test('of another program is copied when it was sent', () => {
    const program = new Program();
    const fd = program.must('fd_create1', Filetype.shared_memory, At.result);
    assert.ok((program.process.descriptors.baseLow(fd) & Number(Rights.mem_map)) !== 0);
    assert.equal(program.call('file_allocate', fd, 0n, 8n), 'success');
    const at = program.must('mem_map', 0, 8, BOTH, Mflags.private, fd, 0n, At.result);
    assert.equal(at, 2 * PAGE);
    program.close();
  });
});

test('a buffer at the null pointer is refused, an empty one is not', () => {
  inFolder(({ program }) => {
    for (const name of ['fd_read', 'fd_write']) {
      assert.equal(program.call(name, FILE, ...program.vector(4, 0), At.result), 'fault');
      assert.equal(program.call(name, FILE, ...program.vector(0, 0), At.result), 'success');
    }
    for (const name of ['fd_pread', 'fd_pwrite'])
      assert.equal(program.call(name, FILE, ...program.vector(4, 0), 0n, At.result), 'fault');
    const [vectors] = program.vector(4, 0);
    program.view.setUint32(At.in, vectors, true);
    program.view.setUint32(At.in + 4, 1, true);
    assert.equal(program.call('sock_send', SOCKET, At.in, At.out), 'fault');
    assert.equal(program.call('sock_recv', SOCKET, At.in, At.out), 'fault');
  });
});
