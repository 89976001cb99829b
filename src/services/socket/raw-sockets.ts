import { close } from '../../host/files/files.ts';
import { makePacketSocket } from '../../host/sockets/socket-setup.ts';
import { IPPROTO_ICMP } from '../../linux/sockets.ts';

/** Tells whether this process may make raw sockets, by making one: it needs CAP_NET_RAW over its network (raw(7)). */
export function mayMakeRawSockets(): boolean {
  const socket = makePacketSocket('ipv4', 'raw', IPPROTO_ICMP);
  if (socket < 0) return false;
  close(socket);
  return true;
}
