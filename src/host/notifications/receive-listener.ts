import { MessageHeader, MSG_CMSG_CLOEXEC } from '../../linux/sockets.ts';
import { NativeMemory } from '../memory.ts';
import { ControlRoom } from '../sockets/received.ts';
import { receive } from '../sockets/sockets.ts';

/**
 * Waits for a descriptor that a new process sends over a socket.
 *
 * @returns A host descriptor; `undefined` when the other end closes without one.
 */
export function receiveListener(socket: number): number | undefined {
  const header = new NativeMemory(MessageHeader.size + 32);
  const control = new ControlRoom();
  const { view } = header;
  const vector = MessageHeader.size;
  view.setBigUint64(MessageHeader.vectors, BigInt(header.at(vector)), true);
  view.setBigUint64(MessageHeader.count, 1n, true);
  view.setBigUint64(vector, BigInt(header.at(vector + 16)), true);
  view.setBigUint64(vector + 8, 8n, true);
  control.offer(header, 1);
  if (receive(socket, header.address, MSG_CMSG_CLOEXEC) <= 0) return undefined;
  return control.take(header).sent[0];
}
