/*
 * Forks, in the way that CASE chooses; descriptor 0 is for output. Ends with 0, or the line of the first mistake.
 */
#include <cloudabi_syscalls.h>

#define EXPECT(what, expected)                                 \
  do {                                                         \
    if ((what) != (expected)) cloudabi_sys_proc_exit(__LINE__); \
  } while (0)

static void say(const char *text)
{
  cloudabi_ciovec_t out = { text, 0 };
  while (text[out.buf_len]) out.buf_len++;
  size_t done;
  cloudabi_sys_fd_write(0, &out, 1, &done);
}

/* Forks; true in the new process. */
static int forked(cloudabi_fd_t *fd)
{
  cloudabi_tid_t tid;
  EXPECT(cloudabi_sys_proc_fork(fd, &tid), 0);
  return *fd == CLOUDABI_PROCESS_CHILD;
}

/* Waits for the end of a process. */
static cloudabi_event_t end_of(cloudabi_fd_t fd)
{
  cloudabi_subscription_t wanted = { .userdata = 5, .type = CLOUDABI_EVENTTYPE_PROC_TERMINATE, .proc_terminate = { .fd = fd } };
  cloudabi_event_t event;
  size_t count;
  EXPECT(cloudabi_sys_poll(&wanted, &event, 1, &count), 0);
  EXPECT(count, 1);
  EXPECT(event.userdata, 5);
  EXPECT(event.error, 0);
  return event;
}

static char byte_from(cloudabi_fd_t fd)
{
  char byte = 0;
  cloudabi_iovec_t in = { &byte, 1 };
  size_t done;
  EXPECT(cloudabi_sys_fd_read(fd, &in, 1, &done), 0);
  return done == 1 ? byte : 0;
}
static void byte_to(cloudabi_fd_t fd, char byte)
{
  cloudabi_ciovec_t out = { &byte, 1 };
  size_t done;
  EXPECT(cloudabi_sys_fd_write(fd, &out, 1, &done), 0);
}

static long linux_call(long number, long a, long b, long c)
{
  long result;
  asm volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
  return result;
}
#define FORK (0x10000 + NUMBER_PROC_FORK)

static volatile int shared = 1;

/* Each has its own memory and descriptors, and its own end. */
static void ends(void)
{
  cloudabi_fd_t fd, fd2;
  if (forked(&fd)) {
    shared = 2;
    EXPECT(cloudabi_sys_fd_close(0), 0);
    cloudabi_sys_proc_exit(70000);
  }
  EXPECT(end_of(fd).proc_terminate.exitcode, 70000);
  EXPECT(end_of(fd).proc_terminate.signal, 0);
  EXPECT(shared, 1);
  if (forked(&fd2)) {
    cloudabi_sys_proc_raise(CLOUDABI_SIGTERM);
    for (;;) continue;
  }
  EXPECT(end_of(fd2).proc_terminate.signal, CLOUDABI_SIGTERM);
  cloudabi_fd_t fd3;
  if (forked(&fd3)) linux_call(39, 0, 0, 0);
  EXPECT(end_of(fd3).proc_terminate.signal, CLOUDABI_SIGSYS);
  if (forked(&fd3)) *(volatile int *)8 = 1;
  EXPECT(end_of(fd3).proc_terminate.signal, CLOUDABI_SIGSEGV);
  say("ends\n");
}

/* A socket travels from one to the other, and the rights of descriptors are each one's own. */
static void passes(void)
{
  cloudabi_fd_t fd, near, far, mine, other;
  EXPECT(cloudabi_sys_fd_create2(CLOUDABI_FILETYPE_SOCKET_STREAM, &near, &far), 0);
  if (forked(&fd)) {
    EXPECT(cloudabi_sys_fd_close(near), 0);
    EXPECT(cloudabi_sys_fd_create2(CLOUDABI_FILETYPE_SOCKET_STREAM, &mine, &other), 0);
    char byte = 'x';
    cloudabi_ciovec_t data = { &byte, 1 };
    cloudabi_send_in_t in = { &data, 1, &other, 1, 0 };
    cloudabi_send_out_t out;
    EXPECT(cloudabi_sys_sock_send(far, &in, &out), 0);
    EXPECT(cloudabi_sys_fd_close(other), 0);
    EXPECT(byte_from(mine), 'p');
    byte_to(mine, 'c');
    cloudabi_sys_proc_exit(3);
  }
  EXPECT(cloudabi_sys_fd_close(far), 0);
  char byte;
  cloudabi_iovec_t data = { &byte, 1 };
  cloudabi_fd_t got;
  cloudabi_recv_in_t in = { &data, 1, &got, 1, 0 };
  cloudabi_recv_out_t out;
  EXPECT(cloudabi_sys_sock_recv(near, &in, &out), 0);
  EXPECT(out.ro_fdslen, 1);
  byte_to(got, 'p');
  EXPECT(byte_from(got), 'c');
  EXPECT(end_of(fd).proc_terminate.exitcode, 3);
  /* The other end went with the process. */
  EXPECT(byte_from(near), 0);
  say("passed\n");
}

