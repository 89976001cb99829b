// Generated from spec/cloudabi.abi by `npm run generate`. Do not edit.
// Values of CloudABI's types, for AssemblyScript.

/**
 * The outcome of a call. Some values are reported by no call; C libraries use them, or programs expect the
 * name to exist.
 */
export const enum Errno {
  /** The call did what was asked. */
  success = 0,
  /** Arguments are too long. */
  _2big = 1,
  /** The host's permissions forbid it. */
  acces = 2,
  /** The address is in use. */
  addrinuse = 3,
  /** The address cannot be used here. */
  addrnotavail = 4,
  /** The address family is unknown. */
  afnosupport = 5,
  /** The call would have to wait, or a resource is short for the moment. */
  again = 6,
  /** A connection attempt is already under way. */
  already = 7,
  /** The descriptor is not open. */
  badf = 8,
  /** The message is damaged. */
  badmsg = 9,
  /** Something is using the resource. */
  busy = 10,
  /** The operation was called off. */
  canceled = 11,
  /** There is no child process. */
  child = 12,
  /** The connection was aborted. */
  connaborted = 13,
  /** The peer refused the connection. */
  connrefused = 14,
  /** The peer reset the connection. */
  connreset = 15,
  /** Waiting would never end. */
  deadlk = 16,
  /** The socket needs a destination. */
  destaddrreq = 17,
  /** The argument lies outside the domain of the function. */
  dom = 18,
  /** The disk quota is used up; reserved. */
  dquot = 19,
  /** The file exists already. */
  exist = 20,
  /** The address lies outside the memory of the program. */
  fault = 21,
  /** The file would become too large. */
  fbig = 22,
  /** No route leads to the host. */
  hostunreach = 23,
  /** The identifier was removed. */
  idrm = 24,
  /** The bytes are no valid text. */
  ilseq = 25,
  /** The operation has started and goes on. */
  inprogress = 26,
  /** A signal interrupted the call. */
  intr = 27,
  /** An argument is invalid. */
  inval = 28,
  /** The device failed. */
  io = 29,
  /** The socket is already connected. */
  isconn = 30,
  /** The file is a directory. */
  isdir = 31,
  /** The path leads through too many symbolic links. */
  loop = 32,
  /** The process has too many descriptors. */
  mfile = 33,
  /** The file has too many links. */
  mlink = 34,
  /** The message is too large. */
  msgsize = 35,
  /** The path crosses several hosts; reserved. */
  multihop = 36,
  /** The file name is too long. */
  nametoolong = 37,
  /** The network is down. */
  netdown = 38,
  /** The network dropped the connection. */
  netreset = 39,
  /** The network cannot be reached. */
  netunreach = 40,
  /** The system has too many files open. */
  nfile = 41,
  /** No buffer space is left. */
  nobufs = 42,
  /** The device does not exist, or cannot do this. */
  nodev = 43,
  /** The file does not exist. */
  noent = 44,
  /** The file is no executable. */
  noexec = 45,
  /** No lock is left. */
  nolck = 46,
  /** The link to the host is cut; reserved. */
  nolink = 47,
  /** No memory is left. */
  nomem = 48,
  /** There is no message of the wanted type. */
  nomsg = 49,
  /** The protocol has no such option. */
  noprotoopt = 50,
  /** No space is left on the device. */
  nospc = 51,
  /** The system does not have this call. */
  nosys = 52,
  /** The socket is not connected. */
  notconn = 53,
  /** The file is no directory, nor a link to one. */
  notdir = 54,
  /** The directory is not empty. */
  notempty = 55,
  /** The state cannot be recovered. */
  notrecoverable = 56,
  /** The descriptor is no socket. */
  notsock = 57,
  /** The object does not support this. */
  notsup = 58,
  /** The device does not support this control operation. */
  notty = 59,
  /** The device or address does not exist. */
  nxio = 60,
  /** The value does not fit its type. */
  overflow = 61,
  /** The previous owner of the lock died. */
  ownerdead = 62,
  /** The operation is not permitted. */
  perm = 63,
  /** Nobody reads from the other end. */
  pipe = 64,
  /** The protocol failed. */
  proto = 65,
  /** The protocol is not supported. */
  protonosupport = 66,
  /** The protocol does not fit the type of the socket. */
  prototype = 67,
  /** The result lies outside the range of its type. */
  range = 68,
  /** The file system is read-only. */
  rofs = 69,
  /** The descriptor has no offset to move. */
  spipe = 70,
  /** The process does not exist. */
  srch = 71,
  /** The file handle is outdated; reserved. */
  stale = 72,
  /** The peer did not answer in time. */
  timedout = 73,
  /** The executable is being run or written. */
  txtbsy = 74,
  /** The two files lie on different file systems. */
  xdev = 75,
  /** The descriptor lacks the rights for this. */
  notcapable = 76,
}

