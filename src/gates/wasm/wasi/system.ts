import { Errno, Riflags, Subclockflags } from '../../../abi/generated/constants.ts';
import { raiseSignal } from '../../../host/processes/own-process.ts';
import { syscall } from '../../../host/syscall.ts';
import * as clock from '../../../kernel/clocks.ts';
import { MOST_SUBSCRIPTIONS, Poll } from '../../../kernel/poll.ts';
import { fill } from '../../../kernel/random.ts';
import * as sockets from '../../../kernel/sockets.ts';
import { UIO_MAXIOV } from '../../../linux/limits.ts';
import {
  SIGABRT,
  SIGALRM,
  SIGBUS,
  SIGCHLD,
  SIGCONT,
  SIGFPE,
  SIGHUP,
  SIGILL,
  SIGINT,
  SIGKILL,
  SIGPIPE,
  SIGPOLL,
  SIGPROF,
  SIGPWR,
  SIGQUIT,
  SIGSEGV,
  SIGSYS,
  SIGTERM,
  SIGTRAP,
  SIGURG,
  SIGUSR1,
  SIGUSR2,
  SIGVTALRM,
  SIGWINCH,
  SIGXCPU,
  SIGXFSZ,
} from '../../../linux/signals.ts';
import { callNumberOf } from '../../../linux/system-calls.ts';
import { endProgram, type Guest, type Imports } from '../guest.ts';
import type { Dialect } from './dialect.ts';
import { clocks } from './numbers.ts';

const SCHED_YIELD = callNumberOf('sched_yield');

const FDFLAG_NONBLOCK = 4;

/** WASI's flags of sock_recv, and the ABI's. */
const RECV_PEEK = 1;
const RECV_WAITALL = 2;
const RECV_TRUNCATED = 1;

/** Event types of WASI. */
const CLOCK = 0;
const FD_READ = 1;
const FD_WRITE = 2;
const EVENT_SIZE = 32;
const HANGUP = 1;

/** Linux's signals (signal(7)) by WASI's number: those that end a process or do nothing by default. */
const SIGNALS: readonly (number | undefined)[] = [
  0,
  SIGHUP,
  SIGINT,
  SIGQUIT,
  SIGILL,
  SIGTRAP,
  SIGABRT,
  SIGBUS,
  SIGFPE,
  SIGKILL,
  SIGUSR1,
  SIGSEGV,
  SIGUSR2,
  SIGPIPE,
  SIGALRM,
  SIGTERM,
  SIGCHLD,
  SIGCONT,
  undefined,
  undefined,
  undefined,
  undefined,
  SIGURG,
  SIGXCPU,
  SIGXFSZ,
  SIGVTALRM,
  SIGPROF,
  SIGWINCH,
  SIGPOLL,
  SIGPWR,
  SIGSYS,
];

/** Stores strings and an array of pointers to them, as args_get and environ_get do. */
function storeStrings(
  { memory }: Guest,
  strings: readonly Uint8Array[],
  pointers: number,
  buffer: number,
): number {
  const total = strings.reduce((sum, { length }) => sum + length, 0);
  if (!memory.covers(pointers, strings.length * 4) || !memory.covers(buffer, total)) return Errno.fault;
  let at = buffer;
  strings.forEach((string, index) => {
    memory.view.setUint32(pointers + index * 4, at, true);
    memory.bytes.set(string, at);
    at += string.length;
  });
  return Errno.success;
}

function storeSizes({ memory }: Guest, strings: readonly Uint8Array[], count: number, size: number): number {
  if (!memory.covers(count, 4) || !memory.covers(size, 4)) return Errno.fault;
  memory.view.setUint32(count, strings.length, true);
  memory.view.setUint32(
    size,
    strings.reduce((sum, { length }) => sum + length, 0),
    true,
  );
  return Errno.success;
}

/** Arguments, environment, clocks, random numbers and the end of the process. */
export function processCalls(guest: Guest): Imports {
  const { memory } = guest;

  return {
    args_sizes_get: (count: number, size: number) =>
      storeSizes(guest, guest.arguments, count >>> 0, size >>> 0),
    args_get: (list: number, buffer: number) =>
      storeStrings(guest, guest.arguments, list >>> 0, buffer >>> 0),
    environ_sizes_get: (count: number, size: number) =>
      storeSizes(guest, guest.environment, count >>> 0, size >>> 0),
    environ_get: (list: number, buffer: number) =>
      storeStrings(guest, guest.environment, list >>> 0, buffer >>> 0),
    clock_time_get(id: number, _precision: bigint, result: number): number {
      if (!memory.covers(result >>> 0, 8)) return Errno.fault;
      const wanted = clocks[id >>> 0] ?? -1;
      if (!clock.isClock(wanted)) return Errno.inval;
      memory.setLong(result >>> 0, clock.time(wanted));
      return Errno.success;
    },
    clock_res_get(id: number, result: number): number {
      if (!memory.covers(result >>> 0, 8)) return Errno.fault;
      const wanted = clocks[id >>> 0] ?? -1;
      if (!clock.isClock(wanted)) return Errno.inval;
      memory.setLong(result >>> 0, clock.resolution(wanted));
      return Errno.success;
    },
    random_get(buffer: number, length: number): number {
      if (!memory.covers(buffer >>> 0, length >>> 0)) return Errno.fault;
      return -fill(memory, buffer >>> 0, length >>> 0);
    },
    sched_yield(): number {
      syscall(SCHED_YIELD);
      return Errno.success;
    },
    proc_exit(code: number): number {
      return endProgram(guest, code >>> 0);
    },
    proc_raise(signal: number): number {
      const host = SIGNALS[signal >>> 0];
      if (host === undefined) return Errno.inval;
      if (host !== 0) raiseSignal(host);
      return Errno.success;
    },
  };
}

