import type { CallList } from '../host/processes/call-list.ts';
import { AF_INET, IFF_RUNNING, IFF_UP, SIOCSIFFLAGS, SOCK_CLOEXEC, SOCK_DGRAM } from '../linux/sockets.ts';

/** Bytes of `struct ifreq` (netdevice(7)), and the place of its value, such as flags. */
export const IFREQ_SIZE = 40;
export const IFREQ_VALUE = 16;

/** Switches on the loopback interface of a new network namespace (netdevice(7)). */
export function addLoopback(list: CallList): void {
  const words = 'switch on the loopback interface';
  const socket = list.slot('socket');
  const request = Buffer.alloc(IFREQ_SIZE);
  request.write('lo', 0);
  request.writeUInt16LE(IFF_UP | IFF_RUNNING, IFREQ_VALUE);
  list.call(words, 'socket', [AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0], { result: socket });
  list.call(words, 'ioctl', [socket, SIOCSIFFLAGS, list.data('lo up', [request])]);
  list.call(words, 'close', [socket]);
}