/** The number of a descriptor. New ones need not be given out in ascending order. */
export namespace Fd {
  /** What `proc_fork` gives to the child in place of a descriptor. */
  export const process_child: u32 = 0xffffffff;
  /** What `mem_map` is given if no file is mapped. */
  export const map_anon_fd: u32 = 0xffffffff;
}

/** What a descriptor or a directory entry refers to. */
export const enum Filetype {
  /** Something else, or the system cannot tell. */
  unknown = 0x0,
  /** A block device. */
  block_device = 0x10,
  /** A character device, such as a terminal. */
  character_device = 0x11,
  /** A directory. */
  directory = 0x20,
  /** A process; only ever a descriptor. */
  process = 0x50,
  /** An ordinary file. */
  regular_file = 0x60,
  /** Shared memory without a name; only ever a descriptor. */
  shared_memory = 0x70,
  /** A socket for datagrams. */
  socket_dgram = 0x80,
  /** A socket for a stream of bytes. */
  socket_stream = 0x82,
  /** A symbolic link; never a descriptor. */
  symbolic_link = 0x90,
}

/** How a descriptor reads and writes. */
export const enum Fdflags {
  /** Every write goes to the end of the file, wherever the offset is. */
  append = 0x1,
  /** A write returns once the data can be read back after a crash. */
  dsync = 0x2,
  /** No call waits: `errno.again` is reported instead. */
  nonblock = 0x4,
  /** A read first waits for pending writes to what it reads. */
  rsync = 0x8,
  /** As `fdflags.dsync`, and the attributes of the file are stored too. */
  sync = 0x10,
}

/** Which attributes `fd_stat_put` changes. */
export const enum Fdsflags {
  /** The flags, to those in `fdstat.fs_flags`. */
  flags = 0x1,
  /** The rights, down to those in `fdstat.fs_rights_base` and `fdstat.fs_rights_inheriting`. */
  rights = 0x2,
}

/**
 * What may be done with a descriptor. The entry `needs` of each call says the same from the side of the
 * calls. Bits without a name are reserved; a program that sets them gets `errno.notcapable`.
 */
