import { close } from '../files/files.ts';
import { Arrivals } from './arrivals.ts';

/** A descriptor of the host whose holder waits for what arrives. The event loop watches it from the first wait on. */
export class AwaitedDescriptor {
  /** Its number. */
  readonly number: number;
  #arrivals: Arrivals | undefined;
  #isOpen = true;

  /** @param number A host descriptor, which belongs to this object from now on. */
  constructor(number: number) {
    this.number = number;
  }

  /** Tells whether it was not closed here. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /**
   * Waits until there is something to read, or the descriptor is closed here.
   *
   * @throws Error when the event loop cannot watch it.
   */
  async arrival(): Promise<void> {
    this.#arrivals ??= new Arrivals(this.number);
    await this.#arrivals.wait();
  }

  /** Closes it, unless that was done before. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (this.#arrivals === undefined) close(this.number);
    else this.#arrivals.close();
  }
}
