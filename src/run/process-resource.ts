import { Filetype } from '../abi/generated/constants.ts';
import { duplicate } from '../host/new-descriptors.ts';
import { ResourceError } from '../resources/mistake.ts';
import { type Checked, type OpenedResource, Resource } from '../resources/resource.ts';
import { NO_RIGHTS, processRights } from '../resources/rights.ts';

/** A process that another program may wait for. */
export class ProcessResource extends Resource {
  readonly kind = 'fd';
  readonly #descriptor: () => number | undefined;

  /** @param descriptor Gives the host's descriptor of the process, as long as the process has not ended. */
  constructor(descriptor: () => number | undefined) {
    super(undefined);
    this.#descriptor = descriptor;
    Object.freeze(this);
  }

  override label(): string {
    return 'a process';
  }

  override check(): Checked {
    const description = 'A process that we have launched';
    return { description, type: Filetype.process, base: processRights(), inheriting: NO_RIGHTS };
  }

  override open(): OpenedResource {
    const descriptor = this.#descriptor();
    if (descriptor === undefined)
      throw new ResourceError('Cannot hand on a process that has ended already', undefined);
    return {
      host: duplicate(descriptor),
      type: Filetype.process,
      base: processRights(),
      inheriting: NO_RIGHTS,
    };
  }
}
