import type { SystemCall } from '../linux/system-calls.ts';

/** System calls that programs normally do without, by which the allow list can be widened. */
export type CallGroupEntry = {
  /** The things that it lets a program do, and their purpose. */
  readonly meaning: string;
  /** The reason why it is not allowed to begin with. */
  readonly risk: string;
  readonly calls: readonly SystemCall[];
};

const namespaceCalls = ['unshare', 'setns', 'chroot', 'sethostname', 'setdomainname'] as const;
const mountCalls = [
  'mount',
  'umount2',
  'pivot_root',
  'fsopen',
  'fsconfig',
  'fsmount',
  'fspick',
  'move_mount',
  'open_tree',
  'mount_setattr',
] as const;

/** The groups. docs/linux-programs.md shows them (call-groups-page.ts). */
export const callGroups = {
  debug: {
    meaning: 'Debug and trace its own processes: gdb, strace',
    risk: 'one process of the program can control another',
    calls: [
      'ptrace',
      'process_vm_readv',
      'process_vm_writev',
      'process_madvise',
      'process_mrelease',
      'pidfd_getfd',
      'kcmp',
    ],
  },
  user_namespaces: {
    meaning:
      'Make namespaces of its own without mounting anything there: browsers, which confine their parts so',
    risk: 'much more of the kernel can be reached, where most of its holes were found',
    calls: namespaceCalls,
  },
  namespaces: {
    meaning:
      'Make namespaces of its own and mount there: bubblewrap, this launcher and other sandboxes inside',
    risk: 'that of `user_namespaces`; and files are held by mounts alone, since Landlock lets none of its programs mount',
    calls: [...namespaceCalls, ...mountCalls],
  },
  io_uring: {
    meaning: 'Input and output through io_uring: some databases',
    risk: 'its operations are not seen by the filter of system calls',
    calls: ['io_uring_setup', 'io_uring_enter', 'io_uring_register'],
  },
  keyrings: {
    meaning: 'Keep keys in the kernel',
    risk: 'keyrings are shared with other programs of the same user',
    calls: ['add_key', 'request_key', 'keyctl'],
  },
  performance: {
    meaning: 'Count events of the processor: perf',
    risk: 'a large and often broken part of the kernel, and a look at the secrets of others',
    calls: ['perf_event_open'],
  },
  page_faults: {
    meaning: 'Handle page faults itself: some virtual machines and garbage collectors',
    risk: 'attacks on the kernel win their races with it',
    calls: ['userfaultfd'],
  },
  bpf: {
    meaning: 'Load programs into the kernel',
    risk: 'a large part of the kernel, through which other parts are attacked',
    calls: ['bpf'],
  },
  numa: {
    meaning: 'Say on which memory bank pages are to lie: numactl, some databases',
    risk: 'rarely used parts of the kernel',
    calls: [
      'get_mempolicy',
      'mbind',
      'set_mempolicy',
      'set_mempolicy_home_node',
      'migrate_pages',
      'move_pages',
    ],
  },
  watch_files: {
    meaning: 'Be told of accesses to files by fanotify, and keep handles of files',
    risk: 'files are named by other means than their paths',
    calls: ['fanotify_init', 'fanotify_mark', 'name_to_handle_at'],
  },
  set_id_files: {
    meaning: 'Make files with the set-user-ID or set-group-ID bit, and use openat2',
    risk: 'other users of this machine who run such a file run it with the rights of this user',
    calls: ['openat2'],
  },
  attributes: {
    meaning: 'Change modes, owners, times and other attributes of files, for when there are no namespaces',
    risk: 'those of every file of this user that it can name, granted or not',
    // Normal calls otherwise: lone-rules.ts has them.
    calls: [],
  },
} as const satisfies Readonly<Record<string, CallGroupEntry>>;

/** A name of a group of system calls. */
export type CallGroup = keyof typeof callGroups;

/** The names of all groups. */
export const callGroupNames: readonly CallGroup[] = Object.keys(callGroups).filter(isCallGroup);

/** Tells names of groups from others. */
export function isCallGroup(name: string): name is CallGroup {
  return Object.hasOwn(callGroups, name);
}
