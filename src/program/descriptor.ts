import { Errno } from '../abi/generated/constants.ts';
import type { DescriptorPlace } from './program-world.ts';

/** The place of an object; for the files of this folder, never for programs. */
let placeOf: (descriptor: Descriptor) => DescriptorPlace;

export { placeOf };

/**
 * Something that a program was handed, or has opened through it. What may be done with it was decided by who started
 * the program: every operation is checked against its rights.
 */
export abstract class Descriptor {
  readonly #place: DescriptorPlace;
  #pending = 0;
  #closed: Promise<void> | undefined;
  #idle: (() => void) | undefined;

  static {
    placeOf = (descriptor): DescriptorPlace => descriptor.#place;
  }

  /** Programs cannot make descriptors, they are handed them. */
  constructor(place: DescriptorPlace) {
    this.#place = place;
  }

  /** Its name in messages: its place in the tree of values, such as `listen[0]`, or its path. */
  get label(): string {
    return this.#place.label;
  }

  /**
   * The host descriptor when the object has the rights, for an operation that does not wait.
   *
   * @throws OperationError
   */
  protected require(call: string, low: number, high = 0): number {
    const { world, number, label } = this.#place;
    const found =
      this.#closed !== undefined ? -Errno.badf : world.process.descriptors.require(call, number, low, high);
    return world.check(found, call, label);
  }

  /** Does something with the host descriptor that takes its time; closing waits for it. */
  protected async use<Result>(
    call: string,
    low: number,
    act: (host: number) => Promise<Result>,
  ): Promise<Result> {
    const host = this.require(call, low);
    this.#pending++;
    try {
      return await act(host);
    } finally {
      this.#pending--;
      if (this.#pending === 0) this.#idle?.();
    }
  }

  /** Closes it, once its pending operations have ended. Closing twice is harmless. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    if (this.#pending > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    }
    const { world, number, label } = this.#place;
    world.check(world.process.descriptors.close(number), 'fd_close', label);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