/* A process whose descriptor is closed ends, and so do those that it has made. */
static void closes(void)
{
  cloudabi_fd_t fd, inner, near, far;
  EXPECT(cloudabi_sys_fd_create2(CLOUDABI_FILETYPE_SOCKET_STREAM, &near, &far), 0);
  if (forked(&fd)) {
    EXPECT(cloudabi_sys_fd_close(near), 0);
    if (forked(&inner)) {
      byte_to(far, 'i');
      for (;;) continue;
    }
    for (;;) continue;
  }
  EXPECT(cloudabi_sys_fd_close(far), 0);
  EXPECT(byte_from(near), 'i');
  cloudabi_fd_t again;
  EXPECT(cloudabi_sys_fd_dup(fd, &again), 0);
  EXPECT(cloudabi_sys_fd_close(fd), 0);
  /* Another number for it keeps it alive. */
  cloudabi_subscription_t wanted[2] = {
    { .userdata = 1, .type = CLOUDABI_EVENTTYPE_FD_READ, .fd_readwrite = { .fd = near } },
    { .userdata = 2, .type = CLOUDABI_EVENTTYPE_CLOCK, .clock = { .clock_id = CLOUDABI_CLOCK_MONOTONIC, .timeout = 20000000 } },
  };
  cloudabi_event_t events[2];
  size_t count;
  EXPECT(cloudabi_sys_poll(wanted, events, 2, &count), 0);
  EXPECT(count, 1);
  EXPECT(events[0].userdata, 2);
  EXPECT(cloudabi_sys_fd_close(again), 0);
  /* Both ends of the other side are gone. */
  EXPECT(byte_from(near), 0);
  say("closed\n");
}

/* No more processes than the limit, which counts those that are alive. */
static void bomb(void)
{
  cloudabi_fd_t fds[16], fd;
  cloudabi_tid_t tid;
  for (int i = 1; i < LIMIT; i++)
    if (forked(&fds[i])) for (;;) continue;
  EXPECT(cloudabi_sys_proc_fork(&fd, &tid), CLOUDABI_EAGAIN);
  /* Those that came later have a descriptor of the others. */
  EXPECT(cloudabi_sys_fd_close(fds[LIMIT - 1]), 0);
  while (cloudabi_sys_proc_fork(&fd, &tid) == CLOUDABI_EAGAIN) cloudabi_sys_thread_yield();
  if (fd == CLOUDABI_PROCESS_CHILD) cloudabi_sys_proc_exit(1);
  EXPECT(end_of(fd).proc_terminate.exitcode, 1);
  say("bounded\n");
}

/* A process that makes the steps of a fork by itself gets no more than by the call. */
static void raw(void)
{
  /* Linux copies nothing that was not asked for. */
  EXPECT(linux_call(56, 17, 0, 0), -1);
  EXPECT(linux_call(FORK, 1, 1234, 0), -22);
  EXPECT(linux_call(FORK, 2, 1234, 0), -22);
  EXPECT(linux_call(FORK, 9, 0, 0), -22);
  long token = linux_call(FORK, 0, 0, 0);
  EXPECT(token > 0, 1);
  /* The process itself is not the new one. */
  EXPECT(linux_call(FORK, 1, token, 0), -22);
  EXPECT(linux_call(FORK, 2, token, 0), -22);
  long made = linux_call(56, 17, 0, 0);
  if (made == 0) {
    /* One that has not said its token has no calls, and makes no thread or process. */
    EXPECT(linux_call(0x10000 + NUMBER_FD_STAT_GET, 4096, 0, 0), -1);
    if (linux_call(56, 17, 0, 0) != -1 || linux_call(FORK, 0, 0, 0) != -22 || linux_call(FORK, 1, token + 1, 0) != -22)
      for (;;) linux_call(231, 1, 0, 0);
    EXPECT(linux_call(FORK, 1, token, 0), 0);
    /* A token is good for one. */
    EXPECT(linux_call(FORK, 1, token, 0), -22);
    for (;;) linux_call(231, 9, 0, 0);
  }
  EXPECT(made > 0, 1);
  /* One that was asked for is made once. */
  EXPECT(linux_call(56, 17, 0, 0), -1);
  long fd = linux_call(FORK, 2, token, 0);
  EXPECT(fd > 0, 1);
  EXPECT(linux_call(FORK, 2, token, 0), -22);
  EXPECT(end_of((cloudabi_fd_t)fd).proc_terminate.exitcode, 9);
  say("held\n");
}

