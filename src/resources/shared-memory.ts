import { Filetype } from '../abi/generated/constants.ts';
import { makeSharedMemory } from '../host/files/new-descriptors.ts';
import { NO_RIGHTS } from '../kernel/rights.ts';
import { formatSize } from '../text/units.ts';
import { Fields, type ReadContext } from './fields.ts';
import type { Position } from './position.ts';
import { readSize } from './quantity.ts';
import { type Checked, type OpenedResource, Resource } from './resource.ts';
import { rightsSet } from './rights.ts';
import type { Written } from './written.ts';

/** The largest shared memory that can be asked for, in bytes; the host gives pages as they are used. */
const MAX_SIZE = 2 ** 36;

/** `!shared_memory`: memory without a name and of fixed size, filled with zeros. */
export class SharedMemoryResource extends Resource {
  readonly kind = 'shared_memory';
  /** Bytes. */
  readonly size: number;

  constructor(size: number, position: Position | undefined) {
    super(position);
    this.size = size;
    Object.freeze(this);
  }

  override check(): Checked {
    const description = `Shared memory of ${formatSize(this.size)}`;
    return { description, type: Filetype.shared_memory, ...this.#rights() };
  }

  #rights(): Pick<Checked, 'base' | 'inheriting'> {
    const base = rightsSet(['fd_read', 'fd_seek', 'fd_tell', 'fd_write', 'file_stat_fget', 'mem_map']);
    return { base, inheriting: NO_RIGHTS };
  }

  override open(): OpenedResource {
    return { host: makeSharedMemory(this.size), type: Filetype.shared_memory, ...this.#rights() };
  }
}

/** Reads the contents of `!shared_memory` or the arguments of `sharedMemory()`. */
export function readSharedMemory(written: Written, context: ReadContext): SharedMemoryResource | undefined {
  const fields = Fields.read(written, ['size'], context);
  if (fields === undefined) return undefined;
  if (!fields.has('size')) return fields.missing('size', 'such as 1 MiB');
  const size = readSize(fields, 'size', 1, MAX_SIZE);
  return size === undefined ? undefined : new SharedMemoryResource(size, context.position);
}
