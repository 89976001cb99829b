import type { Descriptor as OpenDescriptor } from '../kernel/descriptors.ts';
import { type KernelRefusal, newProcess } from '../kernel/new-process.ts';
import type { KernelProcess } from '../kernel/process.ts';
import { operationError } from './errors.ts';

/** The possessions of one program: its descriptors in the kernel, by whose rights all objects of the program act. */
export class ProgramWorld {
  readonly process: KernelProcess;
  /** The number of the descriptor that stands for its network; `undefined` for none. */
  readonly network: number | undefined;
  /** The names of services, by the numbers of the descriptors that are channels to them. */
  readonly services: ReadonlyMap<number, string>;
  /** The numbers of the descriptors that control processes. */
  readonly processes: ReadonlySet<number>;
  /** The numbers of the descriptors that are servers' ends of channels. */
  readonly served: ReadonlySet<number>;
  #refused: KernelRefusal | undefined;

  /**
   * @param descriptors The number of each is its index; they belong to this world from now on.
   * @param onRefused Called for every operation that is refused.
   * @param network The number of the descriptor that stands for its network.
   * @param services The names of services, by the numbers of the channels to them.
   * @param processes The numbers of the descriptors that control processes.
   * @param served The numbers of the descriptors that are servers' ends of channels.
   */
  constructor(
    descriptors: readonly OpenDescriptor[],
    onRefused?: (refusal: KernelRefusal) => void,
    network?: number,
    services: ReadonlyMap<number, string> = new Map(),
    processes: ReadonlySet<number> = new Set(),
    served: ReadonlySet<number> = new Set(),
  ) {
    this.served = served;
    this.processes = processes;
    this.services = services;
    this.network = network;
    this.process = newProcess(descriptors, (refusal) => {
      this.#refused = refusal;
      onRefused?.(refusal);
    });
  }

  /**
   * Passes on the answer of the kernel to a call that has succeeded.
   *
   * @param object The name of the descriptor in messages.
   * @throws OperationError
   */
  check(result: number, call: string, object: string, path?: string): number {
    if (result >= 0) return result;
    const refused = this.#refused;
    this.#refused = undefined;
    throw operationError(result, call, object, path, refused);
  }
}

/** A descriptor's place: its world, its number there, and its name in messages. */
export type DescriptorPlace = {
  readonly world: ProgramWorld;
  readonly number: number;
  readonly label: string;
};
