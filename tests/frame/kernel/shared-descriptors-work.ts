import assert from 'node:assert/strict';
import { Filetype } from '../../../src/abi/generated/constants.ts';
import { pread, pwrite } from '../../../src/host/files/files.ts';
import { addressOf } from '../../../src/host/libc.ts';
import * as files from '../../../src/kernel/files.ts';
import { open } from '../../../src/kernel/open.ts';
import { KernelProcess } from '../../../src/kernel/process.ts';
import { R } from '../../../src/kernel/rights.ts';
import { SharedDescriptorTable } from '../../../src/kernel/shared-descriptors.ts';

export type DescriptorWork = {
  readonly kind: 'descriptors';
  readonly what: 'use' | 'change';
  readonly buffer: SharedArrayBuffer;
  /** Number of the granted directory: it holds files `0` to `FILES - 1`, each full of its own digit. */
  readonly directory: number;
  readonly rounds: number;
};

export const FILES = 8;

/** Number of the descriptors that all threads use. */
const CONTESTED = 6;

/**
 * Even files may be read only, odd ones written only. The host's descriptors can do both, because of rights that need
 * it: nothing but ours keeps a call from acting on the wrong file.
 */
const rightsOf = (file: number): number =>
  R.fd_seek | (file % 2 === 0 ? R.fd_read | R.file_allocate : R.fd_write | R.mem_map);

/** Runs one thread of a test, on descriptors that others close, replace and use at the same time. */
export function useDescriptors({ what, buffer, directory, rounds }: DescriptorWork): void {
  const table = new SharedDescriptorTable(buffer);
  const process = new KernelProcess(table);
  const bytes = new Uint8Array(64);
  let random = rounds + (what === 'use' ? 1 : 77);
  const chance = (of: number): number => {
    random = (Math.imul(random, 1103515245) + 12345) >>> 0;
    return (random >>> 16) % of;
  };
  for (let round = 0; round < rounds; round++) {
    const fd = directory + 1 + chance(CONTESTED);
    if (what === 'change') {
      const file = chance(FILES);
      process.path.load(Buffer.from(String(file)), 0, 1, true);
      const made = open(process, directory, 0, 0, rightsOf(file), 0, 0, 0, 0);
      table.endCall();
      if (made >= 0 && made > directory + CONTESTED) {
        if (chance(2) === 0) table.replace(made, fd);
        else table.renumber(made, fd);
        table.close(made);
      }
      if (chance(3) === 0) table.close(fd);
      continue;
    }
    // Reads a descriptor and looks at its attributes in one call: they must be of one and the same file.
    const writes = chance(2) === 0;
    bytes.fill(0x21);
    const checked = table.require('test', fd, R.fd_seek | (writes ? R.fd_write : R.fd_read));
    if (checked >= 0) {
      // Does as a call of the kernel does, with much time between check and use.
      const end = globalThis.process.hrtime.bigint() + BigInt(chance(60_000));
      while (globalThis.process.hrtime.bigint() < end);
    }
    const address = addressOf(bytes);
    const done =
      checked < 0 ? checked : writes ? pwrite(checked, address, 64, 4096) : pread(checked, address, 64, 0);
    if (done >= 0) {
      const right = writes ? R.fd_write : R.fd_read;
      assert.equal(table.baseLow(fd) & right, right);
      const type = files.resolveType(process, fd);
      assert.equal(type, Filetype.regular_file);
      // A file that was opened for reading has only its own digit, wherever its descriptor came from.
      if (!writes) {
        assert.equal(done, 64);
        assert.equal(new Set(bytes).size, 1, Buffer.from(bytes).toString());
        assert.equal(((bytes[0] ?? 0) - 0x30) % 2, 0);
      }
    }
    table.endCall();
  }
}