export namespace Rights {
  /** `fd_datasync`. If inherited: opening files with `fdflags.dsync`. */
  export const fd_datasync: u64 = 0x1;
  /**
   * `fd_read` and `sock_recv`. With `rights.fd_seek`: `fd_pread`. With `rights.mem_map`: mapping with
   * `mprot.read`.
   */
  export const fd_read: u64 = 0x2;
  /** `fd_seek` to any offset. */
  export const fd_seek: u64 = 0x4;
  /** `fd_stat_put` with `fdsflags.flags`. */
  export const fd_stat_put_flags: u64 = 0x8;
  /** `fd_sync`. If inherited: opening files with `fdflags.sync`, `fdflags.rsync` or `fdflags.dsync`. */
  export const fd_sync: u64 = 0x10;
  /** `fd_seek` by nothing from `whence.cur`, which tells the offset. */
  export const fd_tell: u64 = 0x20;
  /**
   * `fd_write` and `sock_send`. With `rights.fd_seek`: `fd_pwrite`. With `rights.mem_map`: mapping with
   * `mprot.write`.
   */
  export const fd_write: u64 = 0x40;
  /** `file_advise`. */
  export const file_advise: u64 = 0x80;
  /** `file_allocate`. */
  export const file_allocate: u64 = 0x100;
  /** `file_create` of a `filetype.directory`. */
  export const file_create_directory: u64 = 0x200;
  /** With `rights.file_open`: `file_open` with `oflags.creat`. */
  export const file_create_file: u64 = 0x400;
  /** `file_link` of files beneath this directory. */
  export const file_link_source: u64 = 0x1000;
  /** `file_link` to names beneath this directory. */
  export const file_link_target: u64 = 0x2000;
  /** `file_open`. */
  export const file_open: u64 = 0x4000;
  /** `file_readdir`. */
  export const file_readdir: u64 = 0x8000;
  /** `file_readlink`. */
  export const file_readlink: u64 = 0x10000;
  /** `file_rename` of files beneath this directory. */
  export const file_rename_source: u64 = 0x20000;
  /** `file_rename` to names beneath this directory. */
  export const file_rename_target: u64 = 0x40000;
  /** `file_stat_fget`. */
  export const file_stat_fget: u64 = 0x80000;
  /** `file_stat_fput` with `fsflags.size`. With `rights.file_open`: `file_open` with `oflags.trunc`. */
  export const file_stat_fput_size: u64 = 0x100000;
  /** `file_stat_fput` of times. */
  export const file_stat_fput_times: u64 = 0x200000;
  /** `file_stat_get`. */
  export const file_stat_get: u64 = 0x400000;
  /** `file_stat_put` of times. */
  export const file_stat_put_times: u64 = 0x800000;
  /** `file_symlink`. */
  export const file_symlink: u64 = 0x1000000;
  /** `file_unlink`. */
  export const file_unlink: u64 = 0x2000000;
  /** `mem_map`, by itself only without access to the pages. */
  export const mem_map: u64 = 0x4000000;
  /** With `rights.mem_map`: mapping with `mprot.exec`. */
  export const mem_map_exec: u64 = 0x8000000;
  /**
   * With `rights.fd_read`: `poll` for `eventtype.fd_read`. With `rights.fd_write`: `poll` for
   * `eventtype.fd_write`.
   */
  export const poll_fd_readwrite: u64 = 0x10000000;
  /** `poll` for `eventtype.proc_terminate`. */
  export const poll_proc_terminate: u64 = 0x40000000;
  /** `proc_exec` of this file. */
  export const proc_exec: u64 = 0x100000000;
  /** `sock_shutdown`. */
  export const sock_shutdown: u64 = 0x8000000000;
}

/** From where `fd_seek` counts. */
export const enum Whence {
  /** From the present offset. */
  cur = 1,
  /** From the end of the file. */
  end = 2,
  /** From the start of the file. */
  set = 3,
}

/** A place in a directory at which `file_readdir` can go on. */
export namespace Dircookie {
  /** Before the first entry, at any time. */
  export const start: u64 = 0;
}

/** What a program expects to do with a part of a file or of memory. */
export const enum Advice {
  /** Not to use it soon. */
  dontneed = 1,
  /** To use it once and not again. */
  noreuse = 2,
  /** Nothing in particular. */
  normal = 3,
  /** To use it in no particular order. */
  random = 4,
  /** To use it from the start to the end. */
  sequential = 5,
  /** To use it soon. */
  willneed = 6,
}

/** How the last component of a path is treated. */
export const enum Lookupflags {
  /** A symbolic link is followed, and so on until something else is found. */
  symlink_follow = 0x1,
}

/** What `file_open` does besides opening. */
export const enum Oflags {
  /** Makes an ordinary file if there is none. */
  creat = 0x1,
  /** Fails with `errno.notdir` unless it is a directory. */
  directory = 0x2,
  /** With `oflags.creat`: fails with `errno.exist` if there is something already. */
  excl = 0x4,
  /** Empties the file. */
  trunc = 0x8,
}

/** Which attributes `file_stat_fput` and `file_stat_put` change. */
export const enum Fsflags {
  /** The time of last access, to `filestat.st_atim`. */
  atim = 0x1,
  /** The time of last access, to the present. */
  atim_now = 0x2,
  /** The time of last modification, to `filestat.st_mtim`. */
  mtim = 0x4,
  /** The time of last modification, to the present. */
  mtim_now = 0x8,
  /** The size, to `filestat.st_size`: what lies beyond is cut off, what is missing reads as zero. */
  size = 0x10,
}

/** What `file_unlink` removes. */
export const enum Ulflags {
  /** An empty directory, instead of anything but a directory. */
  removedir = 0x1,
}

/** Which directions `sock_shutdown` ends. */
export const enum Sdflags {
  /** Receiving. */
  rd = 0x1,
  /** Sending. */
  wr = 0x2,
}

/** How `sock_recv` receives. */
export const enum Riflags {
  /** The message stays in the queue. */
  peek = 0x4,
  /** On a stream: waits until all the memory given is full. */
  waitall = 0x10,
}

