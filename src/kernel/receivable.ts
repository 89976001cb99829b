import { Errno, Filetype } from '../abi/generated/constants.ts';
import { getFlags } from '../host/files/files.ts';
import { isProcess } from '../host/processes/process-info.ts';
import { getOption, SocketFamily, SocketOptionNames, SocketType } from '../host/sockets/socket-setup.ts';
import { O_ACCMODE, O_PATH, O_WRONLY } from '../linux/open-flags.ts';
import type { Claim } from './claims.ts';
import type { KernelProcess } from './process.ts';
import { fromHost, type Result } from './result.ts';
import { NO_RIGHTS, R, RH, type RightsSet } from './rights.ts';

/*
 * Descriptors travel in messages as the host's, which know nothing of rights. So the rights of a received descriptor
 * follow from what can be seen of it: its type and how it is open, which cannot change any more. It gets the same from
 * every sender, and a program can send a descriptor only if it has all of these rights itself: nothing grows on the
 * way, and no sender need be believed.
 *
 * Through a linked socket, the kernel of the sender tells which rights the program has, and the receiver gets those of them
 * that follow from the descriptor: a lie takes rights away. So a program may send a descriptor with any rights.
 */

/** The type of a descriptor, and the rights of its receiver. */
export type Receivable = {
  readonly type: Filetype;
  readonly base: RightsSet;
  readonly inheriting: RightsSet;
};

/** Reading and writing of files with an offset, and of those without. */
const FILE = {
  read: R.fd_read | R.fd_seek | R.fd_tell | R.mem_map,
  write: R.fd_write | R.fd_seek | R.fd_tell,
};
const STREAM = { read: R.fd_read | R.poll_fd_readwrite, write: R.fd_write | R.poll_fd_readwrite };

const DIRECTORY = R.file_open | R.file_readdir | R.file_readlink | R.file_stat_fget | R.file_stat_get;
const BENEATH = DIRECTORY | FILE.read | STREAM.read;
const SOCKET = STREAM.read | STREAM.write | R.file_stat_fget;

/** Every right that a received descriptor may have: those that a connected UNIX socket passes on. */
export const RECEIVABLE: RightsSet = {
  low: SOCKET | DIRECTORY | FILE.read | FILE.write | R.poll_proc_terminate,
  high: RH.sock_shutdown | RH.sockAccept,
};

/** A claim that takes nothing away. */
const EVERYTHING: Claim = { base: { low: -1, high: -1 }, inheriting: { low: -1, high: -1 } };

/**
 * A linked socket that comes through a linked socket stays so. A sender whose kernel was broken can say so of another
 * socket: it gains no more by that than by being sent to, since the second wall alone holds it then.
 */
function linkOf(type: Filetype, claimed: RightsSet | undefined): number {
  const isSocket = type === Filetype.socket_stream || type === Filetype.socket_dgram;
  return isSocket && claimed !== undefined ? claimed.high & RH.linked : 0;
}

/** Finds the type and the receiver's rights of a host descriptor; or `-errno` of the ABI. */
export function receivable(process: KernelProcess, host: number): Receivable | Result {
  const flags = getFlags(host);
  if (flags < 0) return fromHost(flags);
  const loaded = process.attributes.load(host);
  if (loaded < 0) return fromHost(loaded);
  const { type } = process.attributes;
  // One that only names a file can do nothing; what can be done through it, the sealed lookups decide.
  if (flags & O_PATH) return { type: Filetype.unknown, base: NO_RIGHTS, inheriting: NO_RIGHTS };
  const mode = flags & O_ACCMODE;
  const low = ({ read, write }: typeof FILE): number =>
    R.file_stat_fget | (mode === O_WRONLY ? 0 : read) | (mode === 0 ? 0 : write);
  switch (type) {
    case Filetype.directory:
      return { type, base: { low: DIRECTORY, high: 0 }, inheriting: { low: BENEATH, high: 0 } };
    case Filetype.regular_file:
    case Filetype.block_device:
      return { type, base: { low: low(FILE), high: 0 }, inheriting: NO_RIGHTS };
    case Filetype.socket_stream:
      return receivableSocket(host);
    default:
      break;
  }
  if (type === Filetype.unknown && isProcess(host)) {
    const base = { low: R.poll_proc_terminate | R.file_stat_fget, high: 0 };
    return { type: Filetype.process, base, inheriting: NO_RIGHTS };
  }
  return { type, base: { low: low(STREAM), high: 0 }, inheriting: NO_RIGHTS };
}

