import { Filetype } from '../../../abi/generated/constants.ts';
import type { Attributes } from '../../../kernel/attributes.ts';
import type { Dialect } from './dialect.ts';
import { wasiFiletypes } from './numbers.ts';

/**
 * Stores attributes as WASI's `filestat`.
 *
 * @param known The descriptor's type, which tells datagram sockets from stream sockets; unknown for a path.
 */
export function storeFilestat(
  view: DataView,
  at: number,
  attributes: Attributes,
  { filestat }: Dialect,
  known: number = Filetype.unknown,
): void {
  const type = known === Filetype.unknown ? attributes.type : known;
  view.setBigUint64(at, attributes.device, true);
  view.setBigUint64(at + 8, attributes.inode, true);
  view.setBigUint64(at + 16, BigInt(wasiFiletypes[type] ?? 0), true);
  if (filestat.linksSize === 8) view.setBigUint64(at + filestat.links, BigInt(attributes.links), true);
  else view.setUint32(at + filestat.links, attributes.links, true);
  view.setBigUint64(at + filestat.fileSize, attributes.size, true);
  view.setBigUint64(at + filestat.accessed, attributes.accessed, true);
  view.setBigUint64(at + filestat.modified, attributes.modified, true);
  view.setBigUint64(at + filestat.changed, attributes.changed, true);
}
