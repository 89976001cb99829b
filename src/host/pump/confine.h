/*
 * The filter of the pump's system calls (seccomp(2)). Descriptors below `low` are the control socket and the sockets of
 * the namespace: they are never closed, so that no socket of the world outside ever has such a number. Only through
 * sockets of the namespace can anything be sent to an address.
 */

/* Allows a call on descriptors below `low`, or, with `high`, on the others. */
FUNCTION void allow_on(struct filter *f, u32 number, u32 low, u32 high)
{
  EQUAL(number, 0, 4);
  LOAD(ARGUMENT(0));
  AT_LEAST(low, high ? 0u : 1u, high ? 1u : 0u);
  ALLOW();
  KILL();
}

FUNCTION void confine(u32 low)
{
  struct instruction program[80];
  struct filter filter, *f = &filter;
  filter.length = 0;
  filter.program = program;
  LOAD(4);
  EQUAL(AUDIT_ARCH, 1, 0);
  KILL();
  LOAD(0);
  allow(f, nr_recvfrom);
  EQUAL(nr_sendto, 0, 6); /* without an address */
  LOAD(ARGUMENT(4));
  EQUAL(0, 0, 3);
  LOAD(ARGUMENT(4) + 4);
  EQUAL(0, 0, 1);
  ALLOW();
  KILL();
  allow(f, nr_epoll_pwait);
  allow_on(f, nr_recvmsg, low, 0);
  allow_on(f, nr_sendmsg, low, 0);
  allow(f, nr_accept4);
  allow_on(f, nr_close, low, 1);
  allow(f, nr_epoll_ctl);
  allow(f, nr_shutdown);
  allow(f, nr_getsockopt);
  allow(f, nr_getsockname);
  allow(f, nr_clock_gettime);
  allow(f, nr_exit_group);
  allow(f, nr_munmap);
  EQUAL(nr_mmap, 0, 6); /* memory that is not executable, and no file */
  LOAD(ARGUMENT(2));
  EQUAL(PROT_READ | PROT_WRITE, 0, 3);
  LOAD(ARGUMENT(3));
  EQUAL(MAP_PRIVATE | MAP_ANONYMOUS, 0, 1);
  ALLOW();
  KILL();
  EQUAL(nr_setsockopt, 0, 8);
  LOAD(ARGUMENT(1));
  EQUAL(SOL_SOCKET, 0, 2);
  LOAD(ARGUMENT(2));
  EQUAL(SO_LINGER, 3, 4);
  EQUAL(IPPROTO_TCP, 0, 3);
  LOAD(ARGUMENT(2));
  EQUAL(TCP_NODELAY, 0, 1);
  ALLOW();
  KILL();
  if (call(nr_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0) < 0) end(68);
  if (call(nr_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, (i64)&filter, 0, 0, 0) < 0) end(69);
}
