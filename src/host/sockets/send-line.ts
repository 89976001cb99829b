import { IOVEC_SIZE } from '../../linux/limits.ts';
import { NativeMemory } from '../memory.ts';
import { sendDescriptors } from './messages.ts';

/** Bytes of a line, at most. */
const LONGEST = 4096;

/** Memory that is mapped stays. */
let room: NativeMemory | undefined;

/**
 * Sends a line with a descriptor, whole.
 *
 * @param line Without its end; at most 4095 bytes.
 * @returns False when the peer does not take it.
 */
export function sendLineWith(socket: number, line: string, descriptor: number): boolean {
  room ??= new NativeMemory(LONGEST);
  const bytes = Buffer.from(`${line}\n`);
  if (bytes.length > LONGEST) throw new RangeError('The line is too long');
  room.bytes.set(bytes);
  const vector = Buffer.alloc(IOVEC_SIZE);
  vector.writeBigUInt64LE(BigInt(room.address), 0);
  vector.writeBigUInt64LE(BigInt(bytes.length), 8);
  return sendDescriptors(socket, vector, [descriptor]) === bytes.length;
}
