import { Arrivals } from '../host/sockets/arrivals.ts';
import { EPOLLIN, EPOLLOUT } from '../linux/waiting.ts';
import type { OnEvents } from './loop.ts';
import type { ChannelLoop } from './served-channel.ts';

/** Milliseconds until a client that does not read is written to again: libuv has no watch for that. */
const WRITE_PAUSE = 5;

type Watched = { readonly arrivals: Arrivals; readonly onEvents: OnEvents; events: number };

/** The event loop of Node, for a program that serves channels beside anything else that it does. */
export class NodeLoop implements ChannelLoop {
  readonly #watched = new Map<number, Watched>();

  watch(descriptor: number, events: number, onEvents: OnEvents): void {
    const watched = { arrivals: new Arrivals(descriptor), onEvents, events };
    this.#watched.set(descriptor, watched);
    this.#await(descriptor, watched);
  }

  change(descriptor: number, events: number): void {
    const watched = this.#watched.get(descriptor);
    if (watched === undefined) return;
    watched.events = events;
    if ((events & EPOLLIN) !== 0) this.#await(descriptor, watched);
    if ((events & EPOLLOUT) !== 0) setTimeout(() => this.#tell(descriptor, watched, EPOLLOUT), WRITE_PAUSE);
  }

  close(descriptor: number): void {
    const watched = this.#watched.get(descriptor);
    this.#watched.delete(descriptor);
    watched?.arrivals.close();
  }

  /** Node's loop has its turns by itself. */
  enterNode(): void {}

  leaveNode(): void {}

  #await(descriptor: number, watched: Watched): void {
    void watched.arrivals.wait().then(() => {
      this.#tell(descriptor, watched, EPOLLIN);
      if (this.#watched.get(descriptor) === watched && (watched.events & EPOLLIN) !== 0)
        this.#await(descriptor, watched);
    });
  }

  #tell(descriptor: number, watched: Watched, events: number): void {
    if (this.#watched.get(descriptor) !== watched || (watched.events & events) === 0) return;
    watched.onEvents(events);
    // Bytes are left that have not gone out.
    if (events === EPOLLOUT && (watched.events & EPOLLOUT) !== 0)
      setTimeout(() => this.#tell(descriptor, watched, EPOLLOUT), WRITE_PAUSE);
  }
}
