/** Linux error numbers by name; the same on x86-64 and aarch64 (asm-generic/errno.h). */
export const LinuxErrno = {
  EPERM: 1,
  ENOENT: 2,
  ESRCH: 3,
  EINTR: 4,
  EIO: 5,
  ENXIO: 6,
  E2BIG: 7,
  ENOEXEC: 8,
  EBADF: 9,
  ECHILD: 10,
  EAGAIN: 11,
  ENOMEM: 12,
  EACCES: 13,
  EFAULT: 14,
  EBUSY: 16,
  EEXIST: 17,
  EXDEV: 18,
  ENODEV: 19,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  ENFILE: 23,
  EMFILE: 24,
  ENOTTY: 25,
  ETXTBSY: 26,
  EFBIG: 27,
  ENOSPC: 28,
  ESPIPE: 29,
  EROFS: 30,
  EMLINK: 31,
  EPIPE: 32,
  EDOM: 33,
  ERANGE: 34,
  EDEADLK: 35,
  ENAMETOOLONG: 36,
  ENOLCK: 37,
  ENOSYS: 38,
  ENOTEMPTY: 39,
  ELOOP: 40,
  ENOMSG: 42,
  EIDRM: 43,
  ENOLINK: 67,
  EPROTO: 71,
  EMULTIHOP: 72,
  EBADMSG: 74,
  EOVERFLOW: 75,
  EBADFD: 77,
  EILSEQ: 84,
  ENOTSOCK: 88,
  EDESTADDRREQ: 89,
  EMSGSIZE: 90,
  EPROTOTYPE: 91,
  ENOPROTOOPT: 92,
  EPROTONOSUPPORT: 93,
  EOPNOTSUPP: 95,
  EAFNOSUPPORT: 97,
  EADDRINUSE: 98,
  EADDRNOTAVAIL: 99,
  ENETDOWN: 100,
  ENETUNREACH: 101,
  ENETRESET: 102,
  ECONNABORTED: 103,
  ECONNRESET: 104,
  ENOBUFS: 105,
  EISCONN: 106,
  ENOTCONN: 107,
  ETOOMANYREFS: 109,
  ETIMEDOUT: 110,
  ECONNREFUSED: 111,
  EHOSTUNREACH: 113,
  EALREADY: 114,
  EINPROGRESS: 115,
  ESTALE: 116,
  EDQUOT: 122,
  ECANCELED: 125,
  EOWNERDEAD: 130,
  ENOTRECOVERABLE: 131,
} as const;

const meanings: Readonly<Record<number, string>> = {
  1: 'operation not permitted',
  2: 'no such file or directory',
  9: 'descriptor is not open',
  12: 'out of memory',
  13: 'permission denied',
  14: 'bad address',
  17: 'file exists',
  18: 'leads out of the directory',
  20: 'not a directory',
  21: 'is a directory',
  22: 'invalid argument',
  24: 'too many open descriptors',
  28: 'no space left on device',
  30: 'read-only file system',
  36: 'name too long',
  38: 'not supported by this kernel',
  40: 'too many symbolic links',
  95: 'not supported',
  97: 'address family not supported',
  98: 'address already in use',
  99: 'address not available on this host',
  111: 'connection refused',
};

const names = new Map<number, string>(Object.entries(LinuxErrno).map(([name, number]) => [number, name]));

/** The name of a Linux error number, such as `ENOENT`; `errno 4711` for one without a name. */
export function errnoName(errno: number): string {
  return names.get(errno) ?? `errno ${errno}`;
}

/** Gives the words for a Linux error number, such as `no such file or directory`. */
export function errnoMeaning(errno: number): string {
  return meanings[errno] ?? errnoName(errno);
}

/** A host system call failed. Thrown by set-up code; hot paths return `-errno` instead. */
export class SystemError extends Error {
  override readonly name = 'SystemError';
  readonly code = 'host_call_failed';
  /** Linux error number, positive. */
  readonly errno: number;
  /** Name of the system call, such as `openat2`. */
  readonly call: string;

  /**
   * @param errno Linux error number, positive.
   * @param call Name of the system call.
   * @param subject The subject of the call, such as a path; empty if nothing more can be said.
   */
  constructor(errno: number, call: string, subject: string) {
    super(`${subject === '' ? call : `${call} ${subject}`}: ${errnoMeaning(errno)} (${errnoName(errno)})`);
    this.errno = errno;
    this.call = call;
  }
}

/** Passes on the result of a call that returns `-errno`, or throws it as a `SystemError`. */
export function check(result: number, call: string, subject = ''): number {
  if (result < 0) throw new SystemError(-result, call, subject);
  return result;
}
