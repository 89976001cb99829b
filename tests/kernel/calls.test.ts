import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { Errno, Filetype, Fsflags, Oflags, Riflags, Sdflags } from '../../src/abi/generated/constants.ts';
import { SeekFrom } from '../../src/host/files/files.ts';
import { addressOf } from '../../src/host/libc.ts';
import { makeSocket } from '../../src/host/sockets/socket-setup.ts';
import * as files from '../../src/kernel/files.ts';
import * as lookups from '../../src/kernel/lookups.ts';
import { OwnMemory } from '../../src/kernel/memory.ts';
import { open as openFile } from '../../src/kernel/open.ts';
import { Poll } from '../../src/kernel/poll.ts';
import { KernelProcess } from '../../src/kernel/process.ts';
import { readDirectory } from '../../src/kernel/readdir.ts';
import { ALL_HIGH, ALL_LOW, R, RH } from '../../src/kernel/rights.ts';
import * as sockets from '../../src/kernel/sockets.ts';

const FILE = 0;
const DIRECTORY = 1;
const SOCKET = 2;
const OTHER = 3;

const buffer = Buffer.from('written');
const memory = new OwnMemory(4096);
const DEEPER = R.file_open | R.file_create_directory | R.file_stat_get;
const types = new Uint8Array(256);

/** A call, what it is tried on, and the one right without which it must not do anything. */
type Row = readonly [
  name: string,
  fd: number,
  low: number,
  high: number,
  call: (process: KernelProcess) => number,
];

const poll = (process: KernelProcess, forWriting: boolean): number => {
  const poller = new Poll(process);
  poller.addDescriptor(0, SOCKET, forWriting);
  const outcomes = poller.wait();
  return typeof outcomes === 'number' ? outcomes : -(outcomes.get(0)?.error ?? 0);
};
const open =
  (oflags: number, low: number, fdflags = 0) =>
  (process: KernelProcess): number =>
    openFile(process, DIRECTORY, 0, oflags, low, 0, 0, 0, fdflags);

const rows: readonly Row[] = [
  ['read', FILE, R.fd_read, 0, (process) => files.read(process, FILE)],
  ['pread', FILE, R.fd_read, 0, (process) => files.pread(process, FILE, 0)],
  ['pread', FILE, R.fd_seek, 0, (process) => files.pread(process, FILE, 0)],
  ['write', FILE, R.fd_write, 0, (process) => files.write(process, FILE)],
  ['pwrite', FILE, R.fd_write, 0, (process) => files.pwrite(process, FILE, 0)],
  ['pwrite', FILE, R.fd_seek, 0, (process) => files.pwrite(process, FILE, 0)],
  ['seek', FILE, R.fd_seek, 0, (process) => files.seek(process, FILE, 1, SeekFrom.start)],
  ['tell', FILE, R.fd_tell | R.fd_seek, 0, (process) => files.seek(process, FILE, 0, SeekFrom.current)],
  ['sync', FILE, R.fd_sync, 0, (process) => files.sync(process, FILE)],
  ['datasync', FILE, R.fd_datasync, 0, (process) => files.datasync(process, FILE)],
  ['advise', FILE, R.file_advise, 0, (process) => files.advise(process, FILE, 0, 1, 0)],
  ['allocate', FILE, R.file_allocate, 0, (process) => files.allocate(process, FILE, 0, 4096)],
  ['attributes', FILE, R.file_stat_fget, 0, (process) => files.getAttributes(process, FILE)],
  ['size', FILE, R.file_stat_fput_size, 0, (process) => files.setSize(process, FILE, 0)],
  [
    'times',
    FILE,
    R.file_stat_fput_times,
    0,
    (process) => files.setTimes(process, FILE, 1n, 1n, Fsflags.mtim),
  ],
  ['flags', FILE, R.fd_stat_put_flags, 0, (process) => files.setFlags(process, FILE, 0)],
  ['open', DIRECTORY, R.file_open, 0, open(0, 0)],
  ['open, creating', DIRECTORY, R.file_create_file, 0, open(Oflags.creat, 0)],
  ['open, truncating', DIRECTORY, R.openTruncate, 0, open(Oflags.trunc, 0)],
  [
    'readdir',
    DIRECTORY,
    R.file_readdir,
    0,
    (process) => readDirectory(process, DIRECTORY, memory, 0, 512, 0n, types),
  ],
  ['stat', DIRECTORY, R.file_stat_get, 0, (process) => lookups.getAttributesAt(process, DIRECTORY, 0)],
  [
    'times by path',
    DIRECTORY,
    R.file_stat_put_times,
    0,
    (process) => lookups.setTimesAt(process, DIRECTORY, 0, 1n, 1n, Fsflags.mtim),
  ],
  [
    'readlink',
    DIRECTORY,
    R.file_readlink,
    0,
    (process) => lookups.readLink(process, DIRECTORY, memory, 0, 1),
  ],
  ['mkdir', DIRECTORY, R.file_create_directory, 0, (process) => lookups.createDirectory(process, DIRECTORY)],
  ['unlink', DIRECTORY, R.file_unlink, 0, (process) => lookups.unlink(process, DIRECTORY)],
  ['rmdir', DIRECTORY, R.removeDirectory, 0, (process) => lookups.removeDirectory(process, DIRECTORY)],
  ['symlink', DIRECTORY, R.file_symlink, 0, (process) => lookups.symlink(process, DIRECTORY)],
  ['rename from', DIRECTORY, R.file_rename_source, 0, (process) => lookups.rename(process, DIRECTORY, OTHER)],
  ['rename to', DIRECTORY, R.file_rename_target, 0, (process) => lookups.rename(process, OTHER, DIRECTORY)],
  ['link from', DIRECTORY, R.file_link_source, 0, (process) => lookups.link(process, DIRECTORY, 0, OTHER)],
  ['link to', DIRECTORY, R.file_link_target, 0, (process) => lookups.link(process, OTHER, 0, DIRECTORY)],
  ['accept', SOCKET, 0, RH.sockAccept, (process) => sockets.accept(process, SOCKET, true)],
  ['receive', SOCKET, R.fd_read, 0, (process) => sockets.receive(process, SOCKET, Riflags.peek)],
  ['send', SOCKET, R.fd_write, 0, (process) => sockets.send(process, SOCKET)],
  ['shutdown', SOCKET, 0, RH.sock_shutdown, (process) => sockets.shutdown(process, SOCKET, Sdflags.rd)],
  ['poll for reading', SOCKET, R.fd_read, 0, (process) => poll(process, false)],
  ['poll for writing', SOCKET, R.fd_write, 0, (process) => poll(process, true)],
  ['poll', SOCKET, R.poll_fd_readwrite, 0, (process) => poll(process, true)],
];

