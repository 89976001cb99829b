// Shows the routers on the way to a host, as traceroute(8) does. It holds neither a raw socket nor the right to make one: the
// service `socket` gives it one socket that only sends, to this host, and one that only receives. The service `dns` tells
// it names of IPv4 addresses, and nothing else.
import { program, service, text, writable } from 'cloudabi/program';
import { type Packet, PacketSocket } from 'cloudabi/services';

const FIRST_PORT = 33434;
const MOST_ROUTERS = 30;
/** Milliseconds until a router counts as silent. */
const PATIENCE = 3000;

const TIME_EXCEEDED = 11;
const UNREACHABLE = 3;
const UDP_PROTOCOL = 17;
/** The least header of IPv4, and what stands behind that of an error of ICMP (RFC 792). */
const IP_HEADER = 20;
const ICMP_HEADER = 8;

/** The bytes behind a header of IPv4; undefined if there is none. */
function behindHeader(packet: Uint8Array): Uint8Array | undefined {
  const [first = 0] = packet;
  const length = (first & 0xf) * 4;
  return first >> 4 === 4 && length >= IP_HEADER && packet.length >= length
    ? packet.subarray(length)
    : undefined;
}

/** The type of an error about a packet of UDP to a port; undefined for any other packet. */
function errorAbout(packet: Uint8Array, port: number): number | undefined {
  const message = behindHeader(packet);
  const [type] = message ?? [];
  if (message === undefined || (type !== TIME_EXCEEDED && type !== UNREACHABLE)) return undefined;
  const quoted = message.subarray(ICMP_HEADER);
  const datagram = behindHeader(quoted);
  if (datagram === undefined || datagram.length < 4 || quoted[9] !== UDP_PROTOCOL) return undefined;
  return new DataView(datagram.buffer, datagram.byteOffset).getUint16(2) === port ? type : undefined;
}

export default program(
  { schema: { host: text(), names: service('dns'), output: writable(), sockets: service('socket') } },
  async ({ host, names, output, sockets }) => {
    const icmp = { family: 'ipv4', type: 'raw', protocol: 'icmp', access: ['receive'] } as const;
    const udp = { family: 'ipv4', type: 'datagram', protocol: 'udp', access: ['send'], peer: host } as const;
    using answers = new PacketSocket(await sockets.open(icmp));
    let next: Promise<Packet> | undefined;

    /** Waits for the error about the packet to a port. */
    const hear = async (
      port: number,
    ): Promise<{ readonly router: string; readonly type: number } | undefined> => {
      let timer: NodeJS.Timeout | undefined;
      const silence = new Promise<undefined>((resolve) => {
        timer = setTimeout(resolve, PATIENCE, undefined);
      });
      try {
        for (;;) {
          next ??= answers.receive();
          const packet = await Promise.race([next, silence]);
          if (packet === undefined) return undefined;
          next = undefined;
          const type = errorAbout(packet.bytes, port);
          if (type !== undefined) return { router: packet.from?.address ?? host, type };
        }
      } finally {
        clearTimeout(timer);
      }
    };

    for (let ttl = 1; ttl <= MOST_ROUTERS; ttl++) {
      const port = FIRST_PORT + ttl;
      using probe = new PacketSocket(await sockets.open({ ...udp, port, ttl }));
      probe.send(Buffer.alloc(32));
      const answer = await hear(port);
      if (answer === undefined) output.write(`${ttl}  *\n`);
      else {
        const { name } = await names
          .getnameinfo({ address: answer.router })
          .catch(() => ({ name: undefined }));
        output.write(`${ttl}  ${name ?? answer.router} (${answer.router})\n`);
        if (answer.type === UNREACHABLE) break;
      }
    }
    next?.catch(() => undefined);
    output.end();
  },
);
