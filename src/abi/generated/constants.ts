// Generated from spec/cloudabi.abi by `npm run generate`. Do not edit.

/**
 * The outcome of a call. Some values are reported by no call; C libraries use them, or programs expect the
 * name to exist.
 */
export const Errno = {
  /** The call did what was asked. */
  success: 0,
  /** Arguments are too long. */
  '2big': 1,
  /** The host's permissions forbid it. */
  acces: 2,
  /** The address is in use. */
  addrinuse: 3,
  /** The address cannot be used here. */
  addrnotavail: 4,
  /** The address family is unknown. */
  afnosupport: 5,
  /** The call would have to wait, or a resource is short for the moment. */
  again: 6,
  /** A connection attempt is already under way. */
  already: 7,
  /** The descriptor is not open. */
  badf: 8,
  /** The message is damaged. */
  badmsg: 9,
  /** Something is using the resource. */
  busy: 10,
  /** The operation was called off. */
  canceled: 11,
  /** There is no child process. */
  child: 12,
  /** The connection was aborted. */
  connaborted: 13,
  /** The peer refused the connection. */
  connrefused: 14,
  /** The peer reset the connection. */
  connreset: 15,
  /** Waiting would never end. */
  deadlk: 16,
  /** The socket needs a destination. */
  destaddrreq: 17,
  /** The argument lies outside the domain of the function. */
  dom: 18,
  /** The disk quota is used up; reserved. */
  dquot: 19,
  /** The file exists already. */
  exist: 20,
  /** The address lies outside the memory of the program. */
  fault: 21,
  /** The file would become too large. */
  fbig: 22,
  /** No route leads to the host. */
  hostunreach: 23,
  /** The identifier was removed. */
  idrm: 24,
  /** The bytes are no valid text. */
  ilseq: 25,
  /** The operation has started and goes on. */
  inprogress: 26,
  /** A signal interrupted the call. */
  intr: 27,
  /** An argument is invalid. */
  inval: 28,
  /** The device failed. */
  io: 29,
  /** The socket is already connected. */
  isconn: 30,
  /** The file is a directory. */
  isdir: 31,
  /** The path leads through too many symbolic links. */
  loop: 32,
  /** The process has too many descriptors. */
  mfile: 33,
  /** The file has too many links. */
  mlink: 34,
  /** The message is too large. */
  msgsize: 35,
  /** The path crosses several hosts; reserved. */
  multihop: 36,
  /** The file name is too long. */
  nametoolong: 37,
  /** The network is down. */
  netdown: 38,
  /** The network dropped the connection. */
  netreset: 39,
  /** The network cannot be reached. */
  netunreach: 40,
  /** The system has too many files open. */
  nfile: 41,
  /** No buffer space is left. */
  nobufs: 42,
  /** The device does not exist, or cannot do this. */
  nodev: 43,
  /** The file does not exist. */
  noent: 44,
  /** The file is no executable. */
  noexec: 45,
  /** No lock is left. */
  nolck: 46,
  /** The link to the host is cut; reserved. */
  nolink: 47,
  /** No memory is left. */
  nomem: 48,
  /** There is no message of the wanted type. */
  nomsg: 49,
  /** The protocol has no such option. */
  noprotoopt: 50,
  /** No space is left on the device. */
  nospc: 51,
  /** The system does not have this call. */
  nosys: 52,
  /** The socket is not connected. */
  notconn: 53,
  /** The file is no directory, nor a link to one. */
  notdir: 54,
  /** The directory is not empty. */
  notempty: 55,
  /** The state cannot be recovered. */
  notrecoverable: 56,
  /** The descriptor is no socket. */
  notsock: 57,
  /** The object does not support this. */
  notsup: 58,
  /** The device does not support this control operation. */
  notty: 59,
  /** The device or address does not exist. */
  nxio: 60,
  /** The value does not fit its type. */
  overflow: 61,
  /** The previous owner of the lock died. */
  ownerdead: 62,
  /** The operation is not permitted. */
  perm: 63,
  /** Nobody reads from the other end. */
  pipe: 64,
  /** The protocol failed. */
  proto: 65,
  /** The protocol is not supported. */
  protonosupport: 66,
  /** The protocol does not fit the type of the socket. */
  prototype: 67,
  /** The result lies outside the range of its type. */
  range: 68,
  /** The file system is read-only. */
  rofs: 69,
  /** The descriptor has no offset to move. */
  spipe: 70,
  /** The process does not exist. */
  srch: 71,
  /** The file handle is outdated; reserved. */
  stale: 72,
  /** The peer did not answer in time. */
  timedout: 73,
  /** The executable is being run or written. */
  txtbsy: 74,
  /** The two files lie on different file systems. */
  xdev: 75,
  /** The descriptor lacks the rights for this. */
  notcapable: 76,
} as const;

/** One of the values of {@link Errno}. */
export type Errno = (typeof Errno)[keyof typeof Errno];

