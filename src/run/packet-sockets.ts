import { Socket } from 'node:net';
import { readSocketLines } from '../control/json-lines.ts';
import { close } from '../host/files/files.ts';
import { sendLineWith } from '../host/sockets/send-line.ts';
import {
  bindSocket,
  connectSocket,
  makePacketSocket,
  SocketOptionNames,
  setOption,
} from '../host/sockets/socket-setup.ts';
import { errnoName, LinuxErrno } from '../linux/errno.ts';
import { ANY_ADDRESSES } from '../network/address.ts';
import { readSocketLine } from '../services/socket/messages.ts';
import {
  allowsSocket,
  type PacketGrant,
  protocolNumber,
  type SocketRequest,
} from '../services/socket/socket-grant.ts';

/** The longest line of the service, in UTF-16 units. */
const LONGEST_LINE = 4096;

/** Seconds for connect(2), which only notes the peer of such a socket. */
const PATIENCE = 1;

/**
 * The part of the launcher that makes sockets for packets. The service may be compromised: each request is checked here by the
 * limits of the grant. No other process has the capability for raw sockets.
 */
export class PacketSockets {
  readonly #sockets: readonly PacketGrant[];
  readonly #socket: number;
  readonly #stream: Socket;

  /** @param socket Host descriptor of our end of the socket to the service, which belongs to this object from now on. */
  constructor(socket: number, sockets: readonly PacketGrant[]) {
    this.#sockets = sockets;
    this.#socket = socket;
    this.#stream = new Socket({ fd: socket, readable: true, writable: true });
    this.#stream.on('error', () => this.close());
    this.#stream.unref();
    readSocketLines(this.#stream, (value) => this.#answer(readSocketLine(value)), LONGEST_LINE);
  }

  close(): void {
    this.#stream.destroy();
  }

  #answer(request: SocketRequest | undefined): void {
    const made = request === undefined ? -LinuxErrno.EINVAL : this.#make(request);
    if (made < 0) {
      // The capability is missing.
      const code = made === -LinuxErrno.EPERM ? 'EACCES' : errnoName(-made);
      if (!this.#stream.destroyed) this.#stream.write(`${code}\n`);
      return;
    }
    // A service that does not read is compromised or gone.
    if (this.#stream.writableLength > 0 || !sendLineWith(this.#socket, 'ok', made)) this.close();
    close(made);
  }

  /** @returns A host descriptor, or `-errno`. */
  #make(request: SocketRequest): number {
    if (!this.#sockets.some((grant) => allowsSocket(grant, request))) return -LinuxErrno.EACCES;
    const { family, type, protocol } = request;
    const socket = makePacketSocket(family, type, protocolNumber(protocol));
    if (socket < 0) return socket;
    const result = setUp(socket, request);
    if (result === 0) return socket;
    close(socket);
    return result;
  }
}

function setUp(socket: number, { family, protocol, peer, port = 0, localPort, ttl }: SocketRequest): number {
  const { broadcast, ipv4Hops, ipv6Hops, ipv6Only, reuseAddress } = SocketOptionNames;
  let result = 0;
  // Addresses such as ::ffff:192.0.2.7 are those of the other family, which the grant does not name.
  if (protocol === 'udp' && family === 'ipv6') result = setOption(socket, ipv6Only, 1);
  if (result === 0 && ttl !== undefined)
    result = setOption(socket, family === 'ipv4' ? ipv4Hops : ipv6Hops, ttl);
  if (result === 0 && protocol === 'udp' && family === 'ipv4') result = setOption(socket, broadcast, 1);
  if (result === 0 && localPort !== undefined) {
    const any = ANY_ADDRESSES[family === 'ipv4' ? 0 : 1];
    result = setOption(socket, reuseAddress, 1);
    if (result === 0)
      result = bindSocket(socket, { family, host: Uint8Array.from(any.bytes), port: localPort });
  }
  if (result === 0 && peer !== undefined)
    result = connectSocket(socket, { family, host: Uint8Array.from(peer.bytes), port }, PATIENCE);
  return result;
}
