// Every call that reads or writes a guest's memory, on memory of ours, of a module, and of another process.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Errno, Filetype, Oflags } from '../../src/abi/generated/constants.ts';
import { GuestMemory } from '../../src/gates/wasm/memory.ts';
import { makeSocketPair } from '../../src/host/files/new-descriptors.ts';
import * as files from '../../src/kernel/files.ts';
import * as lookups from '../../src/kernel/lookups.ts';
import { type Memory, OwnMemory } from '../../src/kernel/memory.ts';
import { open } from '../../src/kernel/open.ts';
import { Poll } from '../../src/kernel/poll.ts';
import { KernelProcess } from '../../src/kernel/process.ts';
import { fill } from '../../src/kernel/random.ts';
import { readDirectory } from '../../src/kernel/readdir.ts';
import { ALL_HIGH, ALL_LOW, R } from '../../src/kernel/rights.ts';
import * as sockets from '../../src/kernel/sockets.ts';
import { OtherMemory, OtherVectors } from '../frame/kernel/other-process.ts';

/** A guest: its memory as calls see it, and as it sees it itself. */
type Guest = {
  readonly process: KernelProcess;
  readonly memory: Memory;
  /** Bytes of its memory. */
  readonly size: number;
  /** The guest's address of its first byte. */
  readonly base: number;
  /** The address by which a piece of a read or write is added. */
  readonly vector: (at: number) => number;
  readonly put: (offset: number, bytes: Uint8Array) => void;
  readonly get: (offset: number, length: number) => Promise<Buffer>;
  readonly end: () => Promise<void>;
};

const SIZE = 65536;

function own(): Guest {
  const memory = new OwnMemory(SIZE);
  return {
    process: new KernelProcess(),
    memory,
    size: SIZE,
    base: 0,
    vector: (at) => memory.addressOf(at),
    put: (offset, bytes) => memory.bytes.set(bytes, offset),
    get: async (offset, length) => Buffer.from(memory.bytes.slice(offset, offset + length)),
    end: async () => undefined,
  };
}

function module(): Guest {
  const memory = new GuestMemory();
  memory.attach(new WebAssembly.Memory({ initial: 1 }));
  return {
    process: new KernelProcess(),
    memory,
    size: SIZE,
    base: 0,
    vector: (at) => memory.addressOf(at),
    put: (offset, bytes) => memory.bytes.set(bytes, offset),
    get: async (offset, length) => Buffer.from(memory.bytes.slice(offset, offset + length)),
    end: async () => undefined,
  };
}

