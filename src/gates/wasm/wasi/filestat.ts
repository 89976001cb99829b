import { Filetype } from '../../../abi/generated/constants.ts';
import type { Attributes } from '../../../kernel/attributes.ts';
import type { GuestMemory } from '../memory.ts';
import type { Dialect } from './dialect.ts';
import { wasiFiletypes } from './numbers.ts';

/**
 * Stores attributes as WASI's `filestat`.
 *
 * @param known The descriptor's type, which tells datagram sockets from stream sockets; unknown for a path.
 */
export function storeFilestat(
  memory: GuestMemory,
  at: number,
  attributes: Attributes,
  { filestat }: Dialect,
  known: number = Filetype.unknown,
): void {
  const type = known === Filetype.unknown ? attributes.type : known;
  memory.setLong(at, attributes.device);
  memory.setLong(at + 8, attributes.inode);
  memory.setSmall(at + 16, wasiFiletypes[type] ?? 0);
  if (filestat.linksSize === 8) memory.setSmall(at + filestat.links, attributes.links);
  else memory.view.setUint32(at + filestat.links, attributes.links, true);
  memory.setLong(at + filestat.fileSize, attributes.size);
  memory.setLong(at + filestat.accessed, attributes.accessed);
  memory.setLong(at + filestat.modified, attributes.modified);
  memory.setLong(at + filestat.changed, attributes.changed);
}
