import { waitToRead } from '../../host/files/poll.ts';
import { NativeMemory } from '../../host/memory.ts';
import { AwaitedDescriptor } from '../../host/sockets/awaited-descriptor.ts';
import { MessageFlags, receive, send } from '../../host/sockets/sockets.ts';
import { IOVEC_SIZE } from '../../linux/limits.ts';
import { MessageHeader, MSG_DONTWAIT } from '../../linux/sockets.ts';
import {
  isClientSignal,
  MAX_PROCESS_END,
  numberOfSignal,
  type ProgramEnd,
  readProcessEnd,
} from '../program/process-end.ts';
import { ServiceError } from '../service-error.ts';
import type { Passed } from '../wire.ts';

/**
 * A process that the holder of its descriptor controls: it can wait for its end, send signals and end it. The process ends
 * when the last copy of the descriptor is closed, unless it was started as a daemon or ends with its channel. A program that
 * passes the descriptor on passes the control on.
 */
export class ControlledProcess {
  readonly #descriptor: AwaitedDescriptor;

  /** @param descriptor The host descriptor, which belongs to this object from now on; or that of an answer. */
  constructor(descriptor: number | Passed) {
    this.#descriptor = new AwaitedDescriptor(typeof descriptor === 'number' ? descriptor : descriptor.take());
  }

  /** The host descriptor. */
  get fd(): number {
    return this.#descriptor.number;
  }

  /**
   * Waits for its end. Every holder of the descriptor learns it, and as often as it asks.
   *
   * @throws ServiceError `EPIPE` when the launcher has gone, and the process with it.
   */
  async ended(): Promise<ProgramEnd> {
    for (;;) {
      if (!this.#descriptor.isOpen)
        throw new ServiceError('EPIPE', 'The descriptor of the process is closed');
      if (waitToRead(this.#descriptor.number, 0)) return this.#look();
      await this.#descriptor.arrival();
    }
  }

  /**
   * Sends it a signal.
   *
   * @throws ServiceError `EINVAL` for one that a holder may not send, `EPIPE` when the process has ended.
   */
  signal(name: NodeJS.Signals): void {
    if (!isClientSignal(name))
      throw new ServiceError('EINVAL', `The holder of a process cannot send '${name}'`);
    // Its end has been told, and a byte would be lost.
    if (!this.#descriptor.isOpen || waitToRead(this.#descriptor.number, 0))
      throw new ServiceError('EPIPE', 'The process has ended');
    const memory = new NativeMemory(1);
    memory.bytes[0] = numberOfSignal(name) ?? 0;
    if (send(this.#descriptor.number, memory.address, 1) !== 1)
      throw new ServiceError('EPIPE', 'The process has ended');
  }

  /** Ends it, and all that it has started. */
  kill(): void {
    this.signal('SIGKILL');
  }

  /** Closes this copy of the descriptor. With the last one, the process ends. */
  close(): void {
    this.#descriptor.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Reads the message without taking it, so that other holders find it, too. */
  #look(): ProgramEnd {
    const vector = MessageHeader.size;
    const bytes = vector + IOVEC_SIZE;
    const memory = new NativeMemory(bytes + MAX_PROCESS_END);
    const { view } = memory;
    view.setBigUint64(vector, BigInt(memory.at(bytes)), true);
    view.setBigUint64(vector + 8, BigInt(MAX_PROCESS_END), true);
    view.setBigUint64(MessageHeader.vectors, BigInt(memory.at(vector)), true);
    view.setBigUint64(MessageHeader.count, 1n, true);
    const count = receive(this.#descriptor.number, memory.address, MessageFlags.peek | MSG_DONTWAIT);
    const end = count > 0 ? readProcessEnd(memory.bytes.slice(bytes, bytes + count)) : undefined;
    if (end === undefined) throw new ServiceError('EPIPE', 'The launcher of the process has gone');
    return end;
  }
}
