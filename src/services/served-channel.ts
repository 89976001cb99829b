import { close, setFlags } from '../host/files/files.ts';
import { makeSocketPair } from '../host/files/new-descriptors.ts';
import { O_NONBLOCK, O_RDWR } from '../linux/open-flags.ts';
import { EPOLLERR, EPOLLHUP, EPOLLIN, EPOLLOUT } from '../linux/waiting.ts';
import { decodeValue, encodeFrame, type Frame, MAX_REPLY, MAX_REQUEST } from './frame.ts';
import { FrameSocket } from './frame-socket.ts';
import { narrowLimits, type SomeLimits } from './limit.ts';
import type { OnEvents } from './loop.ts';
import { performCall, type RunningService } from './perform.ts';
import { readServiceRequest, type ServiceRequest, writeFailure, writeResult } from './request.ts';
import type { RequestChannel } from './service.ts';
import { asServiceError, ServiceError } from './service-error.ts';
import { Passed, passedIn, type Wire } from './wire.ts';

/** The bounds that all channels of a process share. */
export type ChannelBounds = {
  /** Channels that are open. */
  channels: number;
  /** Bytes of answers that clients have not read. */
  unread: number;
};

/** Channels that one process serves; each costs it two descriptors' worth of the host. */
export const MOST_CHANNELS = 4096;

/** Bytes of answers that clients of one process may leave unread: beyond, the next such client loses its channel. */
const MOST_UNREAD = 0x2000000;

/** An event loop that channels are served in. */
export type ChannelLoop = {
  /** Watches a descriptor. @param events EPOLLIN, EPOLLOUT or 0. */
  watch(descriptor: number, events: number, onEvents: OnEvents): void;
  /** Changes the events for which a descriptor is watched. */
  change(descriptor: number, events: number): void;
  /** Stops watching a descriptor, and closes it. */
  close(descriptor: number): void;
  /** Says that a promise is under way, whose handler needs turns of Node's event loop. */
  enterNode(): void;
  leaveNode(): void;
};

/** The facts that channels of one process share. */
export type ChannelHouse = { readonly loop: ChannelLoop; readonly bounds: ChannelBounds };

/**
 * The end of a channel in a process of services. Its limits live here, where no client can change them; a request is
 * carried out with those of the moment when its turn comes, and the next one waits for its answer.
 */
export class ServedChannel implements RequestChannel<SomeLimits, unknown> {
  readonly #running: RunningService;
  readonly #house: ChannelHouse;
  readonly #socket: FrameSocket;
  readonly #ended = new AbortController();
  #limits: SomeLimits;
  state: unknown;
  #busy = false;
  #unread = 0;
  #isOpen = true;

  /** @param descriptor The server's end of the socket pair, which belongs to this object from now on. */
  constructor(
    running: RunningService,
    house: ChannelHouse,
    descriptor: number,
    limits: SomeLimits,
    state: unknown,
  ) {
    this.#running = running;
    this.#house = house;
    this.#limits = limits;
    this.state = state;
    setFlags(descriptor, O_RDWR | O_NONBLOCK);
    this.#socket = new FrameSocket(descriptor, MAX_REQUEST);
    house.bounds.channels++;
    house.loop.watch(descriptor, EPOLLIN, (events) => this.#onEvents(events));
  }

  get limits(): SomeLimits {
    return this.#limits;
  }

  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  #onEvents(events: number): void {
    if (this.#socket.isSending) {
      if (!this.#socket.flush()) {
        this.close();
        return;
      }
      if (this.#socket.isSending) {
        if ((events & (EPOLLHUP | EPOLLERR)) !== 0) this.close();
        return;
      }
      this.#setUnread(0);
      if (!this.#busy) this.#house.loop.change(this.#socket.descriptor, EPOLLIN);
      return;
    }
    if (this.#busy) {
      // The client is gone, and with it the only reader of the answer.
      if ((events & (EPOLLHUP | EPOLLERR)) !== 0) this.close();
      return;
    }
    this.#work();
  }

  /** Answers the requests that are here, until one has to be waited for. */
  #work(): void {
    while (this.#isOpen && !this.#busy && !this.#socket.isSending) {
      const frame = this.#socket.receive();
      if (frame === 'again') return;
      if (frame === 'end') {
        this.close();
        return;
      }
      if (frame === 'broken') {
        this.#answer(writeFailure(new ServiceError('EBADMSG', 'This is no message of a channel')));
        this.close();
        return;
      }
      this.#take(frame);
    }
  }

