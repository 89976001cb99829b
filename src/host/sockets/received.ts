import { SCM_MAX_FD } from '../../linux/limits.ts';
import { CMSG_HEADER_SIZE, MessageHeader, SCM_PIDFD, SCM_RIGHTS, SOL_SOCKET } from '../../linux/sockets.ts';
import { NativeMemory } from '../memory.ts';

/*
 * The control messages that come with a message (recvmsg(2), cmsg(3)). What is in them was written by the host.
 */

/** Host descriptors that came with a message. */
export type Received = {
  /** Those that the sender sent, in order. */
  readonly sent: readonly number[];
  /** Those that were not sent. */
  readonly others: readonly number[];
};

/** Room for control messages, and a message header that names it. */
export class ControlRoom {
  readonly #memory = new NativeMemory(CMSG_HEADER_SIZE + SCM_MAX_FD * 4);

  /** Writes into a header that there is room for exactly `count` descriptors: with none, the host closes all. */
  offer(header: NativeMemory, count: number): void {
    const { view } = header;
    const length = count === 0 ? 0 : CMSG_HEADER_SIZE + Math.min(count, SCM_MAX_FD) * 4;
    view.setBigUint64(MessageHeader.control, BigInt(length === 0 ? 0 : this.#memory.address), true);
    view.setBigUint64(MessageHeader.controlLength, BigInt(length), true);
  }

  /** The descriptors that came with the message which the host has just put behind the header. */
  take(header: NativeMemory): Received {
    const sent: number[] = [];
    const others: number[] = [];
    const { view } = this.#memory;
    const end = Number(header.view.getBigUint64(MessageHeader.controlLength, true));
    for (let at = 0; at + CMSG_HEADER_SIZE <= end; ) {
      const length = Number(view.getBigUint64(at, true));
      if (length < CMSG_HEADER_SIZE || at + length > end) break;
      const level = view.getInt32(at + 8, true);
      const type = view.getInt32(at + 12, true);
      const list = level === SOL_SOCKET && type === SCM_RIGHTS ? sent : others;
      if (list === sent || (level === SOL_SOCKET && type === SCM_PIDFD)) {
        for (let item = at + CMSG_HEADER_SIZE; item + 4 <= at + length; item += 4)
          list.push(view.getInt32(item, true));
      }
      at += Math.ceil(length / 8) * 8;
    }
    return { sent, others };
  }
}
