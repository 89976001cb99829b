/** Processor architectures we know the system calls of. */
export type Architecture = 'x64' | 'arm64';

/**
 * System-call numbers: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h of Linux.
 * Calls without a number do not exist on that architecture.
 */
const numbers = {
  accept4: [288, 242],
  bind: [49, 200],
  brk: [12, 214],
  capset: [126, 91],
  clock_getres: [229, 114],
  clock_gettime: [228, 113],
  clock_nanosleep: [230, 115],
  clone: [56, 220],
  clone3: [435, 435],
  close: [3, 57],
  close_range: [436, 436],
  connect: [42, 203],
  dup3: [292, 24],
  epoll_create1: [291, 20],
  epoll_ctl: [233, 21],
  epoll_pwait: [281, 22],
  epoll_wait: [232, undefined],
  eventfd2: [290, 19],
  exit: [60, 93],
  exit_group: [231, 94],
  fadvise64: [221, 223],
  fallocate: [285, 47],
  fcntl: [72, 25],
  fdatasync: [75, 83],
  fstat: [5, 80],
  fsync: [74, 82],
  ftruncate: [77, 46],
  futex: [202, 98],
  getcpu: [309, 168],
  getcwd: [79, 17],
  getdents64: [217, 61],
  getpeername: [52, 205],
  getpid: [39, 172],
  getrandom: [318, 278],
  getrusage: [98, 165],
  getsockname: [51, 204],
  getsockopt: [55, 209],
  gettid: [186, 178],
  gettimeofday: [96, 169],
  ioctl: [16, 29],
  kill: [62, 129],
  landlock_add_rule: [445, 445],
  landlock_create_ruleset: [444, 444],
  landlock_restrict_self: [446, 446],
  linkat: [265, 37],
  listen: [50, 201],
  lseek: [8, 62],
  madvise: [28, 233],
  membarrier: [324, 283],
  memfd_create: [319, 279],
  mkdirat: [258, 34],
  mmap: [9, 222],
  mprotect: [10, 226],
  mremap: [25, 216],
  mseal: [462, 462],
  munmap: [11, 215],
  nanosleep: [35, 101],
  newfstatat: [262, 79],
  openat: [257, 56],
  openat2: [437, 437],
  pidfd_open: [434, 434],
  pipe2: [293, 59],
  pkey_mprotect: [329, 288],
  poll: [7, undefined],
  ppoll: [271, 73],
  prctl: [157, 167],
  pread64: [17, 67],
  preadv: [295, 69],
  prlimit64: [302, 261],
  pwrite64: [18, 68],
  pwritev: [296, 70],
  read: [0, 63],
  readlinkat: [267, 78],
  readv: [19, 65],
  recvmsg: [47, 212],
  renameat2: [316, 276],
  restart_syscall: [219, 128],
  rseq: [334, 293],
  rt_sigaction: [13, 134],
  rt_sigprocmask: [14, 135],
  rt_sigreturn: [15, 139],
  rt_tgsigqueueinfo: [297, 240],
  sched_getaffinity: [204, 123],
  sched_getparam: [143, 121],
  sched_getscheduler: [145, 120],
  sched_yield: [24, 124],
  seccomp: [317, 277],
  sendmsg: [46, 211],
  sendto: [44, 206],
  set_robust_list: [273, 99],
  setsockopt: [54, 208],
  shutdown: [48, 210],
  sigaltstack: [131, 132],
  socket: [41, 198],
  socketpair: [53, 199],
  statx: [332, 291],
  symlinkat: [266, 36],
  tgkill: [234, 131],
  unlinkat: [263, 35],
  utimensat: [280, 88],
  write: [1, 64],
  writev: [20, 66],
} as const satisfies Record<string, readonly [number | undefined, number | undefined]>;

/** A system call by name. */
export type SystemCall = keyof typeof numbers;

/** The architecture this process runs on. */
export const architecture: Architecture = process.arch === 'arm64' ? 'arm64' : 'x64';

/** The number of a system call, or `undefined` where the architecture does not have it. */
export function callNumber(call: SystemCall, on: Architecture = architecture): number | undefined {
  return numbers[call][on === 'x64' ? 0 : 1];
}

/** The number of a system call that every architecture has. */
export function callNumberOf<Call extends Exclude<SystemCall, 'epoll_wait' | 'poll'>>(call: Call): number {
  return numbers[call][architecture === 'x64' ? 0 : 1];
}

/** All system calls by name, for tables and tests. */
export const systemCalls: readonly SystemCall[] = Object.keys(numbers) as SystemCall[];
