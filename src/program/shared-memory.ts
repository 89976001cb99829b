import { mapShared } from '../host/mapping.ts';
import { getAttributes } from '../kernel/files.ts';
import { R } from '../kernel/rights.ts';
import { Descriptor, placeOf } from './descriptor.ts';

/** Memory that several processes share. */
export class SharedMemory extends Descriptor {
  #bytes: Uint8Array | undefined;

  /**
   * All of it, mapped: other processes see writes at once. It stays mapped as long as the process lives.
   * `Atomics` works on it, but for waiting and waking: the engine lets no thread wait on memory that is not its own.
   */
  get bytes(): Uint8Array {
    if (this.#bytes !== undefined) return this.#bytes;
    const { world, number, label } = placeOf(this);
    const host = this.require('mem_map', R.mem_map);
    const writes = (world.process.descriptors.baseLow(number) & R.fd_write) !== 0;
    world.check(getAttributes(world.process, number), 'file_stat_fget', label);
    this.#bytes = mapShared(host, Number(world.process.attributes.size), writes);
    return this.#bytes;
  }
}