/** The name of each value of {@link Errno}, for printing. */
export const errnoNames: ReadonlyMap<number, keyof typeof Errno> = new Map<number, keyof typeof Errno>([
  [0, 'success'],
  [1, '2big'],
  [2, 'acces'],
  [3, 'addrinuse'],
  [4, 'addrnotavail'],
  [5, 'afnosupport'],
  [6, 'again'],
  [7, 'already'],
  [8, 'badf'],
  [9, 'badmsg'],
  [10, 'busy'],
  [11, 'canceled'],
  [12, 'child'],
  [13, 'connaborted'],
  [14, 'connrefused'],
  [15, 'connreset'],
  [16, 'deadlk'],
  [17, 'destaddrreq'],
  [18, 'dom'],
  [19, 'dquot'],
  [20, 'exist'],
  [21, 'fault'],
  [22, 'fbig'],
  [23, 'hostunreach'],
  [24, 'idrm'],
  [25, 'ilseq'],
  [26, 'inprogress'],
  [27, 'intr'],
  [28, 'inval'],
  [29, 'io'],
  [30, 'isconn'],
  [31, 'isdir'],
  [32, 'loop'],
  [33, 'mfile'],
  [34, 'mlink'],
  [35, 'msgsize'],
  [36, 'multihop'],
  [37, 'nametoolong'],
  [38, 'netdown'],
  [39, 'netreset'],
  [40, 'netunreach'],
  [41, 'nfile'],
  [42, 'nobufs'],
  [43, 'nodev'],
  [44, 'noent'],
  [45, 'noexec'],
  [46, 'nolck'],
  [47, 'nolink'],
  [48, 'nomem'],
  [49, 'nomsg'],
  [50, 'noprotoopt'],
  [51, 'nospc'],
  [52, 'nosys'],
  [53, 'notconn'],
  [54, 'notdir'],
  [55, 'notempty'],
  [56, 'notrecoverable'],
  [57, 'notsock'],
  [58, 'notsup'],
  [59, 'notty'],
  [60, 'nxio'],
  [61, 'overflow'],
  [62, 'ownerdead'],
  [63, 'perm'],
  [64, 'pipe'],
  [65, 'proto'],
  [66, 'protonosupport'],
  [67, 'prototype'],
  [68, 'range'],
  [69, 'rofs'],
  [70, 'spipe'],
  [71, 'srch'],
  [72, 'stale'],
  [73, 'timedout'],
  [74, 'txtbsy'],
  [75, 'xdev'],
  [76, 'notcapable'],
]);

/** The number of a descriptor. New ones need not be given out in ascending order. */
export const Fd = {
  /** What `proc_fork` gives to the child in place of a descriptor. */
  process_child: 0xffffffff,
  /** What `mem_map` is given if no file is mapped. */
  map_anon_fd: 0xffffffff,
} as const;

/** A value as described at {@link Fd}. */
export type Fd = number;

/** What a descriptor or a directory entry refers to. */
export const Filetype = {
  /** Something else, or the system cannot tell. */
  unknown: 0x0,
  /** A block device. */
  block_device: 0x10,
  /** A character device, such as a terminal. */
  character_device: 0x11,
  /** A directory. */
  directory: 0x20,
  /** A process; only ever a descriptor. */
  process: 0x50,
  /** An ordinary file. */
  regular_file: 0x60,
  /** Shared memory without a name; only ever a descriptor. */
  shared_memory: 0x70,
  /** A socket for datagrams. */
  socket_dgram: 0x80,
  /** A socket for a stream of bytes. */
  socket_stream: 0x82,
  /** A symbolic link; never a descriptor. */
  symbolic_link: 0x90,
} as const;

/** One of the values of {@link Filetype}. */
export type Filetype = (typeof Filetype)[keyof typeof Filetype];

/** The name of each value of {@link Filetype}, for printing. */
export const filetypeNames: ReadonlyMap<number, keyof typeof Filetype> = new Map<number, keyof typeof Filetype>([
  [0x0, 'unknown'],
  [0x10, 'block_device'],
  [0x11, 'character_device'],
  [0x20, 'directory'],
  [0x50, 'process'],
  [0x60, 'regular_file'],
  [0x70, 'shared_memory'],
  [0x80, 'socket_dgram'],
  [0x82, 'socket_stream'],
  [0x90, 'symbolic_link'],
]);

/** How a descriptor reads and writes. */
export const Fdflags = {
  /** Every write goes to the end of the file, wherever the offset is. */
  append: 0x1,
  /** A write returns once the data can be read back after a crash. */
  dsync: 0x2,
  /** No call waits: `errno.again` is reported instead. */
  nonblock: 0x4,
  /** A read first waits for pending writes to what it reads. */
  rsync: 0x8,
  /** As `fdflags.dsync`, and the attributes of the file are stored too. */
  sync: 0x10,
} as const;

/** Any union of the bits of {@link Fdflags}. */
export type Fdflags = number;

