import { close } from '../host/files/files.ts';
import { CallList, type Label, type Pointer, type Slot } from '../host/processes/call-list.ts';
import { packProgram } from '../host/processes/launch-stub.ts';
import { reapIfEnded, type Spawned, sendSignal, spawnStub } from '../host/processes/spawn.ts';
import { UINT_MAX } from '../linux/fcntl.ts';
import { PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_SET_PDEATHSIG } from '../linux/prctl.ts';
import { CLONE_NEWNET, CLONE_NEWUSER } from '../linux/processes.ts';
import { SIG_IGN, SIGCHLD, SIGKILL } from '../linux/signals.ts';
import { AF_INET, IPPROTO_TCP, SHUT_WR, SOCK_CLOEXEC, SOCK_STREAM, TCP_NODELAY } from '../linux/sockets.ts';
import { CLOCK_MONOTONIC, EFD_CLOEXEC, EFD_SEMAPHORE } from '../linux/waiting.ts';
import { addEndWithLauncher } from './end-with-launcher.ts';
import { addNoCapabilities } from './target.ts';

/*
 * A relay forwards connections at a socket of the host to a port inside a network namespace that has no other way in.
 * It is a process that runs one list of system calls: it enters the namespace, which its listening socket does not,
 * and accepts; each connection gets two small processes, one for each direction. No JavaScript touches the data.
 */

/** The parts of a relay. All are host descriptors, which stay the caller's. */
export type RelayOptions = {
  /** A TCP socket of the host that listens. */
  readonly listening: number;
  /** The port on the namespace's loopback interface. */
  readonly port: number;
  /** The user namespace that owns the other; without it, this process's own does. */
  readonly userNamespace?: number;
  readonly networkNamespace: number;
  /** An end of a pipe or socket whose other end we hold: when that closes, so does the relay. */
  readonly alive: number;
  /** Connections at once; 1024 by default. */
  readonly most?: number;
};

/**
 * Connections at once: each is two processes of the host, which no limit of the program counts. Further ones wait in the
 * socket's backlog until one of these has ended.
 */
const MOST_CONNECTIONS = 1024;

/** Bytes that are copied at once. */
const BUFFER = 0x10000;

/**
 * Programs take a while until they listen: a connection that comes before waits this many times this many nanoseconds,
 * 5 seconds together.
 */
const ATTEMPTS = 100;
const PAUSE = 50_000_000n;

/** A relay that runs. */
export class Relay {
  readonly #process: Spawned;
  #ended = false;

  /**
   * Starts one.
   *
   * @throws SpawnError, SystemError
   */
  constructor(options: RelayOptions) {
    const { listening, userNamespace, networkNamespace, alive } = options;
    const program = packProgram(relayList(options));
    const namespaces = userNamespace === undefined ? [networkNamespace] : [userNamespace, networkNamespace];
    try {
      this.#process = spawnStub({ program, inherit: [listening, alive, ...namespaces], flags: 0 });
    } finally {
      close(program);
    }
  }