  #take({ bytes, descriptors }: Frame): void {
    let given: readonly Passed[] = descriptors.map((descriptor) => new Passed(descriptor));
    try {
      const value = decodeValue(bytes, given);
      given = passedIn(value);
      const found = this.#perform(readServiceRequest(value));
      if (found instanceof Promise) {
        this.#wait(found, given);
        return;
      }
      this.#answer(writeResult(found));
    } catch (error) {
      this.#answer(writeFailure(asServiceError(error)));
    }
    closeUntaken(given);
  }

  #wait(found: Promise<Wire>, given: readonly Passed[]): void {
    this.#busy = true;
    const { loop } = this.#house;
    // Neither read nor written meanwhile; the end of the client is told in any case.
    loop.change(this.#socket.descriptor, 0);
    loop.enterNode();
    void found
      .then(writeResult, (error: unknown) => writeFailure(asServiceError(error)))
      .then((answer) => {
        loop.leaveNode();
        closeUntaken(given);
        this.#busy = false;
        if (!this.#isOpen) {
          for (const { descriptor } of passedIn(answer)) close(descriptor);
          return;
        }
        loop.change(this.#socket.descriptor, EPOLLIN);
        this.#answer(answer);
        this.#work();
      });
  }

  /** Carries a request out. */
  #perform(request: ServiceRequest): Wire | Promise<Wire> {
    switch (request.call) {
      case 'clone':
        return this.#clone();
      case 'limit':
        this.#limits = narrowLimits(this.#running.service.limits, this.#limits, request.given);
        return null;
      default:
        return performCall(this.#running, request, this);
    }
  }

  #clone(): Wire {
    return new Passed(openChannel(this.#running, this.#house, this.#limits, structuredClone(this.state)));
  }

  /** Sends an answer; the descriptors in it go with it. */
  #answer(value: Wire): void {
    let frame: Frame;
    try {
      frame = encodeFrame(value, MAX_REPLY);
    } catch (error) {
      for (const { descriptor } of passedIn(value)) close(descriptor);
      frame = encodeFrame(writeFailure(asServiceError(error)), MAX_REPLY);
    }
    const sent = this.#socket.send(frame);
    for (const descriptor of frame.descriptors) close(descriptor);
    if (!sent) {
      this.close();
      return;
    }
    if (!this.#socket.isSending) return;
    this.#setUnread(frame.bytes.length);
    if (this.#house.bounds.unread > MOST_UNREAD) {
      this.close();
      return;
    }
    this.#house.loop.change(this.#socket.descriptor, EPOLLOUT);
  }

  #setUnread(bytes: number): void {
    this.#house.bounds.unread += bytes - this.#unread;
    this.#unread = bytes;
  }

  /** Closes the channel. Handlers that still work for it hear of that through `signal`. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#setUnread(0);
    this.#house.bounds.channels--;
    this.#socket.drop();
    this.#house.loop.close(this.#socket.descriptor);
    this.#ended.abort();
  }
}

/**
 * Opens another channel to a running service.
 *
 * @returns The client's end, a host descriptor with FD_CLOEXEC.
 * @throws ServiceError `EMFILE`
 */
export function openChannel(
  running: RunningService,
  house: ChannelHouse,
  limits: SomeLimits,
  state: unknown,
): number {
  if (house.bounds.channels >= MOST_CHANNELS)
    throw new ServiceError('EMFILE', `There are ${MOST_CHANNELS} channels already`);
  const [ours, theirs] = makeSocketPair();
  new ServedChannel(running, house, ours, limits, state);
  return theirs;
}

function closeUntaken(given: readonly Passed[]): void {
  for (const passed of given) if (!passed.isTaken) close(passed.descriptor);
}