/* Forks out of several threads at once: each new process has one thread, and what others hold here is free there. */
static _Alignas(16) char stacks[3][65536];
static _Atomic(unsigned) running = 3;

static void thread(cloudabi_tid_t tid, void *argument)
{
  (void)tid, (void)argument;
  for (int round = 0; round < 4; round++) {
    cloudabi_fd_t fd;
    if (forked(&fd)) {
      cloudabi_fdstat_t stat;
      EXPECT(cloudabi_sys_fd_stat_get(0, &stat), 0);
      cloudabi_sys_proc_exit(20u + (unsigned)round);
    }
    EXPECT(end_of(fd).proc_terminate.exitcode, 20u + (unsigned)round);
    EXPECT(cloudabi_sys_fd_close(fd), 0);
  }
  running--;
  _Atomic(cloudabi_lock_t) lock = 0;
  cloudabi_sys_thread_exit(&lock, CLOUDABI_SCOPE_PRIVATE);
}

static void threads(void)
{
  for (int i = 0; i < 3; i++) {
    cloudabi_threadattr_t attr = { .entry_point = thread, .stack = stacks[i], .stack_len = sizeof(stacks[i]) };
    cloudabi_tid_t tid;
    EXPECT(cloudabi_sys_thread_create(&attr, &tid), 0);
  }
  while (running) {
    cloudabi_fdstat_t stat;
    EXPECT(cloudabi_sys_fd_stat_get(0, &stat), 0);
  }
  say("threads\n");
}

/* A forked process becomes this program again, which says so. Descriptor 1 is for executing it. */
static void executes(void)
{
  cloudabi_fd_t fd;
  if (forked(&fd)) {
    cloudabi_fd_t kept[1] = { 0 };
    cloudabi_sys_proc_exec(1, "successor", 9, kept, 1);
    cloudabi_sys_proc_exit(1);
  }
  EXPECT(end_of(fd).proc_terminate.exitcode, 44);
  say("executed\n");
}

/* A process gives up a right, and the other one keeps it. */
static void rights(void)
{
  cloudabi_fd_t fd, near, far;
  EXPECT(cloudabi_sys_fd_create2(CLOUDABI_FILETYPE_SOCKET_STREAM, &near, &far), 0);
  if (forked(&fd)) {
    cloudabi_fdstat_t none = { 0 };
    EXPECT(cloudabi_sys_fd_stat_put(near, &none, CLOUDABI_FDSTAT_RIGHTS), 0);
    cloudabi_ciovec_t out = { "x", 1 };
    size_t done;
    EXPECT(cloudabi_sys_fd_write(near, &out, 1, &done), CLOUDABI_ENOTCAPABLE);
    EXPECT(cloudabi_sys_fd_stat_put(0, &none, CLOUDABI_FDSTAT_RIGHTS), 0);
    EXPECT(cloudabi_sys_fd_write(0, &out, 1, &done), CLOUDABI_ENOTCAPABLE);
    cloudabi_sys_proc_exit(0);
  }
  EXPECT(end_of(fd).proc_terminate.exitcode, 0);
  byte_to(near, 'x');
  EXPECT(byte_from(far), 'x');
  say("kept\n");
}

/* The first process ends while others run. */
static void first_ends(void)
{
  cloudabi_fd_t fd;
  if (forked(&fd)) {
    if (forked(&fd)) for (;;) continue;
    for (;;) continue;
  }
  say("left\n");
}

_Noreturn void cloudabi_main(const void *argdata, size_t length)
{
  (void)argdata;
  if (length == 9) {
    say("successor\n");
    cloudabi_sys_proc_exit(44);
  }
  void (*cases[])(void) = { ends, passes, closes, bomb, raw, threads, executes, rights, first_ends };
  cases[CASE]();
  cloudabi_sys_proc_exit(0);
}
