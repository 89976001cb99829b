import { close } from '../../host/files/files.ts';
import { waitToRead } from '../../host/files/poll.ts';
import { AwaitedDescriptor } from '../../host/sockets/awaited-descriptor.ts';
import { decodeValue, encodeFrame, MAX_REPLY, MAX_REQUEST } from '../frame.ts';
import { FrameSocket, type ReceivedFrame } from '../frame-socket.ts';
import { readServiceAnswer, writeServiceRequest } from '../request.ts';
import { ServiceError } from '../service-error.ts';
import { descriptorShape } from '../shape.ts';
import { Passed, type Wire } from '../wire.ts';
import type { ServiceWay } from './client.ts';
import { readReply } from './read-reply.ts';

/** Milliseconds for which an answer is waited for without giving way: most are here by then. */
const SHORT_WAIT = 1;

/**
 * The client's end of a channel: sends requests, and receives their answers in the same order. Requests that are made
 * together wait for one another; a clone is answered beside.
 */
export class ServiceChannel implements ServiceWay {
  readonly #socket: FrameSocket;
  readonly #descriptor: AwaitedDescriptor;
  #turn: Promise<unknown> = Promise.resolve();

  /** @param descriptor A host descriptor, which belongs to this object from now on. */
  constructor(descriptor: number) {
    this.#descriptor = new AwaitedDescriptor(descriptor);
    this.#socket = new FrameSocket(descriptor, MAX_REPLY);
  }

  /** The host descriptor. */
  get fd(): number {
    return this.#socket.descriptor;
  }

  /**
   * Makes a request and waits for its answer in this thread.
   *
   * @returns The result. Descriptors in it are the caller's.
   * @throws ServiceError
   */
  call(name: string, given: Wire = new Map()): Wire {
    this.#send(name, given);
    return this.#answer(this.#socket.receive(true));
  }

  /** The same without holding this thread up for longer than a millisecond. */
  ask(name: string, given: Wire = new Map()): Promise<Wire> {
    const mine = this.#turn.then(() => {
      this.#send(name, given);
      return this.#later();
    });
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  /** Opens another channel with the limits that this one has now. */
  clone(): ServiceChannel {
    return new ServiceChannel(readReply(descriptorShape, this.call('clone')).take());
  }

  /** The same without holding this thread up. */
  async branch(): Promise<ServiceChannel> {
    return new ServiceChannel(readReply(descriptorShape, await this.ask('clone')).take());
  }

  /**
   * Narrows the limits; those that are not named stay.
   *
   * @throws ServiceError `ENOTCAPABLE` when one would be wider.
   */
  limit(limits: Wire): void {
    this.call('limit', limits);
  }

  /** Asks for the limits of now. */
  limits(): Wire {
    return this.call('limits');
  }

  /** Closes the channel. */
  close(): void {
    if (!this.#descriptor.isOpen) return;
    this.#socket.drop();
    this.#descriptor.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #send(name: string, given: Wire): void {
    if (!this.#descriptor.isOpen) throw new ServiceError('EPIPE', 'The channel is closed');
    if (!this.#socket.send(encodeFrame(writeServiceRequest(name, given), MAX_REQUEST)))
      throw new ServiceError('EPIPE', 'The service has ended');
  }

  async #later(): Promise<Wire> {
    waitToRead(this.fd, SHORT_WAIT);
    for (;;) {
      if (!this.#descriptor.isOpen) throw new ServiceError('EPIPE', 'The channel is closed');
      const frame = this.#socket.receive();
      if (frame !== 'again') return this.#answer(frame);
      await this.#descriptor.arrival();
    }
  }

  #answer(frame: ReceivedFrame): Wire {
    if (frame === 'end' || frame === 'again') throw new ServiceError('EPIPE', 'The service has ended');
    if (frame === 'broken') {
      this.close();
      throw new ServiceError('EBADMSG', 'The service does not speak in messages of a channel');
    }
    const descriptors = frame.descriptors.map((descriptor) => new Passed(descriptor));
    try {
      return readServiceAnswer(decodeValue(frame.bytes, descriptors));
    } catch (error) {
      for (const { descriptor } of descriptors) close(descriptor);
      throw error;
    }
  }
}
