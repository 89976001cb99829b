/**
 * Groups of system calls by which the allow list for Linux programs can be widened: what each is for, and what a
 * program gains by it.
 */
export const callGroups = {
  debug: { meaning: 'Debug and trace the program’s own processes (ptrace, process_vm_readv): gdb, strace' },
  namespaces: { meaning: 'Make namespaces and mounts: other sandboxes, rootless containers, browsers' },
  io_uring: { meaning: 'Input and output through io_uring' },
  keyrings: { meaning: 'The kernel’s keyrings (add_key, request_key, keyctl)' },
  performance: { meaning: 'Performance counters (perf_event_open)' },
  page_faults: { meaning: 'Handle page faults in user space (userfaultfd)' },
  set_id_files: { meaning: 'Make files that others run with this user’s rights (set-user-ID, set-group-ID)' },
} as const;

/** A name of a group of system calls. */
export type CallGroup = keyof typeof callGroups;
