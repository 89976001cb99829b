import { Socket } from 'node:net';
import { LinuxErrno } from '../../linux/errno.ts';
import {
  MessageHeader,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  SCM_RIGHTS,
  SHUT_WR,
  SOL_SOCKET,
} from '../../linux/sockets.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { close } from '../files/files.ts';
import { waitToRead } from '../files/poll.ts';
import { NativeMemory } from '../memory.ts';
import { syscall } from '../syscall.ts';
import { MOST_PAYLOAD, type PumpReport, RECORD, readReports } from './records.ts';

/** The places of arguments of sendmsg(2), in memory of this thread. */
const VECTOR = 64;
const CONTROL = 96;
const DATA = 128;
const CONTROL_LENGTH = 20;
const CONTROL_ROOM = 24;

/** The pause before a pump is asked again that takes nothing at the moment, in milliseconds. */
const PAUSE = 2;

const SENDMSG = callNumberOf('sendmsg');
const RECVFROM = callNumberOf('recvfrom');
const SHUTDOWN = callNumberOf('shutdown');

/** The most milliseconds to wait for the end of a pump. */
const LAST_WAIT = 500;

/** Bytes of reports that are read at once. */
const BYTES_AT_ONCE = 0x4000;

/** Bytes of reports that are read at once when a pump ends. */
const LAST_ROOM = 0x10000;

let lastRoom: NativeMemory | undefined;

let room: NativeMemory | undefined;

/** A record that could not be sent at once. */
type Waiting = { readonly record: Uint8Array; readonly descriptor: number | undefined; at: number };

/** Callbacks of a control socket. */
export type ControlEvents = {
  readonly onReport: (report: PumpReport) => void;
  /** Called once, when the pump has ended or sent a malformed message. */
  readonly onEnd: () => void;
};

/** Our end of a pump's control socket. */
export class PumpControl {
  readonly #descriptor: number;
  readonly #socket: Socket;
  readonly #events: ControlEvents;
  readonly #waiting: Waiting[] = [];
  #rest: Buffer | undefined;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  /** @param descriptor The control socket of `StartedPump`; it is closed with this. */
  constructor(descriptor: number, events: ControlEvents) {
    this.#descriptor = descriptor;
    this.#events = events;
    // One buffer for all that is read: a new one for each message costs more than the message.
    const buffer = Buffer.allocUnsafeSlow(BYTES_AT_ONCE);
    const onread = {
      buffer,
      callback: (length: number): boolean => {
        this.#read(buffer.subarray(0, length));
        return true;
      },
    };
    const options = { fd: descriptor, readable: true, writable: false, onread };
    this.#socket = new Socket(options);
    // Without a listener, nothing is read.
    this.#socket.on('data', () => undefined);
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => this.#end());
  }

  /**
   * Sends a record.
   *
   * @param descriptor A host descriptor that goes with it, and is closed here in every case.
   */
  send(record: Uint8Array, descriptor?: number): void {
    const waiting = { record, descriptor, at: 0 };
    if (this.#ended) drop(waiting);
    else if (this.#waiting.length > 0) this.#waiting.push(waiting);
    else if (!this.#trySend(waiting)) {
      this.#waiting.push(waiting);
      this.#later();
    }
  }

  /**
   * Ends the pump, and all connections with it. Its last reports are read before: a program often ends right after an
   * attempt that was refused. This waits for a pump that is busy, but not for long.
   */
  close(): void {
    if (!this.#ended) this.#readLast();
    this.#socket.destroy();
    this.#end();
  }

  /** Reads until the pump has ended. */
  #readLast(): void {
    syscall(SHUTDOWN, this.#descriptor, SHUT_WR);
    lastRoom ??= new NativeMemory(LAST_ROOM);
    const end = performance.now() + LAST_WAIT;
    for (let left = LAST_WAIT; left > 0; left = end - performance.now()) {
      if (!waitToRead(this.#descriptor, left)) return;
      const got = syscall(RECVFROM, this.#descriptor, lastRoom.address, LAST_ROOM, MSG_DONTWAIT, 0, 0);
      if (got <= 0) return;
      this.#read(Buffer.from(lastRoom.bytes.slice(0, got)));
    }
  }

  /** Lets this process end in spite of the pump, or not. */
  unref(): void {
    this.#socket.unref();
  }

  #later(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
        if (!this.#trySend(first)) {
          this.#later();
          return;
        }
        this.#waiting.shift();
      }
    }, PAUSE);
  }

  /** Returns false when the rest has to wait. */
  #trySend(waiting: Waiting): boolean {
    while (waiting.at < waiting.record.length) {
      const sent = sendPart(this.#descriptor, waiting);
      if (sent === -LinuxErrno.EAGAIN || sent === -LinuxErrno.ETOOMANYREFS) return false;
      // A pump that is gone is noticed by the end of its socket.
      if (sent < 0) break;
      waiting.at += sent;
    }
    if (waiting.descriptor !== undefined) close(waiting.descriptor);
    return true;
  }

  #read(chunk: Buffer): void {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    try {
      const { reports, length } = readReports(bytes);
      this.#rest = length === bytes.length ? undefined : Buffer.from(bytes.subarray(length));
      for (const report of reports) {
        if (this.#ended) return;
        this.#events.onReport(report);
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#socket.destroy();
    }
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    for (const waiting of this.#waiting.splice(0)) drop(waiting);
    this.#events.onEnd();
  }
}

function drop({ descriptor }: Waiting): void {
  if (descriptor !== undefined) close(descriptor);
}

/** Sends as much of a record as there is room for; the descriptor goes with its first byte. */
function sendPart(socket: number, { record, descriptor, at }: Waiting): number {
  room ??= newRoom();
  const { view, bytes, address } = room;
  bytes.set(at === 0 ? record : record.subarray(at), DATA);
  view.setBigUint64(VECTOR + 8, BigInt(record.length - at), true);
  const carries = descriptor !== undefined && at === 0;
  view.setBigUint64(MessageHeader.controlLength, BigInt(carries ? CONTROL_ROOM : 0), true);
  if (carries) view.setInt32(CONTROL + 16, descriptor, true);
  return syscall(SENDMSG, socket, address, MSG_DONTWAIT | MSG_NOSIGNAL);
}

function newRoom(): NativeMemory {
  const memory = new NativeMemory(DATA + RECORD + MOST_PAYLOAD);
  const { view } = memory;
  view.setBigUint64(MessageHeader.vectors, BigInt(memory.at(VECTOR)), true);
  view.setBigUint64(MessageHeader.count, 1n, true);
  view.setBigUint64(MessageHeader.control, BigInt(memory.at(CONTROL)), true);
  view.setBigUint64(VECTOR, BigInt(memory.at(DATA)), true);
  view.setBigUint64(CONTROL, BigInt(CONTROL_LENGTH), true);
  view.setInt32(CONTROL + 8, SOL_SOCKET, true);
  view.setInt32(CONTROL + 12, SCM_RIGHTS, true);
  return memory;
}