/** What `sock_recv` has to say about a message. */
export const enum Roflags {
  /** More descriptors came than there was room for; the others are closed. */
  fds_truncated = 0x1,
  /** More data came than there was room for; the rest is lost. */
  data_truncated = 0x8,
}

/** What may be done with a page. `mprot.write` and `mprot.exec` exclude each other. */
export const enum Mprot {
  /** Execute. */
  exec = 0x1,
  /** Write. */
  write = 0x2,
  /** Read. */
  read = 0x4,
}

/** What `mem_map` maps, and where. */
export const enum Mflags {
  /** Fresh memory full of zeros instead of a file. */
  anon = 0x1,
  /** At exactly the address given, replacing what was there. */
  fixed = 0x2,
  /** Writes stay within this mapping. */
  private_ = 0x4,
  /** Writes reach the file and its other mappings. */
  shared = 0x8,
}

/** How `mem_sync` stores. */
export const enum Msflags {
  /** Starts writing and does not wait. */
  async_ = 0x1,
  /** Lets go of cached data, so that it is read anew. */
  invalidate = 0x2,
  /** Writes and waits until it is done. */
  sync = 0x4,
}

/** The clocks there are. */
export const enum Clockid {
  /** Real time since an unknown moment. It never jumps and never goes back. */
  monotonic = 1,
  /** The time processors have spent on this process. */
  process_cputime_id = 2,
  /** Real time since 1970-01-01T00:00:00Z. It can be set, so it can jump. */
  realtime = 3,
  /** The time a processor has spent on this thread. */
  thread_cputime_id = 4,
}

/** What can be waited for. */
export const enum Eventtype {
  /** A clock reaches `subscription.clock.timeout`. */
  clock = 1,
  /** The condition variable was signalled, and its lock is held again for writing. */
  condvar = 2,
  /** There is something to read, or the end. For ordinary files this is always so. */
  fd_read = 3,
  /** There is room to write. For ordinary files this is always so. */
  fd_write = 4,
  /** The lock is held for reading. */
  lock_rdlock = 5,
  /** The lock is held for writing. */
  lock_wrlock = 6,
  /** The process has ended. */
  proc_terminate = 7,
}

/** The state of a descriptor that was waited for. */
export const enum Eventrwflags {
  /** The peer of the socket or pipe has closed its end. */
  hangup = 0x1,
}

/** How a clock's timeout is meant. */
export const enum Subclockflags {
  /** As a time of that clock, instead of as a duration from now. */
  abstime = 0x1,
}

/** How a descriptor is waited for. */
export const enum Subrwflags {
  /** Has no effect. Programs set it, for the sake of old systems. */
  poll = 0x1,
}

/**
 * A lock for many readers or one writer. A thread may take it for reading again while it has it for
 * reading. The lower 30 bits hold the writer's `tid`, or the number of read locks.
 */
export namespace Lock {
  /** Free, and nobody waits. This is how a lock starts. */
  export const unlocked: u32 = 0;
  /** A bit: taken for writing. */
  export const wrlocked: u32 = 0x40000000;
  /**
   * A bit: threads wait, so the last owner calls the kernel to give it up. New readers wait too, so that
   * writers are not starved, unless waiting would never end because they hold a read lock already.
   */
  export const kernel_managed: u32 = 0x80000000;
  /** No valid state: nobody has it, but somebody waits. */
  export const bogus: u32 = 0x80000000;
}

/** A condition variable. */
export namespace Condvar {
  /** Nobody waits, so nobody need be woken. With any other value the kernel is called. */
  export const has_no_waiters: u32 = 0;
}

/** In what kind of memory a lock or condition variable lies. */
export const enum Scope {
  /** In memory of this process alone. */
  private_ = 4,
  /** In memory that other processes map too. */
  shared = 8,
}

/**
 * Why a process was stopped or ended by something other than its own wish. The attribute says what the
 * signal does when `proc_raise` raises it. There are no signal handlers.
 */
