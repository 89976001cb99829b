import { Filetype } from '../abi/generated/constants.ts';
import { close } from '../host/files/files.ts';
import { NativeMemory } from '../host/memory.ts';
import { makePair, SocketPair } from '../host/sockets/sockets.ts';
import { syscall } from '../host/syscall.ts';
import { MFD_CLOEXEC } from '../linux/memory.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import { fileTypeRights } from './filetype-rights.ts';
import type { KernelProcess } from './process.ts';
import { RECEIVABLE } from './receivable.ts';
import { fromHost, type Result } from './result.ts';
import { R, RH } from './rights.ts';

/* Objects that a process may make out of nothing: they lead only to the holders of their two ends. */

const MEMFD_CREATE = callNumberOf('memfd_create');

/** The grant of descriptors that come from none. */
const NO_GRANT = -1;

/** Name of new memory (an empty string) and place for the numbers of two sockets. */
let scratch: NativeMemory | undefined;
const NAME = 8;

function memory(): NativeMemory {
  scratch ??= new NativeMemory(16);
  return scratch;
}

/**
 * Rights that the second wall cannot give for one descriptor alone, since it tells calls apart and not descriptors: a
 * program that makes memory would gain them on directories that it may only read. Here they would be of little use.
 */
const WITHHELD = {
  memory: R.file_stat_fput_times | R.fd_stat_put_flags,
  socket: R.file_stat_fput_times,
} as const;

function insert(process: KernelProcess, host: number, type: Filetype): Result {
  const { low, high } = fileTypeRights(type).base;
  const isMemory = type === Filetype.shared_memory;
  const withheld = isMemory ? WITHHELD.memory : WITHHELD.socket;
  const passedOn = isMemory ? { low: 0, high: 0 } : RECEIVABLE;
  return process.descriptors.insert(
    host,
    type,
    low & ~withheld,
    high & ~RH.sockAccept,
    passedOn.low,
    passedOn.high,
    NO_GRANT,
  );
}

/** fd_create1: empty shared memory, with the rights that it has a use for. Returns the descriptor. */
export function createSharedMemory(process: KernelProcess): Result {
  const made = syscall(MEMFD_CREATE, memory().at(NAME), MFD_CLOEXEC);
  return made < 0 ? fromHost(made) : insert(process, made, Filetype.shared_memory);
}

/**
 * fd_create2: two sockets that are connected to each other, with the rights that they have a use for.
 *
 * @param into Gets the two descriptors; left alone on errors.
 */
export function createSocketPair(
  process: KernelProcess,
  type: typeof Filetype.socket_dgram | typeof Filetype.socket_stream,
  into: { fd1: number; fd2: number },
): Result {
  const made = makePair(
    type === Filetype.socket_stream ? SocketPair.stream : SocketPair.dgram,
    memory().address,
  );
  if (made < 0) return fromHost(made);
  const second = memory().view.getInt32(4, true);
  const fd1 = insert(process, memory().view.getInt32(0, true), type);
  if (fd1 < 0) {
    close(second);
    return fd1;
  }
  const fd2 = insert(process, second, type);
  if (fd2 < 0) {
    process.descriptors.close(fd1);
    return fd2;
  }
  into.fd1 = fd1;
  into.fd2 = fd2;
  return 0;
}
