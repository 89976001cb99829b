import type { SystemCall } from '../linux/system-calls.ts';
import type { Answer } from '../walls/call-filter.ts';

/** Answers of calls that are withheld, with the reason for each. */
export type WithheldEntry = {
  readonly answer: Answer;
  /** The effect of the answer on programs. */
  readonly reason: string;
  readonly calls: readonly SystemCall[];
};

/**
 * The answers of calls that nothing allows. Where a kernel without a feature, or an older one, has an answer of its
 * own, it is that one: programs and C libraries know it and fall back. EPERM is for calls that the kernel itself
 * answers so to users without a capability. docs/linux-programs.md shows this table; a test compares them and finds every call here.
 */
export const withheld: readonly WithheldEntry[] = [
  {
    answer: 'ENOSYS',
    reason: 'as an older kernel: C libraries fall back to clone, openat and statfs',
    calls: [
      'clone3',
      'openat2',
      'listmount',
      'statmount',
      'open_tree_attr',
      'lsm_get_self_attr',
      'lsm_list_modules',
      'lsm_set_self_attr',
    ],
  },
  {
    answer: 'ENOSYS',
    reason: 'as a kernel without memory banks: libnuma then does without, and warns of nothing',
    calls: [
      'get_mempolicy',
      'set_mempolicy',
      'set_mempolicy_home_node',
      'mbind',
      'migrate_pages',
      'move_pages',
    ],
  },
  {
    answer: 'ENOSYS',
    reason:
      'as a kernel without keyrings: programs that would keep a key there do without, container runtimes too',
    calls: ['add_key', 'request_key', 'keyctl'],
  },
  {
    answer: 'ENOSYS',
    reason: 'as a kernel built without them; so every call that today’s kernels have no code for',
    calls: [
      'modify_ldt',
      'remap_file_pages',
      'uselib',
      'sysfs',
      '_sysctl',
      'afs_syscall',
      'create_module',
      'get_kernel_syms',
      'getpmsg',
      'lookup_dcookie',
      'nfsservctl',
      'putpmsg',
      'query_module',
      'security',
      'tuxcall',
      'vserver',
    ],
  },
  {
    answer: 'EOPNOTSUPP',
    reason: 'as a file system without handles: programs compare device and inode instead',
    calls: ['name_to_handle_at'],
  },
  {
    answer: 'EPERM',
    reason: 'as the kernel answers users without a capability, which programs expect',
    calls: [
      'acct',
      'adjtimex',
      'chroot',
      'clock_adjtime',
      'clock_settime',
      'delete_module',
      'finit_module',
      'fsconfig',
      'fsmount',
      'fsopen',
      'fspick',
      'init_module',
      'ioperm',
      'iopl',
      'kexec_file_load',
      'kexec_load',
      'mount',
      'mount_setattr',
      'move_mount',
      'open_by_handle_at',
      'open_tree',
      'pivot_root',
      'quotactl',
      'quotactl_fd',
      'reboot',
      'setdomainname',
      'sethostname',
      'setns',
      'settimeofday',
      'swapoff',
      'swapon',
      'syslog',
      'umount2',
      'unshare',
      'vhangup',
    ],
  },
  {
    answer: 'EPERM',
    reason: 'as the kernel answers where the administrator has switched it off for users',
    calls: [
      'bpf',
      'fanotify_init',
      'fanotify_mark',
      'io_uring_enter',
      'io_uring_register',
      'io_uring_setup',
      'perf_event_open',
      'userfaultfd',
    ],
  },
  {
    answer: 'EPERM',
    reason: 'as the kernel answers for processes that may not be traced; debuggers say so',
    calls: [
      'kcmp',
      'pidfd_getfd',
      'process_madvise',
      'process_mrelease',
      'process_vm_readv',
      'process_vm_writev',
      'ptrace',
    ],
  },
];
