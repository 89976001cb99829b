import { IOVEC_SIZE } from '../../linux/limits.ts';
import { MessageHeader } from '../../linux/sockets.ts';
import { NativeMemory } from '../memory.ts';
import { MOST_DESCRIPTORS, sendDescriptors } from './messages.ts';
import { ControlRoom } from './received.ts';
import { MessageFlags, receive } from './sockets.ts';

/*
 * A process of Node's is started before its program is known. It waits for messages with descriptors; each
 * has four bytes, the number of descriptors that are still to come with it and after it.
 */

const COUNT = 4;

/** Memory in which a message is made: memory that is mapped stays. */
let room: NativeMemory | undefined;

/**
 * Hands descriptors to a process that waits for them.
 *
 * @param socket A UNIX stream socket, connected and blocking.
 * @returns False when the other end is gone.
 */
export function handOver(socket: number, descriptors: readonly number[]): boolean {
  room ??= new NativeMemory(COUNT);
  const count = room;
  const vector = Buffer.alloc(IOVEC_SIZE);
  vector.writeBigUInt64LE(BigInt(count.address), 0);
  vector.writeBigUInt64LE(BigInt(COUNT), 8);
  for (let at = 0; at < descriptors.length; at += MOST_DESCRIPTORS) {
    count.view.setUint32(0, descriptors.length - at, true);
    if (sendDescriptors(socket, vector, descriptors.slice(at, at + MOST_DESCRIPTORS)) < 0) return false;
  }
  return true;
}

/**
 * Waits for the messages of `handOver`.
 *
 * @returns The descriptors in order, with FD_CLOEXEC; `undefined` when the other side has gone.
 */
export function takeOver(socket: number): readonly number[] | undefined {
  const memory = new NativeMemory(MessageHeader.size + IOVEC_SIZE + COUNT);
  const at = { vector: MessageHeader.size, count: MessageHeader.size + IOVEC_SIZE };
  memory.view.setBigUint64(at.vector, BigInt(memory.at(at.count)), true);
  memory.view.setBigUint64(at.vector + 8, BigInt(COUNT), true);
  const room = new ControlRoom();
  const taken: number[] = [];
  for (;;) {
    memory.view.setBigUint64(MessageHeader.vectors, BigInt(memory.at(at.vector)), true);
    memory.view.setBigUint64(MessageHeader.count, 1n, true);
    room.offer(memory, MOST_DESCRIPTORS);
    if (receive(socket, memory.address, MessageFlags.closeOnExec | MessageFlags.waitall) !== COUNT)
      return undefined;
    const left = memory.view.getUint32(at.count, true);
    const { sent } = room.take(memory);
    taken.push(...sent);
    if (sent.length >= left) return taken;
    if (sent.length === 0) return undefined;
  }
}
