/*
 * The filter of the system calls of the first process once it supervises: those of its threads, and those with which its
 * first thread waits for processes to end (src/worlds/init.ts).
 */

FUNCTION i64 confine(struct shared *s)
{
  struct instruction program[240];
  struct filter filter, *f = &filter;
  i64 got;
  filter.length = 0;
  filter.program = program;
  LOAD(4);
  EQUAL(AUDIT_ARCH, 1, 0);
  KILL();
  LOAD(0);
  if (s->p.crashes) { /* how a process has ended */
    EQUAL(nr_ioctl, 0, 4);
    LOAD(ARGUMENT(1));
    EQUAL(PIDFD_GET_INFO, 0, 1);
    ALLOW();
    LOAD(0);
  }
  EQUAL(nr_ioctl, 0, 10); /* requests to the listener alone */
  LOAD(ARGUMENT(0));
  EQUAL((u32)s->p.notify, 0, 7);
  LOAD(ARGUMENT(1));
  EQUAL(SECCOMP_IOCTL_NOTIF_RECV, 4, 0);
  EQUAL(SECCOMP_IOCTL_NOTIF_SEND, 3, 0);
  EQUAL(SECCOMP_IOCTL_NOTIF_ID_VALID, 2, 0);
  EQUAL(SECCOMP_IOCTL_NOTIF_ADDFD, 1, 0);
  KILL();
  ALLOW();
  KILL();
  EQUAL(nr_clone, 0, 4); /* threads */
  LOAD(ARGUMENT(0));
  EQUAL(THREAD_FLAGS, 0, 1);
  ALLOW();
  KILL();
  if (s->p.sockets) { /* with sockets of the program */
    allow(f, nr_connect);
    EQUAL(nr_getsockopt, 0, 7);
    LOAD(ARGUMENT(1));
    EQUAL(SOL_SOCKET, 0, 4);
    LOAD(ARGUMENT(2));
    EQUAL(SO_DOMAIN, 1, 0);
    EQUAL(SO_TYPE, 0, 1);
    ALLOW();
    KILL();
  }
  EQUAL(nr_fcntl, 0, 4);
  LOAD(ARGUMENT(1));
  EQUAL(F_SETFL, 0, 1);
  ALLOW();
  KILL();
  EQUAL(nr_sendto, 0, 4); /* reports, and the start of the program */
  LOAD(ARGUMENT(4));
  EQUAL(0, 0, 1);
  ALLOW();
  KILL();
  if (s->p.live) { /* tables that come later, and the filter that ends that */
    EQUAL(nr_mmap, 0, 6);
    LOAD(ARGUMENT(2));
    EQUAL(PROT_READ, 0, 3);
    LOAD(ARGUMENT(3));
    EQUAL(MAP_SHARED, 0, 1);
    ALLOW();
    KILL();
    EQUAL(nr_seccomp, 0, 4);
    LOAD(ARGUMENT(0));
    EQUAL(SECCOMP_SET_MODE_FILTER, 0, 1);
    ALLOW();
    KILL();
    allow(f, nr_munmap);
    allow(f, nr_mseal);
    allow(f, nr_recvmsg);
  }
  allow(f, nr_process_vm_readv);
  allow(f, nr_process_vm_writev);
  allow(f, nr_openat);
  allow(f, nr_openat2);
  allow(f, nr_close);
  allow(f, nr_read);
  allow(f, nr_readlinkat);
  allow(f, nr_fstat);
  allow(f, nr_newfstatat);
  allow(f, nr_statx);
  allow(f, nr_fstatfs);
  allow(f, nr_faccessat2);
  allow(f, nr_getdents64);
  allow(f, nr_pidfd_open);
  allow(f, nr_pidfd_getfd);
  allow(f, nr_mkdirat);
  allow(f, nr_mknodat);
  allow(f, nr_unlinkat);
  allow(f, nr_symlinkat);
  allow(f, nr_linkat);
  allow(f, nr_renameat2);
  allow(f, nr_umask);
  allow(f, nr_ftruncate);
  allow(f, nr_fchmod);
  allow(f, nr_fchown);
  allow(f, nr_fsetxattr);
  allow(f, nr_fremovexattr);
  allow(f, nr_fchmodat);
  allow(f, nr_fchownat);
  allow(f, nr_utimensat);
  allow(f, nr_setxattr);
  allow(f, nr_getxattr);
  allow(f, nr_listxattr);
  allow(f, nr_removexattr);
  allow(f, nr_inotify_add_watch);
  allow(f, nr_fchdir);
  allow(f, nr_gettid);
  allow(f, nr_clock_gettime);
  allow(f, nr_ppoll);
  allow(f, nr_futex);
  allow(f, nr_recvfrom);
  allow(f, nr_tgkill);
  allow(f, nr_kill);
  allow(f, nr_exit);
  /* Those of the first thread. */
  allow(f, nr_exit_group);
  allow(f, nr_rt_sigreturn);
  allow(f, nr_rt_sigprocmask);
  allow(f, nr_rt_sigtimedwait);
  allow(f, nr_restart_syscall);
  allow(f, nr_wait4);
  allow(f, nr_getrusage);
  allow(f, nr_write);
  allow(f, nr_pread64);
  allow(f, nr_pwritev);
  KILL();
  got = call(nr_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, (i64)&filter, 0, 0, 0);
  return got;
}
