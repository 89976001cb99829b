import { close } from '../../host/files/files.ts';
import { NativeMemory } from '../../host/memory.ts';
import { ControlRoom } from '../../host/sockets/received.ts';
import { MessageFlags, receive, send } from '../../host/sockets/sockets.ts';
import { LinuxErrno } from '../../linux/errno.ts';
import { IOVEC_SIZE } from '../../linux/limits.ts';
import { MessageHeader, MSG_DONTWAIT } from '../../linux/sockets.ts';
import { ServiceError } from '../service-error.ts';

/** The longest line that the launcher sends, in bytes. */
const LONGEST = 64 * 1024;

/** Descriptors that come with one line, at most. */
const MOST_DESCRIPTORS = 4;

const PORTION = 4096;
const LINE_END = 0x0a;

/** A line of the launcher; the descriptor, if it names one, is the next that has come. */
export type OnLine = (line: string, take: () => number | undefined) => void;

/**
 * A service's end of a socket to its launcher, on which both exchange lines. The launcher's lines may come with
 * descriptors. It blocks for no line: `read` is called when there is something to read.
 */
export class LauncherLines {
  readonly descriptor: number;
  readonly #onLine: OnLine;
  readonly #onEnd: () => void;
  readonly #memory = new NativeMemory(MessageHeader.size + IOVEC_SIZE + PORTION);
  readonly #room = new ControlRoom();
  readonly #came: number[] = [];
  #text: Buffer = Buffer.alloc(0);
  #isOver = false;

  /** @param descriptor It has to stay open. */
  constructor(descriptor: number, onLine: OnLine, onEnd: () => void) {
    this.descriptor = descriptor;
    this.#onLine = onLine;
    this.#onEnd = onEnd;
  }

  /** Sends a line. @throws ServiceError `EPIPE` when the launcher is gone. */
  send(line: string): void {
    const bytes = Buffer.from(`${line}\n`);
    const memory = new NativeMemory(bytes.length);
    memory.bytes.set(bytes);
    for (let sent = 0; sent < bytes.length && !this.#isOver; ) {
      const count = send(this.descriptor, memory.at(sent), bytes.length - sent);
      if (count < 0 && count !== -LinuxErrno.EINTR) this.#end();
      else if (count > 0) sent += count;
    }
    if (this.#isOver) throw new ServiceError('EPIPE', 'The launcher does not answer any more');
  }

  /** Reads the lines that have come. @returns False at the end. */
  read(): boolean {
    for (;;) {
      const count = this.#fill();
      if (count === -LinuxErrno.EAGAIN) return true;
      if (count === -LinuxErrno.EINTR) continue;
      if (count <= 0 || this.#text.length > LONGEST) return this.#end();
      for (let end = this.#text.indexOf(LINE_END); end >= 0; end = this.#text.indexOf(LINE_END)) {
        const line = this.#text.toString('utf8', 0, end);
        this.#text = this.#text.subarray(end + 1);
        this.#onLine(line, () => this.#came.shift());
      }
    }
  }

  #fill(): number {
    const { view } = this.#memory;
    const vector = MessageHeader.size;
    const bytes = vector + IOVEC_SIZE;
    view.setBigUint64(vector, BigInt(this.#memory.at(bytes)), true);
    view.setBigUint64(vector + 8, BigInt(PORTION), true);
    view.setBigUint64(MessageHeader.vectors, BigInt(this.#memory.at(vector)), true);
    view.setBigUint64(MessageHeader.count, 1n, true);
    this.#room.offer(this.#memory, MOST_DESCRIPTORS);
    const flags = MessageFlags.closeOnExec | MSG_DONTWAIT;
    const count = receive(this.descriptor, this.#memory.address, flags);
    if (count <= 0) return count;
    const { sent, others } = this.#room.take(this.#memory);
    for (const other of others) close(other);
    this.#came.push(...sent);
    this.#text = Buffer.concat([this.#text, this.#memory.bytes.subarray(bytes, bytes + count)]);
    return count;
  }

  #end(): false {
    if (!this.#isOver) {
      this.#isOver = true;
      for (const descriptor of this.#came.splice(0)) close(descriptor);
      this.#onEnd();
    }
    return false;
  }
}