/** `sock_*` of WASI preview 1. */
export function socketCalls({ process, memory }: Guest): Imports {
  return {
    sock_accept(fd: number, flags: number, result: number): number {
      if (!memory.covers(result >>> 0, 4)) return Errno.fault;
      if ((flags & ~FDFLAG_NONBLOCK) !== 0) return Errno.inval;
      const connection = sockets.accept(process, fd >>> 0, flags !== 0);
      if (connection < 0) return -connection;
      memory.view.setUint32(result >>> 0, connection, true);
      return Errno.success;
    },
    sock_recv(
      fd: number,
      iovs: number,
      count: number,
      flags: number,
      sizeAt: number,
      flagsAt: number,
    ): number {
      if (!memory.covers(sizeAt >>> 0, 4) || !memory.covers(flagsAt >>> 0, 2)) return Errno.fault;
      if (count >>> 0 > UIO_MAXIOV) return Errno.inval;
      if (!memory.loadVectors(process.vectors, iovs >>> 0, count >>> 0)) return Errno.fault;
      if ((flags & ~(RECV_PEEK | RECV_WAITALL)) !== 0) return Errno.inval;
      const how = (flags & RECV_PEEK ? Riflags.peek : 0) | (flags & RECV_WAITALL ? Riflags.waitall : 0);
      const received = sockets.receive(process, fd >>> 0, how);
      if (received < 0) return -received;
      memory.view.setUint32(sizeAt >>> 0, received, true);
      memory.view.setUint16(flagsAt >>> 0, sockets.wasTruncated() ? RECV_TRUNCATED : 0, true);
      return Errno.success;
    },
    sock_send(fd: number, iovs: number, count: number, flags: number, sizeAt: number): number {
      if (!memory.covers(sizeAt >>> 0, 4)) return Errno.fault;
      if (count >>> 0 > UIO_MAXIOV) return Errno.inval;
      if (!memory.loadVectors(process.vectors, iovs >>> 0, count >>> 0)) return Errno.fault;
      if (flags !== 0) return Errno.inval;
      const sent = sockets.send(process, fd >>> 0);
      if (sent < 0) return -sent;
      memory.view.setUint32(sizeAt >>> 0, sent, true);
      return Errno.success;
    },
    sock_shutdown: (fd: number, how: number) => -sockets.shutdown(process, fd >>> 0, how),
  };
}

/** `poll_oneoff` of WASI preview 1. */
export function pollCalls({ process, memory }: Guest, { subscription }: Dialect): Imports {
  return {
    poll_oneoff(input: number, output: number, count: number, result: number): number {
      const [from, to, wanted] = [input >>> 0, output >>> 0, count >>> 0];
      if (!memory.covers(from, wanted * subscription.size) || !memory.covers(to, wanted * EVENT_SIZE)) {
        return Errno.fault;
      }
      if (!memory.covers(result >>> 0, 4)) return Errno.fault;
      if (wanted === 0 || wanted > MOST_SUBSCRIPTIONS) return Errno.inval;
      const poll = new Poll(process);
      const { view } = memory;
      const tags: number[] = [];
      const userdata: bigint[] = [];
      for (let index = 0; index < wanted; index++) {
        const at = from + index * subscription.size;
        const tag = view.getUint8(at + 8);
        tags.push(tag);
        userdata.push(view.getBigUint64(at, true));
        if (tag === CLOCK) {
          const flags = view.getUint16(at + subscription.flags, true);
          if ((flags & ~Subclockflags.abstime) !== 0) return Errno.inval;
          const id = clocks[view.getUint32(at + subscription.clock, true)] ?? -1;
          poll.addClock(index, id, view.getBigUint64(at + subscription.timeout, true), flags !== 0);
        } else if (tag === FD_READ || tag === FD_WRITE) {
          poll.addDescriptor(index, view.getUint32(at + 16, true), tag === FD_WRITE);
        } else {
          return Errno.inval;
        }
      }
      const outcomes = poll.wait();
      if (typeof outcomes === 'number') return -outcomes;
      let at = to;
      for (const [index, { error, bytes, hangup }] of outcomes) {
        view.setBigUint64(at, userdata[index] ?? 0n, true);
        view.setUint16(at + 8, error, true);
        view.setUint16(at + 10, tags[index] ?? 0, true);
        view.setUint32(at + 12, 0, true);
        view.setBigUint64(at + 16, BigInt(bytes), true);
        view.setBigUint64(at + 24, hangup ? BigInt(HANGUP) : 0n, true);
        at += EVENT_SIZE;
      }
      memory.view.setUint32(result >>> 0, outcomes.size, true);
      return Errno.success;
    },
  };
}
