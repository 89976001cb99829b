import type { SystemCall } from '../linux/system-calls.ts';

/** A right on a descriptor that can be withheld; `rights` says what each is. */
export type Right =
  | 'read'
  | 'write'
  | 'seek'
  | 'truncate'
  | 'sync'
  | 'stat'
  | 'attributes'
  | 'lock'
  | 'map'
  | 'lookup'
  | 'accept'
  | 'listen'
  | 'shutdown'
  | 'options'
  | 'name';

/** The use of a descriptor that each right allows. */
export const rights: Readonly<Record<Right, string>> = {
  read: 'read, receive, list a directory',
  write: 'write, send, reserve space',
  seek: 'move the position, and read and write at a position',
  truncate: 'change the length of a file',
  sync: 'wait until writes are on the disk',
  stat: 'read attributes',
  attributes: 'change mode, owner and times',
  lock: 'lock a file with flock',
  map: 'map a file into memory; with read, and to be written with write, too',
  lookup: 'use a directory as where a path begins',
  accept: 'accept connections',
  listen: 'begin to listen',
  shutdown: 'end one direction of a connection',
  options: 'read and set options of a socket',
  name: 'ask for the addresses of a socket',
};

/** The limits of one descriptor, as sets. */
export type LimitedDescriptor = {
  readonly descriptor: number;
  readonly rights: ReadonlySet<Right>;
  readonly ioctls: ReadonlySet<number> | undefined;
  readonly fcntls: ReadonlySet<number> | undefined;
  /** True if it was opened for writing, so that a mapping of it can be written to, too. */
  readonly writable: boolean;
};

/** Calls on a descriptor: in which arguments it is, and the right that each needs. */
export type NeededRights = readonly (readonly [
  call: SystemCall,
  ...(readonly [argument: number, Right])[],
])[];

/** The calls on descriptors that capability mode lets through. */
export const neededRights: NeededRights = [
  ['accept', [0, 'accept']],
  ['accept4', [0, 'accept']],
  ['copy_file_range', [0, 'read'], [2, 'write'], [0, 'seek'], [2, 'seek']],
  ['faccessat2', [0, 'stat']],
  ['fallocate', [0, 'write'], [0, 'truncate']],
  ['fchmod', [0, 'attributes']],
  ['fchown', [0, 'attributes']],
  ['fdatasync', [0, 'sync']],
  ['fgetxattr', [0, 'stat']],
  ['flistxattr', [0, 'stat']],
  ['flock', [0, 'lock']],
  ['fstat', [0, 'stat']],
  ['fstatfs', [0, 'stat']],
  ['fsync', [0, 'sync']],
  ['ftruncate', [0, 'truncate']],
  ['getdents64', [0, 'read']],
  ['getpeername', [0, 'name']],
  ['getsockname', [0, 'name']],
  ['getsockopt', [0, 'options']],
  ['linkat', [0, 'lookup'], [2, 'lookup']],
  ['listen', [0, 'listen']],
  ['lseek', [0, 'seek']],
  ['mkdirat', [0, 'lookup']],
  ['mq_getsetattr', [0, 'stat']],
  ['mq_timedreceive', [0, 'read']],
  ['mq_timedsend', [0, 'write']],
  ['openat2', [0, 'lookup']],
  ['pread64', [0, 'read'], [0, 'seek']],
  ['preadv', [0, 'read'], [0, 'seek']],
  ['preadv2', [0, 'read'], [0, 'seek']],
  ['pwrite64', [0, 'write'], [0, 'seek']],
  ['pwritev', [0, 'write'], [0, 'seek']],
  ['pwritev2', [0, 'write'], [0, 'seek']],
  ['read', [0, 'read']],
  ['readahead', [0, 'read']],
  ['readlinkat', [0, 'stat']],
  ['readv', [0, 'read']],
  ['recvfrom', [0, 'read']],
  ['recvmmsg', [0, 'read']],
  ['recvmsg', [0, 'read']],
  ['renameat2', [0, 'lookup'], [2, 'lookup']],
  ['sendfile', [0, 'write'], [1, 'read'], [1, 'seek']],
  ['sendto', [0, 'write']],
  ['setsockopt', [0, 'options']],
  ['shutdown', [0, 'shutdown']],
  ['splice', [0, 'read'], [2, 'write'], [0, 'seek'], [2, 'seek']],
  ['statx', [0, 'stat']],
  ['symlinkat', [1, 'lookup']],
  ['sync_file_range', [0, 'sync']],
  ['syncfs', [0, 'sync']],
  ['tee', [0, 'read'], [1, 'write']],
  ['unlinkat', [0, 'lookup']],
  ['utimensat', [0, 'attributes']],
  ['vmsplice', [0, 'read'], [0, 'write']],
  ['write', [0, 'write']],
  ['writev', [0, 'write']],
];