/** The name of each bit of {@link Fdflags}, for printing. */
export const fdflagsNames: ReadonlyMap<number, keyof typeof Fdflags> = new Map<number, keyof typeof Fdflags>([
  [0x1, 'append'],
  [0x2, 'dsync'],
  [0x4, 'nonblock'],
  [0x8, 'rsync'],
  [0x10, 'sync'],
]);

/** Which attributes `fd_stat_put` changes. */
export const Fdsflags = {
  /** The flags, to those in `fdstat.fs_flags`. */
  flags: 0x1,
  /** The rights, down to those in `fdstat.fs_rights_base` and `fdstat.fs_rights_inheriting`. */
  rights: 0x2,
} as const;

/** Any union of the bits of {@link Fdsflags}. */
export type Fdsflags = number;

/** The name of each bit of {@link Fdsflags}, for printing. */
export const fdsflagsNames: ReadonlyMap<number, keyof typeof Fdsflags> = new Map<number, keyof typeof Fdsflags>([
  [0x1, 'flags'],
  [0x2, 'rights'],
]);

/**
 * What may be done with a descriptor. The entry `needs` of each call says the same from the side of the
 * calls. Bits without a name are reserved; a program that sets them gets `errno.notcapable`.
 */
export const Rights = {
  /** `fd_datasync`. If inherited: opening files with `fdflags.dsync`. */
  fd_datasync: 0x1n,
  /**
   * `fd_read` and `sock_recv`. With `rights.fd_seek`: `fd_pread`. With `rights.mem_map`: mapping with
   * `mprot.read`.
   */
  fd_read: 0x2n,
  /** `fd_seek` to any offset. */
  fd_seek: 0x4n,
  /** `fd_stat_put` with `fdsflags.flags`. */
  fd_stat_put_flags: 0x8n,
  /** `fd_sync`. If inherited: opening files with `fdflags.sync`, `fdflags.rsync` or `fdflags.dsync`. */
  fd_sync: 0x10n,
  /** `fd_seek` by nothing from `whence.cur`, which tells the offset. */
  fd_tell: 0x20n,
  /**
   * `fd_write` and `sock_send`. With `rights.fd_seek`: `fd_pwrite`. With `rights.mem_map`: mapping with
   * `mprot.write`.
   */
  fd_write: 0x40n,
  /** `file_advise`. */
  file_advise: 0x80n,
  /** `file_allocate`. */
  file_allocate: 0x100n,
  /** `file_create` of a `filetype.directory`. */
  file_create_directory: 0x200n,
  /** With `rights.file_open`: `file_open` with `oflags.creat`. */
  file_create_file: 0x400n,
  /** `file_link` of files beneath this directory. */
  file_link_source: 0x1000n,
  /** `file_link` to names beneath this directory. */
  file_link_target: 0x2000n,
  /** `file_open`. */
  file_open: 0x4000n,
  /** `file_readdir`. */
  file_readdir: 0x8000n,
  /** `file_readlink`. */
  file_readlink: 0x10000n,
  /** `file_rename` of files beneath this directory. */
  file_rename_source: 0x20000n,
  /** `file_rename` to names beneath this directory. */
  file_rename_target: 0x40000n,
  /** `file_stat_fget`. */
  file_stat_fget: 0x80000n,
  /** `file_stat_fput` with `fsflags.size`. With `rights.file_open`: `file_open` with `oflags.trunc`. */
  file_stat_fput_size: 0x100000n,
  /** `file_stat_fput` of times. */
  file_stat_fput_times: 0x200000n,
  /** `file_stat_get`. */
  file_stat_get: 0x400000n,
  /** `file_stat_put` of times. */
  file_stat_put_times: 0x800000n,
  /** `file_symlink`. */
  file_symlink: 0x1000000n,
  /** `file_unlink`. */
  file_unlink: 0x2000000n,
  /** `mem_map`, by itself only without access to the pages. */
  mem_map: 0x4000000n,
  /** With `rights.mem_map`: mapping with `mprot.exec`. */
  mem_map_exec: 0x8000000n,
  /**
   * With `rights.fd_read`: `poll` for `eventtype.fd_read`. With `rights.fd_write`: `poll` for
   * `eventtype.fd_write`.
   */
  poll_fd_readwrite: 0x10000000n,
  /** `poll` for `eventtype.proc_terminate`. */
  poll_proc_terminate: 0x40000000n,
  /** `proc_exec` of this file. */
  proc_exec: 0x100000000n,
  /** `sock_shutdown`. */
  sock_shutdown: 0x8000000000n,
} as const;

/** Any union of the bits of {@link Rights}. */
export type Rights = bigint;

