import { Filetype } from '../abi/generated/constants.ts';
import type { Descriptor } from '../kernel/descriptors.ts';
import { R } from '../kernel/rights.ts';

/** The rights to walk a tree and to read its files. */
const READ = R.fd_read | R.fd_seek | R.file_open | R.file_readdir | R.file_stat_get;

/** A directory that a process of services holds, with all beneath it, to be read. */
export function readOnlyDirectory(host: number): Descriptor {
  const rights = { low: READ, high: 0 };
  return { host, type: Filetype.directory, base: rights, inheriting: rights, grant: 0 };
}
