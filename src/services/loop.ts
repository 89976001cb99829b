import { readlinkSync } from 'node:fs';
import { NumericListing } from '../host/files/directories.ts';
import { close } from '../host/files/files.ts';
import { NativeMemory } from '../host/memory.ts';
import { syscall } from '../host/syscall.ts';
import { check } from '../host/system-error.ts';
import { architecture } from '../linux/architecture.ts';
import { LinuxErrno } from '../linux/errno.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import { EPOLL_CLOEXEC, EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD, EPOLLIN } from '../linux/waiting.ts';

const EPOLL_CREATE1 = callNumberOf('epoll_create1');
const EPOLL_CTL = callNumberOf('epoll_ctl');
const EPOLL_PWAIT = callNumberOf('epoll_pwait');

/** `struct epoll_event`: u32 events, u64 data; packed on x86-64 alone (epoll_ctl(2)). */
const EVENT = architecture === 'x64' ? { size: 12, data: 4 } : { size: 16, data: 8 };

/** Events that are taken at once. */
const MOST_EVENTS = 64;

/** The longest wait in milliseconds while a timer of Node's runs: its event loop does not tell when it is due. */
const TIMER_WAIT = 10;

/**
 * Turns of Node's loop after the last event: it begins to wait for a descriptor in the turn after the one in which the descriptor
 * came to it, and nothing wakes us for that descriptor before.
 */
const SETTLING = 2;

/** The longest wait in milliseconds while something of Node's is under way, should an event have come in the last of them. */
const NODE_WAIT = 1000;

/** Called with the events of epoll_wait(2) of a descriptor. */
export type OnEvents = (events: number) => void;

/**
 * The event loop of a process of services. It waits for channels itself, because Node's streams take no descriptors from
 * messages, and because a request is answered in a third of the time. Node's own loop gets its turn while something
 * of Node's is under way (`enterNode`): its descriptor is one of those that are waited for.
 */
export class ServiceLoop {
  readonly #epoll: number;
  readonly #loops: readonly number[];
  readonly #memory = new NativeMemory((1 + MOST_EVENTS) * 16);
  readonly #watched = new Map<number, OnEvents>();
  readonly #channels = new Set<number>();
  #node = 0;
  /** Turns that Node's loop gets before this one waits. */
  #unsettled = 0;
  #held = 0;

  /** @throws SystemError */
  constructor() {
    // Those of Node's threads wake us for nothing now and then; which one is that of this thread cannot be told.
    this.#loops = eventLoopsOfNode();
    this.#epoll = check(syscall(EPOLL_CREATE1, EPOLL_CLOEXEC), 'epoll_create1');
    for (const loop of this.#loops) this.#control(EPOLL_CTL_ADD, loop, EPOLLIN);
  }

  /** The host descriptor that has to stay open. */
  get descriptor(): number {
    return this.#epoll;
  }

  /**
   * Watches a descriptor.
   *
   * @param events EPOLLIN, EPOLLOUT or 0.
   * @param kind The loop runs as long as there are channels; a `held` descriptor of a service does not keep it.
   */
  watch(descriptor: number, events: number, onEvents: OnEvents, kind: 'channel' | 'held' = 'channel'): void {
    this.#watched.set(descriptor, onEvents);
    if (kind === 'channel') this.#channels.add(descriptor);
    this.#control(EPOLL_CTL_ADD, descriptor, events);
  }

  /** Changes the events for which a descriptor is watched. */
  change(descriptor: number, events: number): void {
    this.#control(EPOLL_CTL_MOD, descriptor, events);
  }

  /** Stops watching a descriptor; before it is closed. */
  unwatch(descriptor: number): void {
    if (!this.#watched.delete(descriptor)) return;
    this.#channels.delete(descriptor);
    this.#control(EPOLL_CTL_DEL, descriptor, 0);
  }

  /** Stops watching a descriptor, and closes it. */
  close(descriptor: number): void {
    this.unwatch(descriptor);
    close(descriptor);
  }

  /** Says that a promise or a stream of Node's is under way: its event loop gets its turns until `leaveNode`. */
  enterNode(): void {
    this.#node++;
  }

  /** Ends an `enterNode`. */
  leaveNode(): void {
    this.#node--;
  }

  /**
   * Goes on, with turns for Node's event loop, until the returned function is called: for a socket of Node's that outlives the
   * request which has made it.
   */
  hold(): () => void {
    this.#held++;
    this.enterNode();
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#held--;
      this.leaveNode();
    };
  }

  /** Runs until no channel is watched any more, and nothing is held. */
  run(): Promise<void> {
    return new Promise((resolve, reject) => {
      const turn = (): void => {
        try {
          while (this.#channels.size > 0 || this.#held > 0) {
            const isSettling = this.#unsettled > 0 && this.#node > 0;
            const forNode = this.#take(this.#wait(isSettling ? 0 : this.#patience()));
            if (forNode || this.#node > 0) {
              this.#unsettled = isSettling && !forNode ? this.#unsettled - 1 : SETTLING;
              setImmediate(turn);
              return;
            }
          }
          resolve();
        } catch (error) {
          reject(error);
        }
      };
      turn();
    });
  }

  /** Milliseconds to wait; -1 without an end. */
  #patience(): number {
    if (this.#node === 0) return -1;
    return process.getActiveResourcesInfo().includes('Timeout') ? TIMER_WAIT : NODE_WAIT;
  }

  #wait(milliseconds: number): number {
    const count = syscall(EPOLL_PWAIT, this.#epoll, this.#memory.at(16), MOST_EVENTS, milliseconds, 0, 8);
    return count === -LinuxErrno.EINTR ? 0 : check(count, 'epoll_pwait');
  }

  /** @returns True if the event loop of Node has something to do. */
  #take(count: number): boolean {
    const { view } = this.#memory;
    const found: [number, number][] = [];
    for (let index = 0; index < count; index++) {
      const at = 16 + index * EVENT.size;
      found.push([view.getUint32(at + EVENT.data, true), view.getUint32(at, true)]);
    }
    // A function may stop the watch of a descriptor that comes later.
    const ours = found.filter(([descriptor]) => !this.#loops.includes(descriptor));
    for (const [descriptor, events] of ours) this.#watched.get(descriptor)?.(events);
    return ours.length < found.length;
  }

  #control(operation: number, descriptor: number, events: number): void {
    const { view } = this.#memory;
    view.setUint32(0, events, true);
    view.setBigUint64(EVENT.data, BigInt(descriptor), true);
    check(
      syscall(EPOLL_CTL, this.#epoll, operation, descriptor, this.#memory.address),
      'epoll_ctl',
      `of descriptor ${descriptor}`,
    );
  }
}

function eventLoopsOfNode(): number[] {
  const listing = new NumericListing('/proc/self/fd');
  const loops = listing.read().filter((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`) === 'anon_inode:[eventpoll]';
    } catch {
      return false;
    }
  });
  listing.close();
  return loops;
}