/** The name of each bit of {@link Rights}, for printing. */
export const rightsNames: ReadonlyMap<bigint, keyof typeof Rights> = new Map<bigint, keyof typeof Rights>([
  [0x1n, 'fd_datasync'],
  [0x2n, 'fd_read'],
  [0x4n, 'fd_seek'],
  [0x8n, 'fd_stat_put_flags'],
  [0x10n, 'fd_sync'],
  [0x20n, 'fd_tell'],
  [0x40n, 'fd_write'],
  [0x80n, 'file_advise'],
  [0x100n, 'file_allocate'],
  [0x200n, 'file_create_directory'],
  [0x400n, 'file_create_file'],
  [0x1000n, 'file_link_source'],
  [0x2000n, 'file_link_target'],
  [0x4000n, 'file_open'],
  [0x8000n, 'file_readdir'],
  [0x10000n, 'file_readlink'],
  [0x20000n, 'file_rename_source'],
  [0x40000n, 'file_rename_target'],
  [0x80000n, 'file_stat_fget'],
  [0x100000n, 'file_stat_fput_size'],
  [0x200000n, 'file_stat_fput_times'],
  [0x400000n, 'file_stat_get'],
  [0x800000n, 'file_stat_put_times'],
  [0x1000000n, 'file_symlink'],
  [0x2000000n, 'file_unlink'],
  [0x4000000n, 'mem_map'],
  [0x8000000n, 'mem_map_exec'],
  [0x10000000n, 'poll_fd_readwrite'],
  [0x40000000n, 'poll_proc_terminate'],
  [0x100000000n, 'proc_exec'],
  [0x8000000000n, 'sock_shutdown'],
]);

/** From where `fd_seek` counts. */
export const Whence = {
  /** From the present offset. */
  cur: 1,
  /** From the end of the file. */
  end: 2,
  /** From the start of the file. */
  set: 3,
} as const;

/** One of the values of {@link Whence}. */
export type Whence = (typeof Whence)[keyof typeof Whence];

/** The name of each value of {@link Whence}, for printing. */
export const whenceNames: ReadonlyMap<number, keyof typeof Whence> = new Map<number, keyof typeof Whence>([
  [1, 'cur'],
  [2, 'end'],
  [3, 'set'],
]);

/** A count of bytes in a file, or an offset from its start. */
export type Filesize = bigint;

/** A distance between two offsets in a file. */
export type Filedelta = bigint;

/** A time in nanoseconds, counted as its clock counts; in a file's attributes by `clockid.realtime`. */
export type Timestamp = bigint;

/** How many names a file has. */
export type Linkcount = number;

/** The file system that holds a file. Together with `inode` it identifies a file on this machine. */
export type Device = bigint;

/** The number of a file within its file system. */
export type Inode = bigint;

/** A place in a directory at which `file_readdir` can go on. */
export const Dircookie = {
  /** Before the first entry, at any time. */
  start: 0x0n,
} as const;

/** A value as described at {@link Dircookie}. */
export type Dircookie = bigint;

/** What a program expects to do with a part of a file or of memory. */
export const Advice = {
  /** Not to use it soon. */
  dontneed: 1,
  /** To use it once and not again. */
  noreuse: 2,
  /** Nothing in particular. */
  normal: 3,
  /** To use it in no particular order. */
  random: 4,
  /** To use it from the start to the end. */
  sequential: 5,
  /** To use it soon. */
  willneed: 6,
} as const;

/** One of the values of {@link Advice}. */
export type Advice = (typeof Advice)[keyof typeof Advice];

/** The name of each value of {@link Advice}, for printing. */
export const adviceNames: ReadonlyMap<number, keyof typeof Advice> = new Map<number, keyof typeof Advice>([
  [1, 'dontneed'],
  [2, 'noreuse'],
  [3, 'normal'],
  [4, 'random'],
  [5, 'sequential'],
  [6, 'willneed'],
]);

/** How the last component of a path is treated. */
export const Lookupflags = {
  /** A symbolic link is followed, and so on until something else is found. */
  symlink_follow: 0x1,
} as const;

/** Any union of the bits of {@link Lookupflags}. */
export type Lookupflags = number;

/** The name of each bit of {@link Lookupflags}, for printing. */
export const lookupflagsNames: ReadonlyMap<number, keyof typeof Lookupflags> = new Map<number, keyof typeof Lookupflags>([
  [0x1, 'symlink_follow'],
]);

/** What `file_open` does besides opening. */
export const Oflags = {
  /** Makes an ordinary file if there is none. */
  creat: 0x1,
  /** Fails with `errno.notdir` unless it is a directory. */
  directory: 0x2,
  /** With `oflags.creat`: fails with `errno.exist` if there is something already. */
  excl: 0x4,
  /** Empties the file. */
  trunc: 0x8,
} as const;

/** Any union of the bits of {@link Oflags}. */
export type Oflags = number;

/** The name of each bit of {@link Oflags}, for printing. */
export const oflagsNames: ReadonlyMap<number, keyof typeof Oflags> = new Map<number, keyof typeof Oflags>([
  [0x1, 'creat'],
  [0x2, 'directory'],
  [0x4, 'excl'],
  [0x8, 'trunc'],
]);

