import { close } from '../host/files/files.ts';
import { CallList, type Label } from '../host/processes/call-list.ts';
import { packProgram } from '../host/processes/launch-stub.ts';
import { reapIfEnded, type Spawned, sendSignal, spawnStub } from '../host/processes/spawn.ts';
import { UINT_MAX } from '../linux/fcntl.ts';
import { PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS } from '../linux/prctl.ts';
import { SIGKILL } from '../linux/signals.ts';
import { MSG_DONTWAIT } from '../linux/sockets.ts';
import { POLLFD_SIZE, POLLIN } from '../linux/waiting.ts';
import { addEndWithLauncher } from './end-with-launcher.ts';
import { addNoCapabilities } from './target.ts';

/*
 * Node reads no UNIX datagrams. So a process that runs one list of system calls receives them, and writes each to a stream
 * as a record: its length in 8 bytes, and its bytes in a fixed number. Descriptors that come with a datagram are closed by
 * the kernel, since nothing asks for them.
 */

/** Bytes before a datagram in its record. */
const HEAD = 8;

/** The parts of a relay of datagrams. */
export type DatagramRelayOptions = {
  /** The host descriptor of a bound UNIX datagram socket; it stays the caller's. */
  readonly from: number;
  /** The host descriptor of a UNIX stream; it stays the caller's. When its peer says no more, the relay passes on what it has, and ends. */
  readonly to: number;
  /** The most bytes of a datagram that are read; the others are dropped. */
  readonly most: number;
};

/** A process that turns datagrams into records of a stream. Precondition: both are UNIX sockets. */
export class DatagramRelay {
  readonly #process: Spawned;
  #ended = false;

  /**
   * Starts it.
   *
   * @throws SpawnError, SystemError
   */
  constructor(options: DatagramRelayOptions) {
    const program = packProgram(datagramRelayList(options));
    try {
      this.#process = spawnStub({ program, inherit: [options.from, options.to], flags: 0 });
    } finally {
      close(program);
    }
  }

  /** Ends it. */
  end(): void {
    if (this.#ended) return;
    sendSignal(this.#process, SIGKILL);
    this.#reap(1);
  }

  #reap(pause: number): void {
    if (reapIfEnded(this.#process.pid) === undefined) {
      setTimeout(() => this.#reap(Math.min(2 * pause, 1000)), pause).unref();
      return;
    }
    this.#ended = true;
    close(this.#process.pidfd);
  }
}

/** Makes the list that such a process runs. */
export function datagramRelayList({ from, to, most }: DatagramRelayOptions): CallList {
  const list = new CallList();
  let next = 0;
  for (const kept of [from, to].toSorted((a, b) => a - b)) {
    if (kept > next) list.call('close descriptors', 'close_range', [next, kept - 1, 0]);
    next = kept + 1;
  }
  list.call('close descriptors', 'close_range', [next, UINT_MAX, 0]);
  list.call('begin a session', 'setsid', []);
  addNoCapabilities(list);
  list.call('give up new privileges', 'prctl', [PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0]);
  list.call('hide', 'prctl', [PR_SET_DUMPABLE, 0, 0, 0, 0]);
  const [wait, receive, write, look, last, writeLast, end] = Array.from({ length: 7 }, () =>
    list.label(),
  ) as [Label, Label, Label, Label, Label, Label, Label];
  addEndWithLauncher(list, to, end);
  const record = list.data('record', [new Uint8Array(HEAD + most)]);
  const polled = Buffer.alloc(2 * POLLFD_SIZE);
  for (const [index, descriptor] of [from, to].entries()) {
    polled.writeInt32LE(descriptor, index * POLLFD_SIZE);
    polled.writeInt16LE(POLLIN, index * POLLFD_SIZE + 4);
  }
  const polling = list.data('pollfds', [polled]);
  const byte = list.data('byte', [new Uint8Array(8)]);
  /** Receives one, if there is one. */
  const addReceive = (next: Label, again: Label, otherwise: Label): void =>
    list.call('receive a datagram', 'recvfrom', [from, list.at(record, HEAD), most, MSG_DONTWAIT, 0, 0], {
      result: list.slotAt(record, 0),
      onPositive: next,
      onZero: again,
      onError: otherwise,
    });
  // A blocking stream takes all of it: a program that says more than is read waits.
  const addWrite = (next: Label): void =>
    list.call('pass it on', 'write', [to, record, HEAD + most], { onPositive: next, onError: end });
  list.place(wait);
  list.call('wait', 'ppoll', [polling, 2, 0, 0, 8], { onPositive: receive, onZero: wait, onError: wait });
  list.place(receive);
  addReceive(write, receive, look);
  list.place(write);
  addWrite(receive);
  list.place(look);
  list.call('look for its end', 'recvfrom', [to, byte, 1, MSG_DONTWAIT, 0, 0], {
    onPositive: wait,
    onZero: last,
    onError: wait,
  });
  // All that was sent before the end is passed on.
  list.place(last);
  addReceive(writeLast, last, end);
  list.place(writeLast);
  addWrite(last);
  list.place(end);
  list.failAt(end);
  list.call('end', 'exit_group', [0]);
  return list;
}

/** Cuts a stream of records into datagrams. */
export class DatagramReader {
  readonly #most: number;
  #rest: Buffer = Buffer.alloc(0);

  /** @param most As the relay has it. */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Takes new bytes, and returns the datagrams that are whole.
   *
   * @throws RangeError for a length that no relay writes.
   */
  push(chunk: Buffer): readonly Buffer[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const size = HEAD + this.#most;
    const datagrams: Buffer[] = [];
    while (this.#rest.length >= size) {
      const length = Number(this.#rest.readBigUInt64LE(0));
      if (length > this.#most) throw new RangeError(`A datagram of ${length} bytes`);
      datagrams.push(this.#rest.subarray(HEAD, HEAD + length));
      this.#rest = this.#rest.subarray(size);
    }
    return datagrams;
  }
}
