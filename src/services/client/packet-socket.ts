import { NativeMemory } from '../../host/memory.ts';
import { AwaitedDescriptor } from '../../host/sockets/awaited-descriptor.ts';
import { MessageFlags, receive, send } from '../../host/sockets/sockets.ts';
import { LinuxErrno } from '../../linux/errno.ts';
import { IOVEC_SIZE } from '../../linux/limits.ts';
import { MessageHeader, MSG_DONTWAIT } from '../../linux/sockets.ts';
import { formatAddress } from '../../network/address.ts';
import { ServiceError } from '../service-error.ts';
import { SENDER_SIZE } from '../socket/packet-pump.ts';
import type { Passed } from '../wire.ts';

/** A packet, and its sender where the socket has no single peer. */
export type Packet = {
  readonly bytes: Uint8Array;
  readonly from: { readonly address: string; readonly port: number } | undefined;
};

const MOST_BYTES = 65_536 + SENDER_SIZE;
const BYTES_AT = MessageHeader.size + IOVEC_SIZE;

let room: NativeMemory | undefined;

/** A socket of service `socket`: what is sent goes to its peer, and what is received has come from a peer within the limits. */
export class PacketSocket {
  readonly #descriptor: AwaitedDescriptor;
  readonly #addressed: boolean;

  /** @param opened The answer to `open`; the descriptor in it belongs to this object from now on. */
  constructor({ socket, addressed }: { readonly socket: Passed; readonly addressed: boolean }) {
    this.#descriptor = new AwaitedDescriptor(socket.take());
    this.#addressed = addressed;
  }

  /** The host descriptor, a UNIX socket of type SOCK_SEQPACKET. */
  get fd(): number {
    return this.#descriptor.number;
  }

  /**
   * Sends a packet to the peer.
   *
   * @throws ServiceError `EPIPE` for a socket that only receives, or whose service has ended; `EMSGSIZE`.
   */
  send(bytes: Uint8Array): void {
    if (bytes.length > MOST_BYTES) throw new ServiceError('EMSGSIZE', 'The packet is too long');
    room ??= new NativeMemory(BYTES_AT + MOST_BYTES);
    room.bytes.set(bytes, BYTES_AT);
    let count = this.#descriptor.isOpen
      ? send(this.#descriptor.number, room.at(BYTES_AT), bytes.length)
      : -LinuxErrno.EPIPE;
    while (count === -LinuxErrno.EINTR)
      count = send(this.#descriptor.number, room.at(BYTES_AT), bytes.length);
    if (count < 0) throw new ServiceError('EPIPE', 'The socket sends nothing, or its service has ended');
  }

  /** Waits for the next packet. @throws ServiceError `EPIPE` for a socket that only sends, or whose service has ended. */
  async receive(): Promise<Packet> {
    for (;;) {
      const bytes = this.#take();
      if (bytes !== undefined) return this.#read(bytes);
      await this.#descriptor.arrival();
    }
  }

  /** Closes it. */
  close(): void {
    this.#descriptor.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** @returns `undefined` when nothing has come. */
  #take(): Uint8Array | undefined {
    if (!this.#descriptor.isOpen) throw new ServiceError('EPIPE', 'The socket is closed');
    room ??= new NativeMemory(BYTES_AT + MOST_BYTES);
    const { view } = room;
    room.bytes.fill(0, 0, BYTES_AT);
    view.setBigUint64(MessageHeader.size, BigInt(room.at(BYTES_AT)), true);
    view.setBigUint64(MessageHeader.size + 8, BigInt(MOST_BYTES), true);
    view.setBigUint64(MessageHeader.vectors, BigInt(room.at(MessageHeader.size)), true);
    view.setBigUint64(MessageHeader.count, 1n, true);
    const count = receive(this.#descriptor.number, room.address, MSG_DONTWAIT | MessageFlags.closeOnExec);
    if (count === -LinuxErrno.EAGAIN || count === -LinuxErrno.EINTR) return undefined;
    if (count <= 0) throw new ServiceError('EPIPE', 'The socket receives nothing, or its service has ended');
    return room.bytes.slice(BYTES_AT, BYTES_AT + count);
  }

  #read(bytes: Uint8Array): Packet {
    if (!this.#addressed) return { bytes, from: undefined };
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (bytes.length < SENDER_SIZE) throw new ServiceError('EBADMSG', 'The packet has no sender');
    const family = bytes[0] === 4 ? 'ipv4' : 'ipv6';
    const address = formatAddress({
      family,
      bytes: [...bytes.subarray(4, family === 'ipv4' ? 8 : SENDER_SIZE)],
    });
    return { bytes: bytes.subarray(SENDER_SIZE), from: { address, port: view.getUint16(2) } };
  }
}