/** Which attributes `file_stat_fput` and `file_stat_put` change. */
export const Fsflags = {
  /** The time of last access, to `filestat.st_atim`. */
  atim: 0x1,
  /** The time of last access, to the present. */
  atim_now: 0x2,
  /** The time of last modification, to `filestat.st_mtim`. */
  mtim: 0x4,
  /** The time of last modification, to the present. */
  mtim_now: 0x8,
  /** The size, to `filestat.st_size`: what lies beyond is cut off, what is missing reads as zero. */
  size: 0x10,
} as const;

/** Any union of the bits of {@link Fsflags}. */
export type Fsflags = number;

/** The name of each bit of {@link Fsflags}, for printing. */
export const fsflagsNames: ReadonlyMap<number, keyof typeof Fsflags> = new Map<number, keyof typeof Fsflags>([
  [0x1, 'atim'],
  [0x2, 'atim_now'],
  [0x4, 'mtim'],
  [0x8, 'mtim_now'],
  [0x10, 'size'],
]);

/** What `file_unlink` removes. */
export const Ulflags = {
  /** An empty directory, instead of anything but a directory. */
  removedir: 0x1,
} as const;

/** Any union of the bits of {@link Ulflags}. */
export type Ulflags = number;

/** The name of each bit of {@link Ulflags}, for printing. */
export const ulflagsNames: ReadonlyMap<number, keyof typeof Ulflags> = new Map<number, keyof typeof Ulflags>([
  [0x1, 'removedir'],
]);

/** Which directions `sock_shutdown` ends. */
export const Sdflags = {
  /** Receiving. */
  rd: 0x1,
  /** Sending. */
  wr: 0x2,
} as const;

/** Any union of the bits of {@link Sdflags}. */
export type Sdflags = number;

/** The name of each bit of {@link Sdflags}, for printing. */
export const sdflagsNames: ReadonlyMap<number, keyof typeof Sdflags> = new Map<number, keyof typeof Sdflags>([
  [0x1, 'rd'],
  [0x2, 'wr'],
]);

/** How `sock_recv` receives. */
export const Riflags = {
  /** The message stays in the queue. */
  peek: 0x4,
  /** On a stream: waits until all the memory given is full. */
  waitall: 0x10,
} as const;

/** Any union of the bits of {@link Riflags}. */
export type Riflags = number;

/** The name of each bit of {@link Riflags}, for printing. */
export const riflagsNames: ReadonlyMap<number, keyof typeof Riflags> = new Map<number, keyof typeof Riflags>([
  [0x4, 'peek'],
  [0x10, 'waitall'],
]);

/** What `sock_recv` has to say about a message. */
export const Roflags = {
  /** More descriptors came than there was room for; the others are closed. */
  fds_truncated: 0x1,
  /** More data came than there was room for; the rest is lost. */
  data_truncated: 0x8,
} as const;

/** Any union of the bits of {@link Roflags}. */
export type Roflags = number;

/** The name of each bit of {@link Roflags}, for printing. */
export const roflagsNames: ReadonlyMap<number, keyof typeof Roflags> = new Map<number, keyof typeof Roflags>([
  [0x1, 'fds_truncated'],
  [0x8, 'data_truncated'],
]);

/** How `sock_send` sends. No flag is defined, so it is zero. */
export type Siflags = number;

/** What may be done with a page. `mprot.write` and `mprot.exec` exclude each other. */
export const Mprot = {
  /** Execute. */
  exec: 0x1,
  /** Write. */
  write: 0x2,
  /** Read. */
  read: 0x4,
} as const;

/** Any union of the bits of {@link Mprot}. */
export type Mprot = number;

/** The name of each bit of {@link Mprot}, for printing. */
export const mprotNames: ReadonlyMap<number, keyof typeof Mprot> = new Map<number, keyof typeof Mprot>([
  [0x1, 'exec'],
  [0x2, 'write'],
  [0x4, 'read'],
]);

/** What `mem_map` maps, and where. */
export const Mflags = {
  /** Fresh memory full of zeros instead of a file. */
  anon: 0x1,
  /** At exactly the address given, replacing what was there. */
  fixed: 0x2,
  /** Writes stay within this mapping. */
  private: 0x4,
  /** Writes reach the file and its other mappings. */
  shared: 0x8,
} as const;

/** Any union of the bits of {@link Mflags}. */
export type Mflags = number;

/** The name of each bit of {@link Mflags}, for printing. */
export const mflagsNames: ReadonlyMap<number, keyof typeof Mflags> = new Map<number, keyof typeof Mflags>([
  [0x1, 'anon'],
  [0x2, 'fixed'],
  [0x4, 'private'],
  [0x8, 'shared'],
]);

/** How `mem_sync` stores. */
export const Msflags = {
  /** Starts writing and does not wait. */
  async: 0x1,
  /** Lets go of cached data, so that it is read anew. */
  invalidate: 0x2,
  /** Writes and waits until it is done. */
  sync: 0x4,
} as const;

