import { Filetype } from '../abi/generated/constants.ts';
import { duplicate } from '../host/files/new-descriptors.ts';
import { NO_RIGHTS } from '../kernel/rights.ts';
import { ResourceError } from '../resources/mistake.ts';
import { type Checked, type OpenedResource, Resource } from '../resources/resource.ts';
import { processRights } from '../resources/rights.ts';
import type { Process } from './process.ts';

/** Gives the host's descriptor of a process, as long as the process has not ended. */
type DescriptorOf = () => number | undefined;

const descriptors = new WeakMap<object, DescriptorOf>();

/** Says how a process that was launched is found on the host. */
export function setDescriptor(process: object, descriptor: DescriptorOf): void {
  descriptors.set(process, descriptor);
}

/** The host's descriptor of a process that was launched; `undefined` once it has ended. */
export function hostDescriptorOf(process: object): number | undefined {
  return descriptors.get(process)?.();
}

/**
 * A resource that stands for a process.
 *
 * @throws TypeError when `setDescriptor` has not been told of it.
 */
export function resourceOf(process: Pick<Process, 'exited'>): Resource {
  const descriptor = descriptors.get(process);
  if (descriptor === undefined)
    throw new TypeError('processDescriptor() expects a process that launch() has returned');
  return new ProcessResource(descriptor, process);
}

/** A process that another program may wait for. */
export class ProcessResource extends Resource {
  readonly kind = 'fd';
  readonly #descriptor: DescriptorOf;
  /** The process as its launcher knows it. */
  readonly process: Pick<Process, 'exited'>;

  constructor(descriptor: DescriptorOf, process: Pick<Process, 'exited'>) {
    super(undefined);
    this.#descriptor = descriptor;
    this.process = process;
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
