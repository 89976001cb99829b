/** Processor architectures we know the system calls of. */
export type Architecture = 'x64' | 'arm64';

/**
 * System-call numbers: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h of Linux.
 * Calls without a number do not exist on that architecture.
 */
const numbers = {
  accept: [43, 202],
  accept4: [288, 242],
  bind: [49, 200],
  brk: [12, 214],
  capget: [125, 90],
  capset: [126, 91],
  clock_getres: [229, 114],
  clock_gettime: [228, 113],
  clock_nanosleep: [230, 115],
  clone: [56, 220],
  clone3: [435, 435],
  close: [3, 57],
  close_range: [436, 436],
  connect: [42, 203],
  copy_file_range: [326, 285],
  dup: [32, 23],
  dup2: [33, undefined],
  dup3: [292, 24],
  epoll_create1: [291, 20],
  epoll_ctl: [233, 21],
  epoll_pwait: [281, 22],
  epoll_pwait2: [441, 441],
  epoll_wait: [232, undefined],
  eventfd2: [290, 19],
  exit: [60, 93],
  exit_group: [231, 94],
  faccessat2: [439, 439],
  fadvise64: [221, 223],
  fallocate: [285, 47],
  fchmod: [91, 52],
  fchown: [93, 55],
  fcntl: [72, 25],
  fdatasync: [75, 83],
  fgetxattr: [193, 10],
  flock: [73, 32],
  fork: [57, undefined],
  fstat: [5, 80],
  fstatfs: [138, 44],
  fsync: [74, 82],
  ftruncate: [77, 46],
  futex: [202, 98],
  futex_waitv: [449, 449],
  getcpu: [309, 168],
  getcwd: [79, 17],
  getdents64: [217, 61],
  getegid: [108, 177],
  geteuid: [107, 175],
  getgid: [104, 176],
  getgroups: [115, 158],
  getpeername: [52, 205],
  getpgid: [121, 155],
  getpgrp: [111, undefined],
  getpid: [39, 172],
  getppid: [110, 173],
  getpriority: [140, 141],
  getrandom: [318, 278],
  getresgid: [120, 150],
  getresuid: [118, 148],
  getrusage: [98, 165],
  getsid: [124, 156],
  getsockname: [51, 204],
  getsockopt: [55, 209],
  gettid: [186, 178],
  gettimeofday: [96, 169],
  getuid: [102, 174],
  inotify_init1: [294, 26],
  inotify_rm_watch: [255, 28],
  io_uring_setup: [425, 425],
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
  mincore: [27, 232],
  mkdirat: [258, 34],
  mlock: [149, 228],
  mmap: [9, 222],
  mprotect: [10, 226],
  mremap: [25, 216],
  mseal: [462, 462],
  msync: [26, 227],
  munlock: [150, 229],
  munmap: [11, 215],
  nanosleep: [35, 101],
  newfstatat: [262, 79],
  openat: [257, 56],
  openat2: [437, 437],
  pipe: [22, undefined],
  pipe2: [293, 59],
  pkey_mprotect: [329, 288],
  poll: [7, undefined],
  ppoll: [271, 73],
  prctl: [157, 167],
  pread64: [17, 67],
  preadv: [295, 69],
  preadv2: [327, 286],
  prlimit64: [302, 261],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  pselect6: [270, 72],
  pwrite64: [18, 68],
  pwritev: [296, 70],
  pwritev2: [328, 287],
  read: [0, 63],
  readlinkat: [267, 78],
  readv: [19, 65],
  recvfrom: [45, 207],
  recvmmsg: [299, 243],
  recvmsg: [47, 212],
  renameat2: [316, 276],
  restart_syscall: [219, 128],
  rseq: [334, 293],
  rt_sigaction: [13, 134],
  rt_sigpending: [127, 136],
  rt_sigprocmask: [14, 135],
  rt_sigreturn: [15, 139],
  rt_sigsuspend: [130, 133],
  rt_sigtimedwait: [128, 137],
  rt_tgsigqueueinfo: [297, 240],
  sched_getaffinity: [204, 123],
  sched_getparam: [143, 121],
  sched_getscheduler: [145, 120],
  sched_yield: [24, 124],
  seccomp: [317, 277],
  sendfile: [40, 71],
  sendmsg: [46, 211],
  sendto: [44, 206],
  set_robust_list: [273, 99],
  setsockopt: [54, 208],
  shutdown: [48, 210],
  sigaltstack: [131, 132],
  socket: [41, 198],
  socketpair: [53, 199],
  splice: [275, 76],
  statx: [332, 291],
  symlinkat: [266, 36],
  sync_file_range: [277, 84],
  sysinfo: [99, 179],
  tgkill: [234, 131],
  timerfd_create: [283, 85],
  timerfd_gettime: [287, 87],
  timerfd_settime: [286, 86],
  times: [100, 153],
  umask: [95, 166],
  uname: [63, 160],
  unlinkat: [263, 35],
  utimensat: [280, 88],
  vfork: [58, undefined],
  write: [1, 64],
  writev: [20, 66],
} as const satisfies Record<string, readonly [number | undefined, number | undefined]>;

/** A system call by name. */
export type SystemCall = keyof typeof numbers;

/** A system call that every architecture has. */
export type CommonCall = {
  [Name in SystemCall]: undefined extends (typeof numbers)[Name][number] ? never : Name;
}[SystemCall];

/** The architecture this process runs on. */
export const architecture: Architecture = process.arch === 'arm64' ? 'arm64' : 'x64';

/** The number of a system call, or `undefined` where the architecture does not have it. */
export function callNumber(call: SystemCall, on: Architecture = architecture): number | undefined {
  return numbers[call][on === 'x64' ? 0 : 1];
}

/** The number of a system call that every architecture has. */
export function callNumberOf(call: CommonCall): number {
  return numbers[call][architecture === 'x64' ? 0 : 1];
}

/** All system calls by name, for tables and tests. */
export const systemCalls: readonly SystemCall[] = Object.keys(numbers) as SystemCall[];

/** The name of a system call by its number, or `undefined` for one that is not in the list. */
export function callName(number: number): SystemCall | undefined {
  return systemCalls.find((call) => callNumber(call) === number);
}