export const enum Signal {
  /** The program gave up. */
  abrt = 1,
  /** An alarm clock went off. */
  alrm = 2,
  /** Memory was used that has nothing behind it, or not as it must be aligned. */
  bus = 3,
  /** A child changed its state. */
  chld = 4,
  /** A stopped process goes on. */
  cont = 5,
  /** A calculation cannot be done. */
  fpe = 6,
  /** The terminal went away. */
  hup = 7,
  /** The processor does not know the instruction. */
  ill = 8,
  /** Somebody at the terminal wants it to end. */
  int = 9,
  /** Somebody ended it. */
  kill = 10,
  /** Nobody reads what is written. */
  pipe = 11,
  /** Somebody at the terminal wants it to end and leave a trace. */
  quit = 12,
  /** Memory was used that is not mapped, or not for this. */
  segv = 13,
  /** Somebody stopped it. */
  stop = 14,
  /** The system call does not exist or is forbidden. */
  sys = 15,
  /** Somebody asks it to end. */
  term = 16,
  /** A breakpoint was reached. */
  trap = 17,
  /** Somebody at the terminal stopped it. */
  tstp = 18,
  /** It reads from the terminal while in the background. */
  ttin = 19,
  /** It writes to the terminal while in the background. */
  ttou = 20,
  /** Urgent data waits at a socket. */
  urg = 21,
  /** Free for any use. */
  usr1 = 22,
  /** Free for any use. */
  usr2 = 23,
  /** A timer that counts processor time went off. */
  vtalrm = 24,
  /** The limit of processor time was reached. */
  xcpu = 25,
  /** The limit of file size was reached. */
  xfsz = 26,
}

/** What an entry of the auxiliary vector tells. */
export const enum Auxtype {
  /** Nothing: the vector ends here. */
  null = 0,
  /** Where the program headers of the executable are in memory. */
  phdr = 3,
  /** How many program headers there are. */
  phnum = 4,
  /** The size of a page: the least that can be mapped and protected by itself. */
  pagesz = 6,
  /** By how much the executable was moved from the addresses it was linked for. */
  base = 7,
  /** Where the argument data is. */
  argdata = 256,
  /** How many bytes of argument data there are. */
  argdatalen = 257,
  /** Where random bytes are, good enough for stack protection and no secret keys. */
  canary = 258,
  /** How many random bytes there are. */
  canarylen = 259,
  /** How many processors there are. */
  ncpus = 260,
  /** The `tid` of the first thread. */
  tid = 261,
  /**
   * Where the ELF header of the library with the system calls is: one symbol per call, the call's name
   * after `cloudabi_sys_`. Programs call these, and raise no traps themselves. That lets a system answer
   * calls without entering the kernel, be emulated by another, and replace calls one by one.
   */
  sysinfo_ehdr = 262,
  /**
   * Where the identity of the process is: 16 bytes, a random (version 4) UUID. There are no process
   * numbers.
   */
  pid = 263,
}

