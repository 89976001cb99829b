import { fstatSync } from 'node:fs';
import { getFlags } from '../../host/files/files.ts';
import type { Descriptor } from '../../kernel/descriptors.ts';
import { R } from '../../kernel/rights.ts';
import { O_ACCMODE, O_APPEND, O_PATH, O_RDWR, O_WRONLY } from '../../linux/open-flags.ts';
import { DIRECT_MAP, DIRECT_USE } from './guest-layout.ts';

/*
 * A descriptor that lies in the program's process can be used by system calls of the program's own, which know nothing of
 * rights. So only those lie there whose access mode is exactly what their rights allow; all others stay with the
 * supervisor, and every use of them is a call that it checks.
 */

/**
 * Decides how an executable may use a descriptor by itself.
 *
 * @param mapsFiles True if the program's filter lets it map files.
 * @returns Bits DIRECT_USE and DIRECT_MAP; 0 when all use goes to the supervisor.
 */
export function directUse({ host, base: { low } }: Descriptor, mapsFiles: boolean): number {
  const flags = getFlags(host);
  if (flags < 0 || (flags & O_PATH) !== 0) return 0;
  const mode = flags & O_ACCMODE;
  const reads = mode !== O_WRONLY;
  const writes = mode === O_WRONLY || mode === O_RDWR;
  if (reads !== ((low & R.fd_read) !== 0) || writes !== ((low & R.fd_write) !== 0)) return 0;
  const stats = fstatSync(host);
  if (stats.isFIFO()) return DIRECT_USE;
  // A device may be mapped in ways that are neither reading nor writing.
  if (stats.isCharacterDevice()) return mapsFiles ? 0 : DIRECT_USE;
  if (!stats.isFile() || (low & R.fd_seek) === 0) return 0;
  // A file that is only appended to could be changed through a mapping.
  if (writes && (flags & O_APPEND) !== 0) return 0;
  return mapsFiles && (low & R.mem_map) !== 0 ? DIRECT_USE | DIRECT_MAP : DIRECT_USE;
}
