/** An answer of a system call that is another inside of a world than outside, and the rule that explains it. */
export type CallDifference = {
  readonly calls: RegExp;
  readonly answers: readonly string[];
  readonly reason: string;
};

/** With namespaces. */
export const ofWorlds: readonly CallDifference[] = [
  {
    calls: /^(add_key|keyctl|get_mempolicy|set_mempolicy|mbind|openat2)$/,
    answers: ['ENOSYS'],
    reason: 'withheld: as a kernel without it (src/worlds/answers.ts)',
  },
  {
    calls: /^name_to_handle_at$/,
    answers: ['EOPNOTSUPP'],
    reason: 'withheld: as a file system without handles',
  },
  {
    calls:
      /^(adjtimex|bpf|clock_settime|fanotify_init|io_uring_setup|kcmp|perf_event_open|process_vm_readv|quotactl|syslog|userfaultfd|mount\(.*|umount2\(.*|sethostname\(.*|change_root|new_user|trace_me|same_addresses)$/,
    answers: ['EPERM'],
    reason: 'withheld: as the kernel answers users (src/worlds/answers.ts, and filter.ts for the arguments)',
  },
  {
    calls: /^chmod\(".*", 0[24]\d{3}\)$/,
    answers: ['EPERM'],
    reason: 'set-user-ID and set-group-ID bits are withheld: other users could run such a file',
  },
  {
    calls:
      /^(mknod\("device".*|setgroups\(.*|setxattr\("file", "trusted.*|socket\(AF_INET, SOCK_RAW, 1\)|kill\(1, 0\))$/,
    answers: ['EPERM'],
    reason: 'a program of root has no capabilities; process 1 does not belong to it',
  },
  { calls: /^ioctl\(theirs, TIOCSTI, "x"\)$/, answers: ['EPERM'], reason: 'nothing is typed into terminals' },
  {
    calls: /^socket(pair)?\(AF_(NETLINK|PACKET|VSOCK|ALG|INET), .*\)$/,
    answers: ['EAFNOSUPPORT'],
    reason: 'other families and protocols of sockets are withheld: as a kernel built without them',
  },
  { calls: /^open\("\/dev\/tty".*/, answers: ['ENOENT'], reason: 'it has no terminal' },
];

/** Behind Landlock alone, without a network: what follows from that beyond the others. */
export const ofLandlock: readonly CallDifference[] = [
  {
    calls: /^(f?chmod(at)?\(.*|[fl]?chown\(.*|futimens\(.*|utime\(.*|utimensat\(.*)$/,
    answers: ['EPERM'],
    reason: 'Landlock does not hold attributes of files: they are in the group `attributes`',
  },
  {
    calls: /^(f?setxattr\(.*|removexattr\(.*)$/,
    answers: ['EOPNOTSUPP'],
    reason: 'the same: as a file system without extended attributes',
  },
  {
    calls: /^getxattr\(.*|mode of a file$/,
    answers: ['ENODATA', '33184'],
    reason: 'nothing was changed before',
  },
  { calls: /^FS_IOC_SETFLAGS$/, answers: ['ENOTTY'], reason: 'the same: as a file system without flags' },
  {
    calls: /mq_|msg|sem(get|op|ctl)|shm(get|at|ctl)/,
    answers: ['ENOSYS'],
    reason: 'objects of the whole host are known by number or name: as a kernel without them',
  },
  {
    calls: /^(shared = shm_open|shm_unlink|sem_open|sem_unlink)/,
    answers: ['EACCES', 'ENOENT'],
    reason: 'there is no private /dev/shm without namespaces',
  },
  {
    calls: /socket|bind\(|connection|^sendto$|send_descriptor|^recv\(|^getaddrinfo$/,
    answers: ['EACCES', 'EPERM', 'EBADF', 'EAGAIN', 'EAFNOSUPPORT'],
    reason: 'without a network of its own and none granted, no socket is made and none sends to an address',
  },
  {
    calls:
      /^(openpty|ioctl\(theirs|isatty|open\("\/dev\/tty"|opendir|getpwuid|getgrgid|pthread_getattr_np|access\("\/proc)/,
    answers: ['EACCES', 'ENOTTY', 'EBADF'],
    reason:
      'what is made for a program (/proc, /tmp, terminals, /etc/passwd) does not exist without namespaces',
  },
];