/** Gives the meaning of an error, and its name, as the end of a sentence. */
export function meaningOf(error: Errno): string {
  switch (error) {
    case Errno.success:
      return 'the call did what was asked (success)';
    case Errno._2big:
      return 'arguments are too long (2big)';
    case Errno.acces:
      return 'the host\'s permissions forbid it (acces)';
    case Errno.addrinuse:
      return 'the address is in use (addrinuse)';
    case Errno.addrnotavail:
      return 'the address cannot be used here (addrnotavail)';
    case Errno.afnosupport:
      return 'the address family is unknown (afnosupport)';
    case Errno.again:
      return 'the call would have to wait, or a resource is short for the moment (again)';
    case Errno.already:
      return 'a connection attempt is already under way (already)';
    case Errno.badf:
      return 'the descriptor is not open (badf)';
    case Errno.badmsg:
      return 'the message is damaged (badmsg)';
    case Errno.busy:
      return 'something is using the resource (busy)';
    case Errno.canceled:
      return 'the operation was called off (canceled)';
    case Errno.child:
      return 'there is no child process (child)';
    case Errno.connaborted:
      return 'the connection was aborted (connaborted)';
    case Errno.connrefused:
      return 'the peer refused the connection (connrefused)';
    case Errno.connreset:
      return 'the peer reset the connection (connreset)';
    case Errno.deadlk:
      return 'waiting would never end (deadlk)';
    case Errno.destaddrreq:
      return 'the socket needs a destination (destaddrreq)';
    case Errno.dom:
      return 'the argument lies outside the domain of the function (dom)';
    case Errno.dquot:
      return 'the disk quota is used up; reserved (dquot)';
    case Errno.exist:
      return 'the file exists already (exist)';
    case Errno.fault:
      return 'the address lies outside the memory of the program (fault)';
    case Errno.fbig:
      return 'the file would become too large (fbig)';
    case Errno.hostunreach:
      return 'no route leads to the host (hostunreach)';
    case Errno.idrm:
      return 'the identifier was removed (idrm)';
    case Errno.ilseq:
      return 'the bytes are no valid text (ilseq)';
    case Errno.inprogress:
      return 'the operation has started and goes on (inprogress)';
    case Errno.intr:
      return 'a signal interrupted the call (intr)';
    case Errno.inval:
      return 'an argument is invalid (inval)';
    case Errno.io:
      return 'the device failed (io)';
    case Errno.isconn:
      return 'the socket is already connected (isconn)';
    case Errno.isdir:
      return 'the file is a directory (isdir)';
    case Errno.loop:
      return 'the path leads through too many symbolic links (loop)';
    case Errno.mfile:
      return 'the process has too many descriptors (mfile)';
    case Errno.mlink:
      return 'the file has too many links (mlink)';
    case Errno.msgsize:
      return 'the message is too large (msgsize)';
    case Errno.multihop:
      return 'the path crosses several hosts; reserved (multihop)';
    case Errno.nametoolong:
      return 'the file name is too long (nametoolong)';
    case Errno.netdown:
      return 'the network is down (netdown)';
    case Errno.netreset:
      return 'the network dropped the connection (netreset)';
    case Errno.netunreach:
      return 'the network cannot be reached (netunreach)';
    case Errno.nfile:
      return 'the system has too many files open (nfile)';
    case Errno.nobufs:
      return 'no buffer space is left (nobufs)';
    case Errno.nodev:
      return 'the device does not exist, or cannot do this (nodev)';
    case Errno.noent:
      return 'the file does not exist (noent)';
    case Errno.noexec:
      return 'the file is no executable (noexec)';
    case Errno.nolck:
      return 'no lock is left (nolck)';
    case Errno.nolink:
      return 'the link to the host is cut; reserved (nolink)';
    case Errno.nomem:
      return 'no memory is left (nomem)';
    case Errno.nomsg:
      return 'there is no message of the wanted type (nomsg)';
    case Errno.noprotoopt:
      return 'the protocol has no such option (noprotoopt)';
    case Errno.nospc:
      return 'no space is left on the device (nospc)';
    case Errno.nosys:
      return 'the system does not have this call (nosys)';
    case Errno.notconn:
      return 'the socket is not connected (notconn)';
    case Errno.notdir:
      return 'the file is no directory, nor a link to one (notdir)';
    case Errno.notempty:
      return 'the directory is not empty (notempty)';
    case Errno.notrecoverable:
      return 'the state cannot be recovered (notrecoverable)';
    case Errno.notsock:
      return 'the descriptor is no socket (notsock)';
    case Errno.notsup:
      return 'the object does not support this (notsup)';
    case Errno.notty:
      return 'the device does not support this control operation (notty)';
    case Errno.nxio:
      return 'the device or address does not exist (nxio)';
    case Errno.overflow:
      return 'the value does not fit its type (overflow)';
    case Errno.ownerdead:
      return 'the previous owner of the lock died (ownerdead)';
    case Errno.perm:
      return 'the operation is not permitted (perm)';
    case Errno.pipe:
      return 'nobody reads from the other end (pipe)';
    case Errno.proto:
      return 'the protocol failed (proto)';
    case Errno.protonosupport:
      return 'the protocol is not supported (protonosupport)';
    case Errno.prototype:
      return 'the protocol does not fit the type of the socket (prototype)';
    case Errno.range:
      return 'the result lies outside the range of its type (range)';
    case Errno.rofs:
      return 'the file system is read-only (rofs)';
    case Errno.spipe:
      return 'the descriptor has no offset to move (spipe)';
    case Errno.srch:
      return 'the process does not exist (srch)';
    case Errno.stale:
      return 'the file handle is outdated; reserved (stale)';
    case Errno.timedout:
      return 'the peer did not answer in time (timedout)';
    case Errno.txtbsy:
      return 'the executable is being run or written (txtbsy)';
    case Errno.xdev:
      return 'the two files lie on different file systems (xdev)';
    case Errno.notcapable:
      return 'the descriptor lacks the rights for this (notcapable)';
    default:
      return 'error ' + error.toString();
  }
}
