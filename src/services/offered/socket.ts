import { close } from '../../host/files/files.ts';
import { AF_UNIX, SOCK_CLOEXEC, SOCK_SEQPACKET } from '../../linux/sockets.ts';
import { commandsLimit, requireCommand } from '../command-limit.ts';
import { needed } from '../limit.ts';
import { brokerLines } from '../net/broker-lines.ts';
import { defineService, serviceCall } from '../service.ts';
import { isServiceErrorCode, ServiceError } from '../service-error.ts';
import { boolShape, descriptorShape, recordShape } from '../shape.ts';
import { readSocketRequest, requestFields, socketLine } from '../socket/messages.ts';
import { pumpPackets } from '../socket/packet-pump.ts';
import { mayMakeRawSockets } from '../socket/raw-sockets.ts';
import { allowsSender, allowsSocket } from '../socket/socket-grant.ts';
import { socketsLimit } from '../socket/sockets-limit.ts';
import { Passed } from '../wire.ts';

const commands = ['open'] as const;

/** Sockets of one grant that are open at once. */
const MOST_OPEN = 256;

/** Raw sockets and those for datagrams. */
export const socketService = defineService({
  name: 'socket',
  about:
    'Opens raw sockets and sockets for datagrams. The descriptor that comes back is a UNIX socket of type SOCK_SEQPACKET: each packet that is written to it goes to the one peer, and each that is read has come from a peer within the limits.',
  holds:
    'a socket to the launcher, which makes sockets within the same limits, and those that it has made. The capability CAP_NET_RAW, which raw sockets need, is the launcher’s alone',
  process: 'own',
  limits: {
    commands: commandsLimit(commands),
    sockets: needed(
      socketsLimit(
        'The sockets that can be opened. Without `access`, they send and receive; without `peers` and `ports`, with any host and port. `local_ports` are those that sockets of UDP can be bound to; without them, the kernel chooses.',
      ),
    ),
  },
  calls: {
    open: serviceCall(
      'Opens a socket. One that sends has a `peer`. One without a peer only receives, and `addressed` is true: before each packet stand 20 bytes with the address of its sender, 4 or 6, 0, two bytes of port, and the address. `ttl` is the number of routers that a packet passes at most.',
      requestFields,
      recordShape({ socket: descriptorShape, addressed: boolShape }),
    ),
  },
  state: null,
  walls: {
    calls: [
      { call: 'shutdown' },
      {
        call: 'socketpair',
        when: [
          { argument: 0, is: 'equal', value: AF_UNIX },
          { argument: 1, is: 'equal', value: SOCK_SEQPACKET | SOCK_CLOEXEC },
        ],
      },
    ],
  },
  hands: () => [{ protocol: 'stream', listening: false, connected: true }],
  warns: ({ sockets }) =>
    sockets.some(({ type }) => type === 'raw') && !mayMakeRawSockets()
      ? ["Service 'socket' can open no raw socket: this process lacks the capability CAP_NET_RAW"]
      : [],
  asks: ({ sockets }) => ({ kind: 'sockets', sockets }),
  prepare: () => ({ descriptors: {}, data: null }),
  start: ({ descriptors }, _, host) => {
    const ask = brokerLines(descriptors['launcher'] ?? -1, host);
    let open = 0;
    return {
      open: async (given, { limits }) => {
        requireCommand(limits, 'open');
        const request = readSocketRequest(given);
        const grants = limits.sockets.filter((grant) => allowsSocket(grant, request));
        if (grants.length === 0) throw new ServiceError('ENOTCAPABLE', 'The channel opens no such socket');
        if (open >= MOST_OPEN) throw new ServiceError('EMFILE', `There are ${MOST_OPEN} sockets already`);
        open++;
        try {
          const { text, descriptor } = await ask(socketLine(request));
          if (descriptor === undefined)
            throw new ServiceError(isServiceErrorCode(text) ? text : 'EIO', 'The socket cannot be opened');
          return { socket: new Passed(begin(descriptor)), addressed: request.peer === undefined };
        } catch (error) {
          open--;
          throw error;
        }
        function begin(descriptor: number): number {
          try {
            return pumpPackets(descriptor, host, {
              request,
              accepts: (sender, port) => grants.some((grant) => allowsSender(grant, sender, port)),
              onEnd: () => open--,
            });
          } catch (error) {
            close(descriptor);
            throw error;
          }
        }
      },
    };
  },
});
