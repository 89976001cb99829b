import { MessageHeader, MSG_CMSG_CLOEXEC } from '../../linux/sockets.ts';
import { NativeMemory } from '../memory.ts';
import { ControlRoom } from '../sockets/received.ts';
import { receive } from '../sockets/sockets.ts';
import { ANNOUNCED } from './records.ts';

/** A socket that came with its announcement: its kind (`PumpSocketKind`), and its port or its number in the pump. */
export type AnnouncedSocket = {
  readonly kind: number;
  readonly number: number;
  /** A host descriptor. */
  readonly descriptor: number;
};

/** The most descriptors of one message. */
const MOST_AT_ONCE = 250;

/** Receives messages with announced sockets, one after the other. The memory of an object is mapped once and stays. */
export class AnnouncedSockets {
  readonly #header = new NativeMemory(MessageHeader.size + 16 + ANNOUNCED * MOST_AT_ONCE);
  readonly #control = new ControlRoom();

  /**
   * Waits for the next message.
   *
   * @returns Its sockets, whose descriptors the caller closes; `undefined` when no more comes.
   */
  next(socket: number): readonly AnnouncedSocket[] | undefined {
    const { view } = this.#header;
    const vector = MessageHeader.size;
    const data = vector + 16;
    view.setBigUint64(MessageHeader.vectors, BigInt(this.#header.at(vector)), true);
    view.setBigUint64(MessageHeader.count, 1n, true);
    view.setBigUint64(vector, BigInt(this.#header.at(data)), true);
    view.setBigUint64(vector + 8, BigInt(ANNOUNCED * MOST_AT_ONCE), true);
    this.#control.offer(this.#header, MOST_AT_ONCE);
    if (receive(socket, this.#header.address, MSG_CMSG_CLOEXEC) <= 0) return undefined;
    return this.#control.take(this.#header).sent.map((descriptor, index) => ({
      kind: view.getUint16(data + ANNOUNCED * index, true),
      number: view.getUint16(data + ANNOUNCED * index + 2, true),
      descriptor,
    }));
  }
}