/** Any union of the bits of {@link Msflags}. */
export type Msflags = number;

/** The name of each bit of {@link Msflags}, for printing. */
export const msflagsNames: ReadonlyMap<number, keyof typeof Msflags> = new Map<number, keyof typeof Msflags>([
  [0x1, 'async'],
  [0x2, 'invalidate'],
  [0x4, 'sync'],
]);

/** The clocks there are. */
export const Clockid = {
  /** Real time since an unknown moment. It never jumps and never goes back. */
  monotonic: 1,
  /** The time processors have spent on this process. */
  process_cputime_id: 2,
  /** Real time since 1970-01-01T00:00:00Z. It can be set, so it can jump. */
  realtime: 3,
  /** The time a processor has spent on this thread. */
  thread_cputime_id: 4,
} as const;

/** One of the values of {@link Clockid}. */
export type Clockid = (typeof Clockid)[keyof typeof Clockid];

/** The name of each value of {@link Clockid}, for printing. */
export const clockidNames: ReadonlyMap<number, keyof typeof Clockid> = new Map<number, keyof typeof Clockid>([
  [1, 'monotonic'],
  [2, 'process_cputime_id'],
  [3, 'realtime'],
  [4, 'thread_cputime_id'],
]);

/** A value that the system hands back as it was given. */
export type Userdata = bigint;

/** What can be waited for. */
export const Eventtype = {
  /** A clock reaches `subscription.clock.timeout`. */
  clock: 1,
  /** The condition variable was signalled, and its lock is held again for writing. */
  condvar: 2,
  /** There is something to read, or the end. For ordinary files this is always so. */
  fd_read: 3,
  /** There is room to write. For ordinary files this is always so. */
  fd_write: 4,
  /** The lock is held for reading. */
  lock_rdlock: 5,
  /** The lock is held for writing. */
  lock_wrlock: 6,
  /** The process has ended. */
  proc_terminate: 7,
} as const;

/** One of the values of {@link Eventtype}. */
export type Eventtype = (typeof Eventtype)[keyof typeof Eventtype];

/** The name of each value of {@link Eventtype}, for printing. */
export const eventtypeNames: ReadonlyMap<number, keyof typeof Eventtype> = new Map<number, keyof typeof Eventtype>([
  [1, 'clock'],
  [2, 'condvar'],
  [3, 'fd_read'],
  [4, 'fd_write'],
  [5, 'lock_rdlock'],
  [6, 'lock_wrlock'],
  [7, 'proc_terminate'],
]);

/** The state of a descriptor that was waited for. */
export const Eventrwflags = {
  /** The peer of the socket or pipe has closed its end. */
  hangup: 0x1,
} as const;

/** Any union of the bits of {@link Eventrwflags}. */
export type Eventrwflags = number;

/** The name of each bit of {@link Eventrwflags}, for printing. */
export const eventrwflagsNames: ReadonlyMap<number, keyof typeof Eventrwflags> = new Map<number, keyof typeof Eventrwflags>([
  [0x1, 'hangup'],
]);

/** How a clock's timeout is meant. */
export const Subclockflags = {
  /** As a time of that clock, instead of as a duration from now. */
  abstime: 0x1,
} as const;

/** Any union of the bits of {@link Subclockflags}. */
export type Subclockflags = number;

/** The name of each bit of {@link Subclockflags}, for printing. */
export const subclockflagsNames: ReadonlyMap<number, keyof typeof Subclockflags> = new Map<number, keyof typeof Subclockflags>([
  [0x1, 'abstime'],
]);

/** How a descriptor is waited for. */
export const Subrwflags = {
  /** Has no effect. Programs set it, for the sake of old systems. */
  poll: 0x1,
} as const;

/** Any union of the bits of {@link Subrwflags}. */
export type Subrwflags = number;

/** The name of each bit of {@link Subrwflags}, for printing. */
export const subrwflagsNames: ReadonlyMap<number, keyof typeof Subrwflags> = new Map<number, keyof typeof Subrwflags>([
  [0x1, 'poll'],
]);

/**
 * The number of a thread within its process, valid while the thread lives. Its two topmost bits are zero,
 * because it is stored in a `lock`. It has no other use.
 */
export type Tid = number;

/**
 * A lock for many readers or one writer. A thread may take it for reading again while it has it for
 * reading. The lower 30 bits hold the writer's `tid`, or the number of read locks.
 */
export const Lock = {
  /** Free, and nobody waits. This is how a lock starts. */
  unlocked: 0,
  /** A bit: taken for writing. */
  wrlocked: 0x40000000,
  /**
   * A bit: threads wait, so the last owner calls the kernel to give it up. New readers wait too, so that
   * writers are not starved, unless waiting would never end because they hold a read lock already.
   */
  kernel_managed: 0x80000000,
  /** No valid state: nobody has it, but somebody waits. */
  bogus: 0x80000000,
} as const;