describe('a kernel call', () => {
  const base = mkdtempSync(join(tmpdir(), 'calls-'));
  let folder = '';
  let round = 0;
  beforeEach(() => {
    folder = join(base, `${round++}`);
    mkdirSync(join(folder, 'other'), { recursive: true });
    for (const place of ['.', 'other']) writeFileSync(join(folder, place, 'name'), 'contents');
  });
  // Node's own removal gives up on paths that are too long for the host.
  after(() => spawnSync('rm', ['-rf', base]));

  /** A process with one of each, every right there except the ones given on one descriptor. */
  function start(fd: number, low: number, high: number, inherit = ALL_LOW): KernelProcess {
    const process = new KernelProcess();
    const inheriting = { low: inherit, high: ALL_HIGH };
    const rights = (number: number) => ({
      base:
        number === fd ? { low: ALL_LOW & ~low, high: ALL_HIGH & ~high } : { low: ALL_LOW, high: ALL_HIGH },
      inheriting,
      grant: number,
    });
    const directory = constants.O_RDONLY | constants.O_DIRECTORY;
    const add = (host: number, type: Filetype, number: number): number =>
      process.descriptors.add({ host, type, ...rights(number) });
    add(openSync(join(folder, 'name'), 'r+'), Filetype.regular_file, FILE);
    add(openSync(folder, directory), Filetype.directory, DIRECTORY);
    add(makeSocket('unix', false), Filetype.socket_stream, SOCKET);
    add(openSync(join(folder, 'other'), directory), Filetype.directory, OTHER);
    process.path.load(Buffer.from('name'), 0, 4, true);
    process.otherPath.load(Buffer.from('new'), 0, 3, true);
    process.vectors.clear();
    process.vectors.add(addressOf(buffer), 7);
    return process;
  }

  const look = (): unknown => [
    readdirSync(folder, { recursive: true }).sort(),
    readFileSync(join(folder, 'name'), 'utf8'),
    readFileSync(join(folder, 'other', 'name'), 'utf8'),
  ];
  const hostDescriptors = (): number => readdirSync('/proc/self/fd').length;

  for (const [name, fd, low, high, call] of rows) {
    const right = [...Object.entries(R), ...Object.entries(RH)].find(([key, bit]) =>
      key in R ? bit === low || (bit & low) !== 0 : low === 0 && bit === high,
    );
    test(`without its right is refused and changes nothing: ${name} (${right?.[0]})`, () => {
      const process = start(fd, low, high);
      const before = look();
      const open = hostDescriptors();
      assert.equal(call(process), -Errno.notcapable);
      assert.deepEqual(look(), before);
      assert.equal(hostDescriptors(), open);
      process.descriptors.closeAll();

      // The twin: with it, the call gets as far as the host.
      const able = start(-1, 0, 0);
      assert.notEqual(call(able), -Errno.notcapable);
      able.descriptors.closeAll();
    });
  }

  test('opens nothing with rights that the directory does not pass on', () => {
    for (const low of [R.fd_read, R.fd_write, R.fd_sync]) {
      const process = start(-1, 0, 0, ALL_LOW & ~low);
      const open = hostDescriptors();
      assert.equal(
        openFile(process, DIRECTORY, 0, Oflags.creat | Oflags.trunc, low, 0, 0, 0, 0),
        -Errno.notcapable,
      );
      assert.equal(openFile(process, DIRECTORY, 0, Oflags.trunc, 0, 0, low, 0, 0), -Errno.notcapable);
      assert.equal(readFileSync(join(folder, 'name'), 'utf8'), 'contents');
      assert.equal(hostDescriptors(), open);
      process.descriptors.closeAll();
    }
  });

  test('on a number that is not open says so, for every number', () => {
    for (const fd of [4, 4095, 4096, 2 ** 31, 2 ** 32 - 1]) {
      const process = start(-1, 0, 0);
      assert.equal(files.read(process, fd), -Errno.badf);
      assert.equal(lookups.unlink(process, fd), -Errno.badf);
      assert.equal(sockets.send(process, fd), -Errno.badf);
      assert.equal(process.descriptors.close(fd), -Errno.badf);
      process.descriptors.closeAll();
    }
  });

  test('lists a directory anew when its host descriptor has a number that another directory had', () => {
    for (let index = 0; index < 50; index++) writeFileSync(join(folder, 'other', `secret-${index}`), '');
    const process = start(-1, 0, 0);
    const read = (fd: number, cookie: bigint): Buffer => {
      const used = readDirectory(process, fd, memory, 0, 300, cookie, types);
      return Buffer.from(memory.bytes.slice(0, Math.max(0, used)));
    };
    const cookie = read(OTHER, 0n).readBigInt64LE(0);
    const host = process.descriptors.require('file_readdir', OTHER, R.file_readdir);
    assert.equal(process.descriptors.close(OTHER), 0);
    const again = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
    assert.equal(again, host, 'the host gave the number to another directory');
    const rights = { low: ALL_LOW, high: ALL_HIGH };
    process.descriptors.add({
      host: again,
      type: Filetype.directory,
      base: rights,
      inheriting: rights,
      grant: 0,
    });
    assert.doesNotMatch(read(OTHER, cookie).toString('latin1'), /secret/);
    process.descriptors.closeAll();
  });

  test('finds nothing through chains of links that are too long, and no magic link', () => {
    let last = 'name';
    for (let index = 0; index < 41; index++) {
      symlinkSync(last, join(folder, `link-${index}`));
      last = `link-${index}`;
    }
    symlinkSync('/proc/self/root/etc/passwd', join(folder, 'magic'));
    const process = start(-1, 0, 0);
    const find = (path: string): number => {
      process.path.load(Buffer.from(path), 0, path.length, true);
      return lookups.getAttributesAt(process, DIRECTORY, 1);
    };
    assert.equal(find('link-39'), 0);
    assert.equal(find('link-40'), -Errno.loop);
    assert.equal(find('magic'), -Errno.notcapable);
    // /proc itself as the granted directory: its magic links are not followed.
    const proc = openSync('/proc/self', constants.O_RDONLY | constants.O_DIRECTORY);
    process.descriptors.add({
      host: proc,
      type: Filetype.directory,
      base: { low: ALL_LOW, high: 0 },
      inheriting: { low: ALL_LOW, high: 0 },
      grant: 0,
    });
    for (const path of ['root', 'cwd', 'exe', 'fd/1', 'root/etc/passwd', 'task/../cwd']) {
      process.path.load(Buffer.from(path), 0, path.length, true);
      const answer = openFile(process, OTHER + 1, 1, 0, R.fd_read, 0, 0, 0, 0);
      assert.ok(answer === -Errno.loop || answer === -Errno.notcapable, `${path}: ${answer}`);
    }
    process.descriptors.closeAll();
  });

  test('keeps beneath its directory in a tree that is deeper than one path is long', () => {
    const process = start(-1, 0, 0);
    let at = DIRECTORY;
    const name = 'd'.repeat(250);
    for (let depth = 0; depth < 40; depth++) {
      process.path.load(Buffer.from(name), 0, name.length, true);
      assert.equal(lookups.createDirectory(process, at), 0);
      const next = openFile(process, at, 0, Oflags.directory, DEEPER, 0, ALL_LOW, 0, 0);
      assert.ok(next >= 0, `depth ${depth}: ${next}`);
      if (at !== DIRECTORY) process.descriptors.close(at);
      at = next;
    }
    process.path.load(Buffer.from('..'), 0, 2, true);
    assert.equal(lookups.getAttributesAt(process, at, 1), -Errno.notcapable, 'its own parent is outside');
    const up = '../'.repeat(1300);
    process.path.load(Buffer.from(up), 0, up.length, true);
    assert.equal(lookups.getAttributesAt(process, DIRECTORY, 1), -Errno.notcapable);
    process.descriptors.closeAll();
  });
});

test('nothing of these tests stays open', () => {
  const probe = openSync('/dev/null', 'r');
  assert.ok(probe < 60, `the next descriptor is ${probe}`);
  closeSync(probe);
});
