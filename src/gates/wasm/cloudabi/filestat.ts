import { Filetype } from '../../../abi/generated/constants.ts';
import { FilestatLayout } from '../../../abi/generated/structs.ts';
import type { Attributes } from '../../../kernel/attributes.ts';
import type { GuestMemory } from '../memory.ts';

const { offsets } = FilestatLayout;

/**
 * Stores attributes as a `filestat`.
 *
 * @param known The descriptor's type, which tells sockets and memory from each other; unknown for a path.
 */
export function storeFilestat(
  memory: GuestMemory,
  at: number,
  attributes: Attributes,
  known: number = Filetype.unknown,
): void {
  memory.setLong(at + offsets.st_dev, attributes.device);
  memory.setLong(at + offsets.st_ino, attributes.inode);
  memory.setSmall(at + offsets.st_filetype, known === Filetype.unknown ? attributes.type : known);
  memory.view.setUint32(at + offsets.st_nlink, attributes.links, true);
  memory.setLong(at + offsets.st_size, attributes.size);
  memory.setLong(at + offsets.st_atim, attributes.accessed);
  memory.setLong(at + offsets.st_mtim, attributes.modified);
  memory.setLong(at + offsets.st_ctim, attributes.changed);
}