/** A value as described at {@link Lock}. */
export type Lock = number;

/** A condition variable. */
export const Condvar = {
  /** Nobody waits, so nobody need be woken. With any other value the kernel is called. */
  has_no_waiters: 0,
} as const;

/** A value as described at {@link Condvar}. */
export type Condvar = number;

/** In what kind of memory a lock or condition variable lies. */
export const Scope = {
  /** In memory of this process alone. */
  private: 4,
  /** In memory that other processes map too. */
  shared: 8,
} as const;

/** One of the values of {@link Scope}. */
export type Scope = (typeof Scope)[keyof typeof Scope];

/** The name of each value of {@link Scope}, for printing. */
export const scopeNames: ReadonlyMap<number, keyof typeof Scope> = new Map<number, keyof typeof Scope>([
  [4, 'private'],
  [8, 'shared'],
]);

/** How many threads to wake. */
export type Nthreads = number;

/** What a process says about its end: zero for success. */
export type Exitcode = number;

/**
 * Why a process was stopped or ended by something other than its own wish. The attribute says what the
 * signal does when `proc_raise` raises it. There are no signal handlers.
 */
export const Signal = {
  /** The program gave up. */
  abrt: 1,
  /** An alarm clock went off. */
  alrm: 2,
  /** Memory was used that has nothing behind it, or not as it must be aligned. */
  bus: 3,
  /** A child changed its state. */
  chld: 4,
  /** A stopped process goes on. */
  cont: 5,
  /** A calculation cannot be done. */
  fpe: 6,
  /** The terminal went away. */
  hup: 7,
  /** The processor does not know the instruction. */
  ill: 8,
  /** Somebody at the terminal wants it to end. */
  int: 9,
  /** Somebody ended it. */
  kill: 10,
  /** Nobody reads what is written. */
  pipe: 11,
  /** Somebody at the terminal wants it to end and leave a trace. */
  quit: 12,
  /** Memory was used that is not mapped, or not for this. */
  segv: 13,
  /** Somebody stopped it. */
  stop: 14,
  /** The system call does not exist or is forbidden. */
  sys: 15,
  /** Somebody asks it to end. */
  term: 16,
  /** A breakpoint was reached. */
  trap: 17,
  /** Somebody at the terminal stopped it. */
  tstp: 18,
  /** It reads from the terminal while in the background. */
  ttin: 19,
  /** It writes to the terminal while in the background. */
  ttou: 20,
  /** Urgent data waits at a socket. */
  urg: 21,
  /** Free for any use. */
  usr1: 22,
  /** Free for any use. */
  usr2: 23,
  /** A timer that counts processor time went off. */
  vtalrm: 24,
  /** The limit of processor time was reached. */
  xcpu: 25,
  /** The limit of file size was reached. */
  xfsz: 26,
} as const;

/** One of the values of {@link Signal}. */
export type Signal = (typeof Signal)[keyof typeof Signal];

/** The name of each value of {@link Signal}, for printing. */
export const signalNames: ReadonlyMap<number, keyof typeof Signal> = new Map<number, keyof typeof Signal>([
  [1, 'abrt'],
  [2, 'alrm'],
  [3, 'bus'],
  [4, 'chld'],
  [5, 'cont'],
  [6, 'fpe'],
  [7, 'hup'],
  [8, 'ill'],
  [9, 'int'],
  [10, 'kill'],
  [11, 'pipe'],
  [12, 'quit'],
  [13, 'segv'],
  [14, 'stop'],
  [15, 'sys'],
  [16, 'term'],
  [17, 'trap'],
  [18, 'tstp'],
  [19, 'ttin'],
  [20, 'ttou'],
  [21, 'urg'],
  [22, 'usr1'],
  [23, 'usr2'],
  [24, 'vtalrm'],
  [25, 'xcpu'],
  [26, 'xfsz'],
]);

/** The effect of a value of {@link Signal}. */
export type SignalAction = 'terminate' | 'ignore' | 'continue' | 'stop';

/** The effect of each value of {@link Signal}. */
export const signalActions: ReadonlyMap<number, SignalAction> = new Map<number, SignalAction>([
  [1, 'terminate'],
  [2, 'terminate'],
  [3, 'terminate'],
  [4, 'ignore'],
  [5, 'continue'],
  [6, 'terminate'],
  [7, 'terminate'],
  [8, 'terminate'],
  [9, 'terminate'],
  [10, 'terminate'],
  [11, 'ignore'],
  [12, 'terminate'],
  [13, 'terminate'],
  [14, 'stop'],
  [15, 'terminate'],
  [16, 'terminate'],
  [17, 'terminate'],
  [18, 'stop'],
  [19, 'stop'],
  [20, 'stop'],
  [21, 'ignore'],
  [22, 'terminate'],
  [23, 'terminate'],
  [24, 'terminate'],
  [25, 'terminate'],
  [26, 'terminate'],
]);

