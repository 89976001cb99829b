import { Errno } from '../abi/generated/constants.ts';
import { LinuxErrno } from '../linux/errno.ts';

/**
 * The result of a system call of the kernel: its value (zero or more), or minus one of the ABI's `Errno` values. No
 * call throws: an exception out of a system call would be ours, not the program's.
 */
export type Result = number;

const L = LinuxErrno;

/** Linux's error numbers as the ABI's; a number that is missing becomes `io`. */
const pairs: readonly (readonly [number, Errno])[] = [
  [L.EPERM, Errno.perm],
  [L.ENOENT, Errno.noent],
  [L.ESRCH, Errno.srch],
  [L.EINTR, Errno.intr],
  [L.EIO, Errno.io],
  [L.ENXIO, Errno.nxio],
  [L.E2BIG, Errno['2big']],
  [L.ENOEXEC, Errno.noexec],
  [L.EBADF, Errno.badf],
  [L.ECHILD, Errno.child],
  [L.EAGAIN, Errno.again],
  [L.ENOMEM, Errno.nomem],
  [L.EACCES, Errno.acces],
  [L.EFAULT, Errno.fault],
  [L.EBUSY, Errno.busy],
  [L.EEXIST, Errno.exist],
  [L.EXDEV, Errno.xdev],
  [L.ENODEV, Errno.nodev],
  [L.ENOTDIR, Errno.notdir],
  [L.EISDIR, Errno.isdir],
  [L.EINVAL, Errno.inval],
  [L.ENFILE, Errno.nfile],
  [L.EMFILE, Errno.mfile],
  [L.ENOTTY, Errno.notty],
  [L.ETXTBSY, Errno.txtbsy],
  [L.EFBIG, Errno.fbig],
  [L.ENOSPC, Errno.nospc],
  [L.ESPIPE, Errno.spipe],
  [L.EROFS, Errno.rofs],
  [L.EMLINK, Errno.mlink],
  [L.EPIPE, Errno.pipe],
  [L.EDOM, Errno.dom],
  [L.ERANGE, Errno.range],
  [L.EDEADLK, Errno.deadlk],
  [L.ENAMETOOLONG, Errno.nametoolong],
  [L.ENOLCK, Errno.nolck],
  [L.ENOSYS, Errno.nosys],
  [L.ENOTEMPTY, Errno.notempty],
  [L.ELOOP, Errno.loop],
  [L.ENOMSG, Errno.nomsg],
  [L.EIDRM, Errno.idrm],
  [L.ENOLINK, Errno.nolink],
  [L.EPROTO, Errno.proto],
  [L.EMULTIHOP, Errno.multihop],
  [L.EBADMSG, Errno.badmsg],
  [L.EOVERFLOW, Errno.overflow],
  [L.EILSEQ, Errno.ilseq],
  [L.ENOTSOCK, Errno.notsock],
  [L.EDESTADDRREQ, Errno.destaddrreq],
  [L.EMSGSIZE, Errno.msgsize],
  [L.EPROTOTYPE, Errno.prototype],
  [L.ENOPROTOOPT, Errno.noprotoopt],
  [L.EPROTONOSUPPORT, Errno.protonosupport],
  [L.EOPNOTSUPP, Errno.notsup],
  [L.EAFNOSUPPORT, Errno.afnosupport],
  [L.EADDRINUSE, Errno.addrinuse],
  [L.EADDRNOTAVAIL, Errno.addrnotavail],
  [L.ENETDOWN, Errno.netdown],
  [L.ENETUNREACH, Errno.netunreach],
  [L.ENETRESET, Errno.netreset],
  [L.ECONNABORTED, Errno.connaborted],
  [L.ECONNRESET, Errno.connreset],
  [L.ENOBUFS, Errno.nobufs],
  [L.EISCONN, Errno.isconn],
  [L.ENOTCONN, Errno.notconn],
  // Too many descriptors are under way in messages (unix(7)).
  [L.ETOOMANYREFS, Errno.nobufs],
  [L.ETIMEDOUT, Errno.timedout],
  [L.ECONNREFUSED, Errno.connrefused],
  [L.EHOSTUNREACH, Errno.hostunreach],
  [L.EALREADY, Errno.already],
  [L.EINPROGRESS, Errno.inprogress],
  [L.ESTALE, Errno.stale],
  [L.EDQUOT, Errno.dquot],
  [L.ECANCELED, Errno.canceled],
  [L.EOWNERDEAD, Errno.ownerdead],
  [L.ENOTRECOVERABLE, Errno.notrecoverable],
];

/** The ABI's error number for each of Linux's; the last one stands for all that are larger. */
export const abiErrors: Uint8Array = new Uint8Array(256).fill(Errno.io);
for (const [linux, abi] of pairs) abiErrors[linux] = abi;

/** Turns a host result (`-errno` of Linux) into the kernel's. */
export function fromHost(result: number): Result {
  return result >= 0 ? result : -(abiErrors[-result] ?? Errno.io);
}

/** The same for lookups beneath a directory, where EXDEV says that the path leads out of it. */
export function fromLookup(result: number): Result {
  return result === -L.EXDEV ? -Errno.notcapable : fromHost(result);
}