  /** True if it has ended by itself, which it does when the host does not let it into the namespaces. */
  get hasEnded(): boolean {
    if (!this.#ended && reapIfEnded(this.#process.pid) !== undefined) this.#forget();
    return this.#ended;
  }

  /** Ends the relay and all its connections; returns when it is gone. */
  end(): void {
    if (this.hasEnded) return;
    sendSignal(this.#process, SIGKILL);
    const pause = new Int32Array(new SharedArrayBuffer(4));
    while (!this.hasEnded) Atomics.wait(pause, 0, 0, 1);
  }

  #forget(): void {
    this.#ended = true;
    close(this.#process.pidfd);
  }
}

/** The list that a relay runs. */
export function relayList({
  listening,
  port,
  userNamespace,
  networkNamespace,
  alive,
  most = MOST_CONNECTIONS,
}: RelayOptions): CallList {
  const list = new CallList();
  const end = list.label();
  addEntry(list, { listening, userNamespace, networkNamespace, alive }, end);
  const places = new Places(list, most);
  const connection = list.slot('connection');
  const accept = list.label();
  const wait = list.label();
  const serve = list.label();
  list.place(accept);
  places.take();
  // A fault of one connection, such as too many open descriptors, must not end the others.
  list.call('accept a connection', 'accept4', [listening, 0, 0, SOCK_CLOEXEC], {
    result: connection,
    onError: wait,
  });
  const letGo = list.label();
  const made = list.label();
  list.call('make a process for it', 'clone', [SIGCHLD, 0, 0, 0, 0], {
    onPositive: made,
    onZero: serve,
    onError: letGo,
  });
  list.place(made);
  list.call('leave the connection to it', 'close', [connection], { onZero: accept, onError: accept });
  list.place(letGo);
  list.call('let the connection go', 'close', [connection], { onZero: wait, onError: wait });
  list.place(wait);
  places.giveBack();
  addPause(list, accept);

  list.place(serve);
  const done = list.label();
  addConnection(list, { listening, port, connection }, { end, done });
  list.place(done);
  const alone = list.label();
  // Children are reaped by themselves, so that this waits for the way back and then finds none.
  list.call('wait for the way back', 'wait4', [-1, 0, 0, 0], {
    onPositive: alone,
    onZero: alone,
    onError: alone,
  });
  list.place(alone);
  places.giveBack();
  list.place(end);
  list.failAt(end);
  list.call('end', 'exit_group', [0]);
  return list;
}

/** Places for connections, kept in a counter that all processes of a relay share (eventfd(2)). */
class Places {
  readonly #list: CallList;
  readonly #counter: Slot;
  /** `struct iovec` of a number, to take and to give back: plain read(2) and write(2) are for copied bytes. */
  readonly #vector: Pointer;

  constructor(list: CallList, most: number) {
    this.#list = list;
    this.#counter = list.slot('places');
    const one = Buffer.alloc(8);
    one.writeBigUInt64LE(1n);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(8n);
    this.#vector = list.data('iovec of one place', [list.data('one place', [one]), length]);
    list.call('make places', 'eventfd2', [most, EFD_SEMAPHORE | EFD_CLOEXEC], { result: this.#counter });
  }

  /** Waits until there is one. The number that is read is always 1, so that it need not be written again. */
  take(): void {
    this.#list.call('take a place', 'readv', [this.#counter, this.#vector, 1]);
  }

  giveBack(): void {
    this.#list.call('give a place back', 'writev', [this.#counter, this.#vector, 1]);
  }
}

type EntryOptions = Pick<RelayOptions, 'listening' | 'networkNamespace' | 'alive'> & {
  readonly userNamespace: number | undefined;
};

/** Enters the namespaces, gives up all powers and makes sure not to outlive the launcher. */
function addEntry(
  list: CallList,
  { listening, userNamespace, networkNamespace, alive }: EntryOptions,
  end: Label,
): void {
  const kept = [listening, networkNamespace, alive, ...(userNamespace === undefined ? [] : [userNamespace])];
  let next = 0;
  for (const descriptor of kept.toSorted((a, b) => a - b)) {
    if (descriptor > next) list.call('close descriptors', 'close_range', [next, descriptor - 1, 0]);
    next = descriptor + 1;
  }
  list.call('close descriptors', 'close_range', [next, UINT_MAX, 0]);
  list.call('begin a session', 'setsid', []);
  if (userNamespace !== undefined) {
    list.call('enter the user namespace', 'setns', [userNamespace, CLONE_NEWUSER]);
    list.call('close descriptors', 'close', [userNamespace]);
  }
  list.call('enter the network namespace', 'setns', [networkNamespace, CLONE_NEWNET]);
  list.call('close descriptors', 'close', [networkNamespace]);
  addNoCapabilities(list);
  list.call('give up new privileges', 'prctl', [PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0]);
  list.call('hide', 'prctl', [PR_SET_DUMPABLE, 0, 0, 0, 0]);
  // A process that enters a namespace is not told of its parent's death any more, so this comes behind.
  addEndWithLauncher(list, alive, end);
  // Processes that end are reaped by the kernel if their parent ignores SIGCHLD.
  const ignore = Buffer.alloc(32);
  ignore.writeBigUInt64LE(BigInt(SIG_IGN), 0);
  list.call('reap children', 'rt_sigaction', [SIGCHLD, list.data('ignore', [ignore]), 0, 8]);
}

function addPause(list: CallList, next: Label): void {
  const time = Buffer.alloc(16);
  time.writeBigUInt64LE(PAUSE, 8);
  list.call('wait', 'clock_nanosleep', [CLOCK_MONOTONIC, 0, list.data('pause', [time]), 0], {
    onPositive: next,
    onZero: next,
    onError: next,
  });
}

type ConnectionOptions = Pick<RelayOptions, 'listening' | 'port'> & { readonly connection: Slot };

/** One connection: connects inside, then copies in both directions. */
function addConnection(
  list: CallList,
  { listening, port, connection }: ConnectionOptions,
  { end, done }: { readonly end: Label; readonly done: Label },
): void {
  const inside = list.slot('socket inside');
  list.call('end with the relay', 'prctl', [PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0]);
  list.call('close descriptors', 'close', [listening]);
  list.call('make a socket', 'socket', [AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0], {
    result: inside,
    onError: done,
  });
  const address = Buffer.alloc(16);
  address.writeUInt16LE(AF_INET, 0);
  address.writeUInt16BE(port, 2);
  address.set([127, 0, 0, 1], 4);
  const to = list.data(`127.0.0.1:${port}`, [address]);
  const connected = list.label();
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const next = list.label();
    const wait = list.label();
    list.call('connect', 'connect', [inside, to, address.length], {
      onPositive: connected,
      onZero: connected,
      onError: attempt === ATTEMPTS ? done : wait,
    });
    list.place(wait);
    addPause(list, next);
    list.place(next);
  }
  list.place(connected);
  const one = list.data('one', [Buffer.from([1, 0, 0, 0])]);
  for (const socket of [connection, inside])
    list.call('send at once', 'setsockopt', [socket, IPPROTO_TCP, TCP_NODELAY, one, 4]);
  const back = list.label();
  list.call('make a process for the way back', 'clone', [SIGCHLD, 0, 0, 0, 0], {
    onZero: back,
    onError: done,
  });
  const buffer = list.data('buffer', [new Uint8Array(BUFFER)]);
  addCopy(list, connection, inside, buffer, done);
  list.place(back);
  list.call('end with the relay', 'prctl', [PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0]);
  addCopy(list, inside, connection, buffer, end);
}

/** Copies until there is no more, and passes the end on. */
function addCopy(list: CallList, from: Slot, to: Slot, buffer: Pointer, end: Label): void {
  const read = list.label();
  const write = list.label();
  const over = list.label();
  const count = list.slot('count');
  list.place(read);
  list.call('read', 'read', [from, buffer, BUFFER], {
    result: count,
    onPositive: write,
    onZero: over,
    onError: over,
  });
  list.place(write);
  // A blocking socket takes everything, and no signal can interrupt.
  list.call('write', 'write', [to, buffer, count], { onPositive: read, onZero: read, onError: over });
  list.place(over);
  list.call('pass the end on', 'shutdown', [to, SHUT_WR], { onZero: end, onError: end });
}
