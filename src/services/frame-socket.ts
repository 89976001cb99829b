import { close } from '../host/files/files.ts';
import { NativeMemory } from '../host/memory.ts';
import { sendDescriptors } from '../host/sockets/messages.ts';
import { ControlRoom } from '../host/sockets/received.ts';
import { MessageFlags, receive, send } from '../host/sockets/sockets.ts';
import { LinuxErrno } from '../linux/errno.ts';
import { IOVEC_SIZE } from '../linux/limits.ts';
import { MessageHeader, MSG_DONTWAIT } from '../linux/sockets.ts';
import { type Frame, HEAD_SIZE, MAX_PASSED, MAX_REPLY, readFrameHead } from './frame.ts';

/** Bytes that are taken at once. */
const PORTION = 0x10000 + HEAD_SIZE;

/** Memory that all channels of this thread share: it holds nothing between two calls. */
type Room = {
  readonly memory: NativeMemory;
  readonly control: ControlRoom;
  readonly header: number;
  readonly vector: number;
  readonly bytes: number;
};

let room: Room | undefined;

function ourRoom(): Room {
  if (room !== undefined) return room;
  const bytes = 256;
  const memory = new NativeMemory(bytes + HEAD_SIZE + MAX_REPLY);
  room = { memory, control: new ControlRoom(), header: 0, vector: 128, bytes };
  return room;
}

/** The next message of a socket; `again` when it has not come yet, `broken` when the peer does not speak in messages. */
export type ReceivedFrame = Frame | 'again' | 'end' | 'broken';

/** One end of a channel: messages over a UNIX stream socket. It does not own the descriptor. */
export class FrameSocket {
  readonly descriptor: number;
  readonly #most: number;
  #bytes: Uint8Array = new Uint8Array();
  #came: number[] = [];
  #unsent: Uint8Array = new Uint8Array();

  /** @param most The most bytes that the value of a received message may have. */
  constructor(descriptor: number, most: number) {
    this.descriptor = descriptor;
    this.#most = most;
  }

  /** True while a part of a message waits to be sent. */
  get isSending(): boolean {
    return this.#unsent.length > 0;
  }

  /** True when bytes or descriptors of a message are here that has not been returned. */
  get hasPart(): boolean {
    return this.#bytes.length > 0 || this.#came.length > 0;
  }

  /**
   * Takes the next message. Its value is a copy, and its descriptors, with FD_CLOEXEC, are the caller's.
   *
   * @param wait Waits for it if the socket is blocking.
   */
  receive(wait = false): ReceivedFrame {
    for (;;) {
      const frame = this.#next();
      if (frame !== undefined) return frame;
      const count = this.#fill(wait);
      if (count === 0) return this.hasPart ? 'broken' : 'end';
      if (count === -LinuxErrno.EAGAIN) return 'again';
      if (count < 0) return 'end';
    }
  }

  /** The first of the messages that are here. */
  #next(): Frame | 'broken' | undefined {
    const bytes = this.#bytes;
    // Descriptors come with the first byte of a message.
    if (bytes.length < HEAD_SIZE) return this.#came.length > MAX_PASSED ? 'broken' : undefined;
    const head = readFrameHead(bytes, 0, this.#most);
    if (head === undefined || head.descriptors > this.#came.length) return 'broken';
    const end = HEAD_SIZE + head.size;
    // A peer that sends a message byte by byte brings no more descriptors than the head says.
    if (bytes.length < end) return this.#came.length > head.descriptors ? 'broken' : undefined;
    this.#bytes = bytes.subarray(end);
    if (this.#bytes.length === 0 && this.#came.length > head.descriptors) return 'broken';
    return { bytes: bytes.subarray(HEAD_SIZE, end), descriptors: this.#came.splice(0, head.descriptors) };
  }

  #fill(wait: boolean): number {
    const { memory, control, header, vector, bytes } = ourRoom();
    const { view } = memory;
    view.setBigUint64(vector, BigInt(memory.at(bytes)), true);
    view.setBigUint64(vector + 8, BigInt(PORTION), true);
    view.setBigUint64(header + MessageHeader.vectors, BigInt(memory.at(vector)), true);
    view.setBigUint64(header + MessageHeader.count, 1n, true);
    control.offer(memory, MAX_PASSED);
    const flags = MessageFlags.closeOnExec | (wait ? 0 : MSG_DONTWAIT);
    let count = receive(this.descriptor, memory.at(header), flags);
    while (count === -LinuxErrno.EINTR) count = receive(this.descriptor, memory.at(header), flags);
    if (count < 0) return count;
    const { sent, others } = control.take(memory);
    for (const other of others) close(other);
    this.#came.push(...sent);
    const truncated = view.getUint32(header + MessageHeader.flags, true) & MessageFlags.controlTruncated;
    // Some of the descriptors are lost, so that those that are here are not the ones that were meant.
    if (truncated !== 0) return -LinuxErrno.EPROTO;
    const joined = new Uint8Array(this.#bytes.length + count);
    joined.set(this.#bytes);
    joined.set(memory.bytes.subarray(bytes, bytes + count), this.#bytes.length);
    this.#bytes = joined;
    return count;
  }

  /**
   * Sends a message, or as much of it as the socket takes now; `isSending` tells whether `flush` has to send more. The
   * descriptors go with its first byte.
   *
   * @returns False when the peer is gone.
   */
  send({ bytes, descriptors }: Frame): boolean {
    if (descriptors.length === 0) {
      this.#unsent = bytes;
      return this.flush();
    }
    const { memory, bytes: at } = ourRoom();
    memory.bytes.set(bytes, at);
    const vector = new Uint8Array(IOVEC_SIZE);
    const view = new DataView(vector.buffer);
    view.setBigUint64(0, BigInt(memory.at(at)), true);
    view.setBigUint64(8, BigInt(bytes.length), true);
    let count = sendDescriptors(this.descriptor, vector, descriptors);
    while (count === -LinuxErrno.EINTR) count = sendDescriptors(this.descriptor, vector, descriptors);
    if (count < 0) return false;
    this.#unsent = bytes.subarray(count);
    return this.#unsent.length === 0 || this.flush();
  }

  /** Goes on sending. @returns False when the peer is gone. */
  flush(): boolean {
    const { memory, bytes: at } = ourRoom();
    while (this.#unsent.length > 0) {
      memory.bytes.set(this.#unsent, at);
      const count = send(this.descriptor, memory.at(at), this.#unsent.length);
      if (count === -LinuxErrno.EAGAIN) return true;
      if (count === -LinuxErrno.EINTR) continue;
      if (count < 0) return false;
      this.#unsent = this.#unsent.subarray(count);
    }
    return true;
  }

  /** Closes descriptors that have come and were not taken. */
  drop(): void {
    for (const descriptor of this.#came.splice(0)) close(descriptor);
    this.#bytes = new Uint8Array();
    this.#unsent = new Uint8Array();
  }
}