function receivableSocket(host: number): Receivable | Result {
  const kind = getOption(host, SocketOptionNames.type);
  if (kind < 0) return fromHost(kind);
  const connected = { low: SOCKET, high: RH.sock_shutdown };
  const passedOn = isUnixSocket(host) ? RECEIVABLE : NO_RIGHTS;
  if (kind !== SocketType.stream) {
    const keepsBounds = kind === SocketType.datagram || kind === SocketType.packets;
    const type = keepsBounds ? Filetype.socket_dgram : Filetype.unknown;
    return { type, base: connected, inheriting: passedOn };
  }
  const type = Filetype.socket_stream;
  if (getOption(host, SocketOptionNames.listens) !== 1)
    return { type, base: connected, inheriting: passedOn };
  const base = { low: STREAM.read | R.file_stat_fget, high: RH.sockAccept };
  return { type, base, inheriting: passedOn === NO_RIGHTS ? connected : passedOn };
}

/** True for the sockets that descriptors can travel through. */
export function isUnixSocket(host: number): boolean {
  return getOption(host, SocketOptionNames.family) === SocketFamily.unix;
}

/** True for a socket of which the launcher knows that both ends are held by programs that the kernel serves. */
export function isLinked({ descriptors }: KernelProcess, fd: number): boolean {
  return (descriptors.baseHigh(fd) & RH.linked) !== 0;
}

/** The host descriptor behind a number that is sent with its rights, or `-badf`. */
export function requireClaimed({ descriptors }: KernelProcess, fd: number): Result {
  return descriptors.isOpen(fd) ? descriptors.require('sock_send', fd, 0) : -Errno.badf;
}

/**
 * Checks that a program may send one of its descriptors through a socket that is not linked: gives the host descriptor,
 * `-badf`, or `-notcapable` if a receiver could do more with it.
 */
export function requireSendable(process: KernelProcess, fd: number): Result {
  const { descriptors } = process;
  if (!descriptors.isOpen(fd)) return -Errno.badf;
  // Its end would leave the programs that the kernel serves, and narrowed descriptors with it.
  if (((descriptors.baseHigh(fd) | descriptors.inheritingHigh(fd)) & RH.linked) !== 0)
    return descriptors.refuse('sock_send', fd);
  const host = descriptors.require('sock_send', fd, 0);
  const found = receivable(process, host);
  if (typeof found === 'number') return found;
  const { base, inheriting } = found;
  const low = (base.low & ~descriptors.baseLow(fd)) | (inheriting.low & ~descriptors.inheritingLow(fd));
  const high = (base.high & ~descriptors.baseHigh(fd)) | (inheriting.high & ~descriptors.inheritingHigh(fd));
  return (low | high) === 0 ? host : descriptors.refuse('sock_send', fd, low, high);
}

/**
 * Puts a received host descriptor into the table, with no more than the inheriting rights of the socket it came
 * through. The host descriptor is closed if anything fails.
 *
 * @param claim The rights that the sender tells; `undefined` for a socket that is not linked.
 */
export function insertReceived(
  process: KernelProcess,
  socket: number,
  host: number,
  claim: Claim | undefined,
): Result {
  const { descriptors } = process;
  const found = receivable(process, host);
  const { type, base, inheriting } =
    typeof found === 'number' ? { type: Filetype.unknown, base: NO_RIGHTS, inheriting: NO_RIGHTS } : found;
  const most = { low: descriptors.inheritingLow(socket), high: descriptors.inheritingHigh(socket) };
  const told = claim ?? EVERYTHING;
  return descriptors.insert(
    host,
    type,
    base.low & most.low & told.base.low,
    (base.high & most.high & told.base.high) | linkOf(type, claim?.base),
    inheriting.low & most.low & told.inheriting.low,
    (inheriting.high & most.high & told.inheriting.high) | linkOf(type, claim?.inheriting),
    descriptors.grant(socket),
  );
}