/** What an entry of the auxiliary vector tells. */
export const Auxtype = {
  /** Nothing: the vector ends here. */
  null: 0,
  /** Where the program headers of the executable are in memory. */
  phdr: 3,
  /** How many program headers there are. */
  phnum: 4,
  /** The size of a page: the least that can be mapped and protected by itself. */
  pagesz: 6,
  /** By how much the executable was moved from the addresses it was linked for. */
  base: 7,
  /** Where the argument data is. */
  argdata: 256,
  /** How many bytes of argument data there are. */
  argdatalen: 257,
  /** Where random bytes are, good enough for stack protection and no secret keys. */
  canary: 258,
  /** How many random bytes there are. */
  canarylen: 259,
  /** How many processors there are. */
  ncpus: 260,
  /** The `tid` of the first thread. */
  tid: 261,
  /**
   * Where the ELF header of the library with the system calls is: one symbol per call, the call's name
   * after `cloudabi_sys_`. Programs call these, and raise no traps themselves. That lets a system answer
   * calls without entering the kernel, be emulated by another, and replace calls one by one.
   */
  sysinfo_ehdr: 262,
  /**
   * Where the identity of the process is: 16 bytes, a random (version 4) UUID. There are no process
   * numbers.
   */
  pid: 263,
} as const;

/** One of the values of {@link Auxtype}. */
export type Auxtype = (typeof Auxtype)[keyof typeof Auxtype];

/** The name of each value of {@link Auxtype}, for printing. */
export const auxtypeNames: ReadonlyMap<number, keyof typeof Auxtype> = new Map<number, keyof typeof Auxtype>([
  [0, 'null'],
  [3, 'phdr'],
  [4, 'phnum'],
  [6, 'pagesz'],
  [7, 'base'],
  [256, 'argdata'],
  [257, 'argdatalen'],
  [258, 'canary'],
  [259, 'canarylen'],
  [260, 'ncpus'],
  [261, 'tid'],
  [262, 'sysinfo_ehdr'],
  [263, 'pid'],
]);

/** The lower 32 bits of each right; never negative, so `(descriptor.baseLow & need) === need` works. */
export const RightsLow = {
  fd_datasync: 0x1,
  fd_read: 0x2,
  fd_seek: 0x4,
  fd_stat_put_flags: 0x8,
  fd_sync: 0x10,
  fd_tell: 0x20,
  fd_write: 0x40,
  file_advise: 0x80,
  file_allocate: 0x100,
  file_create_directory: 0x200,
  file_create_file: 0x400,
  file_link_source: 0x1000,
  file_link_target: 0x2000,
  file_open: 0x4000,
  file_readdir: 0x8000,
  file_readlink: 0x10000,
  file_rename_source: 0x20000,
  file_rename_target: 0x40000,
  file_stat_fget: 0x80000,
  file_stat_fput_size: 0x100000,
  file_stat_fput_times: 0x200000,
  file_stat_get: 0x400000,
  file_stat_put_times: 0x800000,
  file_symlink: 0x1000000,
  file_unlink: 0x2000000,
  mem_map: 0x4000000,
  mem_map_exec: 0x8000000,
  poll_fd_readwrite: 0x10000000,
  poll_proc_terminate: 0x40000000,
  proc_exec: 0x0,
  sock_shutdown: 0x0,
} as const;

/** The upper 32 bits of each right; never negative, so `(descriptor.baseHigh & need) === need` works. */
export const RightsHigh = {
  fd_datasync: 0x0,
  fd_read: 0x0,
  fd_seek: 0x0,
  fd_stat_put_flags: 0x0,
  fd_sync: 0x0,
  fd_tell: 0x0,
  fd_write: 0x0,
  file_advise: 0x0,
  file_allocate: 0x0,
  file_create_directory: 0x0,
  file_create_file: 0x0,
  file_link_source: 0x0,
  file_link_target: 0x0,
  file_open: 0x0,
  file_readdir: 0x0,
  file_readlink: 0x0,
  file_rename_source: 0x0,
  file_rename_target: 0x0,
  file_stat_fget: 0x0,
  file_stat_fput_size: 0x0,
  file_stat_fput_times: 0x0,
  file_stat_get: 0x0,
  file_stat_put_times: 0x0,
  file_symlink: 0x0,
  file_unlink: 0x0,
  mem_map: 0x0,
  mem_map_exec: 0x0,
  poll_fd_readwrite: 0x0,
  poll_proc_terminate: 0x0,
  proc_exec: 0x1,
  sock_shutdown: 0x80,
} as const;

/** Every right there is. */
export const allRights: Rights = 0x815ffff7ffn;

/** The lower half of {@link allRights}. */
export const allRightsLow: number = 0x5ffff7ff;

/** The upper half of {@link allRights}. */
export const allRightsHigh: number = 0x81;