async function otherProcess(): Promise<Guest> {
  const script = fileURLToPath(new URL('../frame/kernel/memory-guest.js', import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const [address] = await once(lines, 'line');
  const base = Number(address);
  const pid = child.pid ?? -1;
  const memory = new OtherMemory(pid);
  return {
    process: new KernelProcess(undefined, undefined, new OtherVectors(pid)),
    memory,
    size: SIZE,
    base,
    vector: (at) => at,
    put(offset, bytes) {
      for (let at = 0; at < bytes.length; at += memory.most) {
        const piece = bytes.subarray(at, at + memory.most);
        memory.room();
        memory.bytes.set(piece);
        assert.equal(memory.give(base + offset + at, piece.length), piece.length);
      }
    },
    async get(offset, length) {
      const told = once(lines, 'line');
      child.stdin.write(`${offset} ${length}\n`);
      const [text] = await told;
      return Buffer.from(`${text}`, 'hex');
    },
    async end() {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

const kinds: readonly (readonly [string, () => Guest | Promise<Guest>])[] = [
  ['memory of this process', own],
  ['memory of a module', module],
  ['memory of another process', otherProcess],
];

const DIRECTORY = 0;
const types = Uint8Array.from({ length: 256 }, (_, type) => type);
const all = { low: ALL_LOW, high: ALL_HIGH };

for (const [kind, make] of kinds) {
  describe(`with ${kind},`, () => {
    let folder = '';
    let guest: Guest;
    let process: KernelProcess;
    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'memory-'));
      guest = await make();
      process = guest.process;
      const host = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
      process.descriptors.add({ host, type: Filetype.directory, base: all, inheriting: all, grant: 0 });
    });
    after(async () => {
      process.descriptors.closeAll();
      await guest.end();
      rmSync(folder, { recursive: true });
    });

    /** Loads the buffers of a read or write. */
    const load = (...pieces: readonly (readonly [offset: number, length: number])[]): void => {
      process.vectors.clear();
      for (const [offset, length] of pieces) process.vectors.add(guest.vector(guest.base + offset), length);
    };
    const take = (into: 'path' | 'otherPath', offset: number, path: string): void => {
      guest.put(offset, Buffer.from(path));
      process[into].take(guest.memory, guest.base + offset, Buffer.byteLength(path), true);
    };
    const openPath = (path: string, oflags: number, low: number): number => {
      take('path', 100, path);
      const fd = open(process, DIRECTORY, 0, oflags, low, 0, 0, 0, 0);
      assert.ok(fd >= 0, `open: ${fd}`);
      return fd;
    };

    test('files are written and read, through one buffer and through several', async () => {
      const fd = openPath('data', Oflags.creat, R.fd_read | R.fd_write | R.fd_seek);
      guest.put(0, Buffer.from('onetwothree'));
      load([0, 3]);
      assert.equal(files.write(process, fd), 3);
      load([6, 5], [3, 3]);
      assert.equal(files.write(process, fd), 8);
      load([3, 3]);
      assert.equal(files.pwrite(process, fd, 20), 3);
      load([0, 1], [1, 2]);
      assert.equal(files.pwrite(process, fd, 30), 3);
      const contents = readFileSync(join(folder, 'data'));
      assert.equal(contents.toString('latin1').replaceAll('\0', '-'), 'onethreetwo---------two-------one');

      load([1000, 5]);
      assert.equal(files.pread(process, fd, 3), 5);
      load([2000, 2], [3000, 100]);
      assert.equal(files.pread(process, fd, 11 - 3), 2 + 23);
      assert.equal(files.seek(process, fd, 0, 0), 0);
      load([4000, 3]);
      assert.equal(files.read(process, fd), 3);
      load([5000, 4], [6000, 4], [7000, 4]);
      assert.equal(files.read(process, fd), 12);
      const seen = async (offset: number, length: number) =>
        (await guest.get(offset, length)).toString('latin1');
      assert.equal(await seen(1000, 6), 'three\0');
      assert.equal((await seen(2000, 3)) + (await seen(3000, 1)), 'tw\0o');
      assert.equal(await seen(4000, 4), 'one\0');
      assert.equal((await seen(5000, 5)) + (await seen(6000, 4)), 'thre\0etwo');
      assert.equal(files.seek(process, fd, 0, 2), 33);
      load([0, 10]);
      assert.equal(files.read(process, fd), 0, 'the end of the file');
      process.descriptors.close(fd);
    });

    // Elsewhere, a gate has checked the buffers.
    if (make === otherProcess)
      test('a buffer without memory is a fault, and nothing is written', () => {
        const fd = openPath('untouched', Oflags.creat, R.fd_read | R.fd_write | R.fd_seek);
        process.vectors.clear();
        process.vectors.add(4096, 10);
        assert.equal(files.write(process, fd), -Errno.fault);
        assert.equal(files.pwrite(process, fd, 0), -Errno.fault);
        assert.equal(readFileSync(join(folder, 'untouched')).length, 0);
        writeFileSync(join(folder, 'untouched'), 'contents');
        assert.equal(files.pread(process, fd, 0), -Errno.fault);
        process.descriptors.close(fd);
      });

    test('paths come from it: files are opened, made, described, renamed and linked', () => {
      take('path', 10, 'made');
      assert.equal(lookups.createDirectory(process, DIRECTORY), 0);
      take('path', 10, 'made');
      take('otherPath', 4090, 'renamed');
      assert.equal(lookups.rename(process, DIRECTORY, DIRECTORY), 0);
      take('path', 300, 'renamed');
      assert.equal(lookups.getAttributesAt(process, DIRECTORY, 0), 0);
      assert.equal(process.attributes.type, Filetype.directory);
      take('path', 300, '../renamed');
      assert.equal(lookups.getAttributesAt(process, DIRECTORY, 0), -Errno.notcapable);
      take('path', 300, 'renamed');
      assert.equal(lookups.removeDirectory(process, DIRECTORY), 0);
    });

    test('a path is a copy: the guest cannot change it any more', () => {
      writeFileSync(join(folder, 'first'), '');
      take('path', 50, 'first');
      guest.put(50, Buffer.from('other'));
      assert.equal(process.path.text, 'first');
      assert.equal(lookups.getAttributesAt(process, DIRECTORY, 0), 0);
    });

    test('a path that lies outside, even in part, is a fault', () => {
      for (const at of [guest.base + guest.size - 2, guest.base + guest.size, 2 ** 46]) {
        process.path.take(guest.memory, at, 5, true);
        assert.equal(process.path.problem, -Errno.fault, `${at}`);
      }
      process.path.take(guest.memory, 2 ** 46, 0, true);
      assert.equal(process.path.problem, -Errno.noent);
      process.path.take(guest.memory, 2 ** 46, 2 ** 31, true);
      assert.equal(process.path.problem, -Errno.nametoolong);
      assert.equal(lookups.getAttributesAt(process, DIRECTORY, 0), -Errno.nametoolong);
    });

    test('links are read, as far as there is room', async () => {
      symlinkSync('target-of-link', join(folder, 'link'));
      take('path', 10, 'link');
      assert.equal(lookups.readLink(process, DIRECTORY, guest.memory, guest.base + 8000, 65536 - 8000), 14);
      assert.equal((await guest.get(8000, 15)).toString('latin1'), 'target-of-link\0');
      guest.put(9000, Buffer.from('..........'));
      assert.equal(lookups.readLink(process, DIRECTORY, guest.memory, guest.base + 9000, 6), 6);
      assert.equal((await guest.get(9000, 8)).toString('latin1'), 'target..');
      assert.equal(lookups.readLink(process, DIRECTORY, guest.memory, 2 ** 46, 6), -Errno.fault);
    });

    test('directories are listed whole, with buffers of any size, and each piece goes on where the last has ended', async () => {
      const many = join(folder, 'many');
      mkdirSync(many);
      const names = Array.from({ length: 300 }, (_, index) => `${'n'.repeat(index % 200)}${index}`);
      for (const name of names) writeFileSync(join(many, name), '');
      const fd = openPath('many', Oflags.directory, R.file_readdir);
      for (const room of [60, 300, 4096, 4097, 10_000, 40_000]) {
        const found: string[] = [];
        let cookie = 0n;
        for (let used = room; used === room; ) {
          guest.put(20_000, new Uint8Array(room + 1).fill(0xee));
          used = readDirectory(process, fd, guest.memory, guest.base + 20_000, room, cookie, types);
          assert.ok(used >= 0, `${used}`);
          const seen = await guest.get(20_000, room + 1);
          const before = found.length;
          assert.equal(seen[used], 0xee, 'nothing is stored behind what is told');
          for (let at = 0; at + 24 <= used; ) {
            const end = at + 24 + seen.readUInt32LE(at + 16);
            if (end > used) break;
            found.push(seen.toString('utf8', at + 24, end));
            cookie = seen.readBigUInt64LE(at);
            at = end;
          }
          // An entry that does not fit at all.
          if (found.length === before) break;
        }
        if (room >= 300)
          assert.deepEqual(found.filter((name) => !/^\.\.?$/.test(name)).sort(), names.toSorted(), `${room}`);
      }
      assert.equal(readDirectory(process, fd, guest.memory, 2 ** 46, 512, 0n, types), -Errno.fault);
      process.descriptors.close(fd);
    });

    test('random bytes and mapped files fill all of it', async () => {
      guest.put(0, new Uint8Array(40_000));
      assert.equal(fill(guest.memory, guest.base + 1, 30_000), 0);
      const random = await guest.get(0, 30_002);
      assert.equal(random[0], 0);
      assert.equal(random[30_001], 0);
      for (let at = 1; at < 30_000; at += 1000)
        assert.ok(
          random.subarray(at, at + 1000).some((byte) => byte !== 0),
          `${at}`,
        );
      assert.equal(fill(guest.memory, 2 ** 46, 10), -Errno.fault);

      const contents = Buffer.alloc(10_000, 'contents');
      writeFileSync(join(folder, 'mapped'), contents);
      const fd = openPath('mapped', 0, R.fd_read | R.mem_map);
      let done = 0;
      for (;;) {
        const step = files.copyTo(process, fd, guest.memory, guest.base + done, 20_000 - done, done);
        assert.ok(step >= 0, `${step}`);
        if (step === 0) break;
        done += step;
      }
      assert.equal(done, contents.length);
      assert.deepEqual(await guest.get(0, contents.length), contents);
      process.descriptors.close(fd);
    });

    test('sockets send and receive, and waiting tells when they can', async () => {
      const [one, two] = makeSocketPair().map((host) =>
        process.descriptors.add({
          host,
          type: Filetype.socket_stream,
          base: all,
          inheriting: all,
          grant: 0,
        }),
      ) as [number, number];
      guest.put(0, new Uint8Array(4096));
      guest.put(0, Buffer.from('to the other'));
      load([0, 3], [3, 9]);
      assert.equal(sockets.send(process, one), 12);
      const poll = new Poll(process);
      poll.addDescriptor(0, two, false);
      const outcomes = poll.wait();
      assert.equal(typeof outcomes === 'number' ? outcomes : outcomes.get(0)?.bytes, 12);
      load([1000, 6], [2000, 100]);
      assert.equal(sockets.receive(process, two, 0), 12);
      assert.equal((await guest.get(1000, 7)).toString('latin1'), 'to the\0');
      assert.equal((await guest.get(2000, 7)).toString('latin1'), ' other\0');
      guest.put(0, Buffer.from('with a file'));
      load([0, 11]);
      const passed = openPath('passed', Oflags.creat, ALL_LOW);
      assert.equal(sockets.sendWith(process, one, [passed]), 11);
      const numbers: number[] = [];
      load([3000, 20]);
      assert.equal(sockets.receive(process, two, 0, 1, numbers), 11);
      assert.equal((await guest.get(3000, 12)).toString('latin1'), 'with a file\0');
      for (const fd of [one, two, passed, ...numbers]) assert.equal(process.descriptors.close(fd), 0);
    });
  });
}

test('nothing of these tests stays open', () => {
  const probe = openSync('/dev/null', 'r');
  assert.ok(probe < 60, `the next descriptor is ${probe}`);
  closeSync(probe);
});
