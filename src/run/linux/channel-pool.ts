import type { ServiceChannel } from '../../services/client/channel.ts';
import { ServiceError } from '../../services/service-error.ts';

/** Channels beside the first one. */
const MORE = 7;

/**
 * A channel and its clones. A channel answers its requests one after the other; the clones keep a slow answer from holding up
 * all others.
 */
export class ChannelPool {
  readonly #channels: ServiceChannel[];
  readonly #waiting = new Map<ServiceChannel, number>();
  #closed = false;

  /** @param first The channel, which belongs to this object from now on. */
  constructor(first: ServiceChannel) {
    this.#channels = [first];
    void this.#grow(first);
  }

  async #grow(first: ServiceChannel): Promise<void> {
    for (let count = 0; count < MORE && !this.#closed; count++) {
      try {
        const channel = await first.branch();
        if (this.#closed) channel.close();
        else this.#channels.push(channel);
      } catch (error) {
        // Without it, the others go on.
        if (error instanceof ServiceError) return;
        throw error;
      }
    }
  }

  /** Asks through the channel with the fewest requests that wait. */
  async use<Answer>(ask: (channel: ServiceChannel) => Promise<Answer>): Promise<Answer> {
    const [channel] = this.#channels.toSorted((a, b) => this.#load(a) - this.#load(b));
    if (channel === undefined) throw new ServiceError('EPIPE', 'The channel is closed');
    this.#waiting.set(channel, this.#load(channel) + 1);
    try {
      return await ask(channel);
    } finally {
      this.#waiting.set(channel, this.#load(channel) - 1);
    }
  }

  #load(channel: ServiceChannel): number {
    return this.#waiting.get(channel) ?? 0;
  }

  /** Closes all of them. */
  close(): void {
    this.#closed = true;
    for (const channel of this.#channels.splice(0)) channel.close();
  }
}
