import {
  IFA_ADDRESS,
  IFA_LOCAL,
  NETLINK_HEADER,
  NLM_F_ACK,
  NLM_F_CREATE,
  NLM_F_REQUEST,
  RT_SCOPE_HOST,
  RT_TABLE_LOCAL,
  RTA_OIF,
  RTA_PREFSRC,
  RTM_NEWADDR,
  RTM_NEWLINK,
  RTM_NEWROUTE,
  RTN_LOCAL,
  RTPROT_BOOT,
} from '../linux/netlink.ts';
import { AF_INET, AF_INET6, IFF_UP } from '../linux/sockets.ts';
import type { IpAddress } from '../network/address.ts';
import { PROGRAM_IPV4, PROGRAM_IPV6, RESOLVER_ADDRESS } from '../network/synthetic.ts';

/** The number of the loopback interface. */
export const LOOPBACK_INDEX = 1;

/** Messages for one sendto(2); an answer comes to the last of them, and to each that fails. */
export type RouteMessages = { readonly bytes: Uint8Array; readonly lastLength: number };

/**
 * Makes the messages of netlink(7) that switch the loopback interface on, give it addresses beside 127.0.0.1 and ::1, so
 * that programs take both families for usable, and let every address lead to it.
 */
export function routeMessages(): { readonly ipv4: RouteMessages; readonly ipv6: RouteMessages } {
  return {
    ipv4: packed([linkUp(), address(PROGRAM_IPV4), address(RESOLVER_ADDRESS), route(PROGRAM_IPV4)]),
    ipv6: packed([address(PROGRAM_IPV6), route(PROGRAM_IPV6)]),
  };
}

function packed(messages: readonly Buffer[]): RouteMessages {
  const last = messages.at(-1);
  if (last === undefined) throw new Error('There are no messages');
  last.writeUInt16LE(last.readUInt16LE(6) | NLM_F_ACK, 6);
  return { bytes: Buffer.concat(messages), lastLength: last.length };
}

/** `struct nlmsghdr` and its payload. All our parts have lengths that are multiples of four. */
function message(type: number, flags: number, parts: readonly Uint8Array[]): Buffer {
  const header = Buffer.alloc(NETLINK_HEADER);
  const bytes = Buffer.concat([header, ...parts]);
  bytes.writeUInt32LE(bytes.length, 0);
  bytes.writeUInt16LE(type, 4);
  bytes.writeUInt16LE(NLM_F_REQUEST | flags, 6);
  return bytes;
}

/** `struct rtattr`. */
function attribute(type: number, value: Uint8Array): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16LE(header.length + value.length, 0);
  header.writeUInt16LE(type, 2);
  return Buffer.concat([header, value]);
}

function linkUp(): Buffer {
  const info = Buffer.alloc(16);
  info.writeInt32LE(LOOPBACK_INDEX, 4);
  info.writeUInt32LE(IFF_UP, 8);
  info.writeUInt32LE(IFF_UP, 12);
  return message(RTM_NEWLINK, 0, [info]);
}

function familyOf({ family }: IpAddress): number {
  return family === 'ipv4' ? AF_INET : AF_INET6;
}

function address(own: IpAddress): Buffer {
  const bytes = Uint8Array.from(own.bytes);
  const info = Buffer.alloc(8);
  info[0] = familyOf(own);
  info[1] = 8 * bytes.length;
  info.writeUInt32LE(LOOPBACK_INDEX, 4);
  return message(RTM_NEWADDR, NLM_F_CREATE, [
    info,
    attribute(IFA_LOCAL, bytes),
    attribute(IFA_ADDRESS, bytes),
  ]);
}

/** The route of all addresses of a family; with IPv4, the program's connections come from its own address. */
function route(own: IpAddress): Buffer {
  const isIpv4 = own.family === 'ipv4';
  const info = Buffer.alloc(12);
  info[0] = familyOf(own);
  info[4] = RT_TABLE_LOCAL;
  info[5] = RTPROT_BOOT;
  info[6] = isIpv4 ? RT_SCOPE_HOST : 0;
  info[7] = RTN_LOCAL;
  const index = Buffer.alloc(4);
  index.writeInt32LE(LOOPBACK_INDEX);
  const source = isIpv4 ? [attribute(RTA_PREFSRC, Uint8Array.from(own.bytes))] : [];
  return message(RTM_NEWROUTE, NLM_F_CREATE, [info, attribute(RTA_OIF, index), ...source]);
}
