import assert from 'node:assert/strict';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { Errno, Filetype } from '../../src/abi/generated/constants.ts';
import { getFlags } from '../../src/host/files/files.ts';
import { ALL_HIGH, ALL_LOW, R } from '../../src/kernel/rights.ts';
import { SharedDescriptorTable } from '../../src/kernel/shared-descriptors.ts';
import { type DescriptorWork, FILES } from '../frame/kernel/shared-descriptors-work.ts';
import { onThreads } from '../frame/kernel/threads.ts';

const folder = mkdtempSync(join(tmpdir(), 'shared-descriptors-'));
after(() => rmSync(folder, { recursive: true }));
for (let file = 0; file < FILES; file++) writeFileSync(join(folder, String(file)), String(file).repeat(64));

const all = { low: ALL_LOW, high: ALL_HIGH };
const none = { low: 0, high: 0 };
const open = (path: string, flags: number): number => openSync(path, flags);
const isOpen = (host: number): boolean => getFlags(host) >= 0;

describe('descriptors that threads share', () => {
  test('always are the file whose rights were checked, while others close, replace and open them', async () => {
    const table = new SharedDescriptorTable();
    const before = readdirSync('/proc/self/fd').length;
    const host = open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
    const directory = table.add({ host, type: Filetype.directory, base: all, inheriting: all, grant: 0 });
    const work = (what: DescriptorWork['what'], rounds: number): DescriptorWork => ({
      kind: 'descriptors',
      what,
      buffer: table.buffer,
      directory,
      rounds,
    });
    await onThreads([
      work('change', 12_000),
      work('change', 12_001),
      work('use', 12_000),
      work('use', 12_001),
    ]);
    table.closeAll();
    // Nothing stayed open, and nothing was read where it should have been written: even files are as they were.
    assert.equal(readdirSync('/proc/self/fd').length, before);
    for (let file = 0; file < FILES; file += 2) {
      assert.equal(readFileSync(join(folder, String(file)), 'utf8'), String(file).repeat(64));
    }
  });

  test('stay open at the host as long as a call uses them, and no longer', () => {
    const table = new SharedDescriptorTable();
    const other = new SharedDescriptorTable(table.buffer);
    const host = open(join(folder, '0'), constants.O_RDONLY);
    const fd = table.add({
      host,
      type: Filetype.regular_file,
      base: { low: R.fd_read, high: 0 },
      inheriting: none,
      grant: 0,
    });
    assert.equal(table.require('fd_read', fd, R.fd_read), host);
    assert.equal(other.close(fd), 0);
    assert.ok(isOpen(host));
    // Another thread opens something else there, with other rights: this call still sees what it saw.
    const next = open(join(folder, '1'), constants.O_WRONLY);
    assert.notEqual(next, host);
    assert.equal(
      other.add({ host: next, type: Filetype.regular_file, base: all, inheriting: none, grant: 0 }),
      fd,
    );
    assert.equal(table.require('fd_write', fd, R.fd_write), -Errno.notcapable);
    assert.equal(table.require('fd_read', fd, R.fd_read), host);
    table.endCall();
    assert.ok(!isOpen(host));
    assert.equal(table.require('fd_write', fd, R.fd_write), next);
    table.endCall();
    assert.equal(table.close(fd), 0);
    assert.ok(!isOpen(next));
  });

  test('lose rights for all threads, and gain none', () => {
    const table = new SharedDescriptorTable();
    const other = new SharedDescriptorTable(table.buffer);
    const host = open(join(folder, '0'), constants.O_RDONLY);
    const fd = table.add({ host, type: Filetype.regular_file, base: all, inheriting: none, grant: 0 });
    assert.equal(table.restrict(fd, R.fd_read, 0, 0, 0), 0);
    table.endCall();
    assert.equal(other.require('fd_write', fd, R.fd_write), -Errno.notcapable);
    assert.equal(other.restrict(fd, R.fd_read | R.fd_write, 0, 0, 0), -Errno.notcapable);
    other.endCall();
    // A call that saw more rights gives later calls none back.
    assert.equal(table.require('fd_read', fd, R.fd_read), host);
    assert.equal(other.restrict(fd, 0, 0, 0, 0), 0);
    other.endCall();
    assert.equal(table.restrict(fd, R.fd_read, 0, 0, 0), -Errno.notcapable);
    table.endCall();
    assert.equal(table.duplicate(fd), fd + 1);
    assert.equal(other.require('fd_read', fd + 1, R.fd_read), -Errno.notcapable);
    other.endCall();
    table.closeAll();
    assert.throws(() => closeSync(host));
  });
});
