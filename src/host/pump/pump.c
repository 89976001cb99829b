/*
 * The pump: a process of its own that copies the data of a program's connections between the program's network
 * namespace and sockets outside. It decides nothing. It accepts on listeners of the namespace, tells the broker which
 * address was meant, and waits for a socket or a refusal. It can make no socket, open no file and run no other code.
 *
 * No library, no data: what the compiler makes of it can lie anywhere (scripts/build-machine-code.js). `records.ts` mirrors the
 * records.
 */
#include "base.h"
#include "state.h"
#include "reports.h"
#include "copy.h"
#include "datagrams.h"
#include "control.h"
#include "filter.h"
#include "confine.h"

/* Behind the first instructions; TypeScript fills it in. */
struct parameters {
  u64 control, intake; /* descriptors */
  u64 parent;          /* process id of the broker */
};

#ifdef __x86_64__
asm(".text\n"
    "  call run\n"
    "  ud2\n"
    "  .balign 8\n"
    "parameters:\n"
    "  .quad 0x1122334455667788, 0, 0\n");
#define ADDRESS_OF(label, into) asm("lea " label "(%%rip), %0" : "=r"(into))
#else
asm(".text\n"
    "  bl run\n"
    "  brk #1\n"
    "  .balign 8\n"
    "parameters:\n"
    "  .quad 0x1122334455667788, 0, 0\n");
#define ADDRESS_OF(label, into) asm("adr %0, " label : "=r"(into))
#endif

FUNCTION u64 milliseconds(void)
{
  u64 time[2];
  call(nr_clock_gettime, CLOCK_MONOTONIC, (i64)time, 0, 0, 0, 0);
  return time[0] * 1000 + time[1] / 1000000;
}

/* Limits by time come back: bytes and connections that are allowed grow with it. */
FUNCTION void refill(struct state *s)
{
  s->now = milliseconds();
  if (s->speed != 0 && s->now > s->refilled) {
    u64 passed = s->now - s->refilled, most = s->speed / 10 + 1500;
    if (passed > 1000) passed = 1000;
    s->allowance += (i64)(s->speed * passed / 1000);
    if (s->allowance > (i64)most) s->allowance = (i64)most;
    s->refilled = s->now;
    if (s->allowance > 0) s->throttled = 0;
  }
  if (s->most_per_second != 0 && s->now > s->accept_refilled) {
    u64 more = (s->now - s->accept_refilled) * s->most_per_second / 1000;
    if (more > 0) {
      u64 tokens = s->tokens + more;
      s->tokens = tokens > s->most_per_second ? s->most_per_second : (u32)tokens;
      s->accept_refilled = s->now;
    }
  }
}

/* Accepts one connection; returns 0 when there is none, or it must wait. */
FUNCTION int accept_one(struct state *s, struct listener *l)
{
  struct address source, target;
  u32 length = sizeof source, index, refused = 0;
  struct connection *c;
  struct record *record;
  i64 fd;
  if (s->no_descriptors || !has_room(s, 4 * RECORD)) return 0;
  /* Each connection needs two, and one more comes before its predecessor is closed. */
  if (s->fds + 2 * (s->connections + 1) - s->connections + 8 > s->most_fds) {
    report_limit(s, limit_room);
    return 0;
  }
  if (s->connections >= MOST_CONNECTIONS) {
    report_limit(s, limit_room);
    return 0;
  }
  if (s->most_per_second != 0 && s->tokens == 0) return 0;
  clear(&source, sizeof source);
  clear(&target, sizeof target);
  fd = call(nr_accept4, l->fd, (i64)&source, (i64)&length, SOCK_CLOEXEC | SOCK_NONBLOCK, 0, 0);
  if (fd == -ECONNABORTED || fd == -EINTR) return 1;
  if (fd == -EAGAIN) {
    l->ready = 0;
    return 0;
  }
  if (fd < 0) { /* no descriptor or memory is left to the system */
    s->no_descriptors = 1;
    s->retry_at = s->now + 100;
    report_limit(s, limit_room);
    return 0;
  }
  s->fds++;
  if (s->most_at_once != 0 && s->connections + s->flows >= s->most_at_once) refused = limit_at_once;
  if (s->most_total != 0 && s->total >= s->most_total) refused = limit_total;
  if (refused != 0) {
    report_limit(s, refused);
    reset_descriptor(s, (i32)fd);
    return 1;
  }
  if (s->most_per_second != 0 && --s->tokens == 0) report_limit(s, limit_per_second);
  index = new_connection(s);
  if (index == NONE) {
    reset_descriptor(s, (i32)fd);
    return 0;
  }
  length = sizeof target;
  call(nr_getsockname, fd, (i64)&target, (i64)&length, 0, 0, 0);
  c = begin_connection(s, index, (i32)fd);
  record = put_record(s, from_accepted);
  record->index = index;
  record->generation = c->generation;
  record->protocol = IPPROTO_TCP;
  record->value = (i32)(l - s->listener);
  put_addresses(record, &source, target.bytes + (source.bytes[0] == AF_INET6 ? 8 : 4),
                (u32)target.bytes[2] << 8 | target.bytes[3]);
  return 1;
}

/* Accepts on all listeners that are ready; returns 1 if some of them still are and need not wait for an event. */
FUNCTION int accept_all(struct state *s)
{
  int more = 0;
  if (s->listeners_ready == 0) return 0;
  s->listeners_ready = 0;
  for (u32 index = 0; index < s->sockets; index++) {
    struct listener *l = &s->listener[index];
    int last = 1;
    if (!l->ready) continue;
    for (u32 turn = 0; turn < 64 && last; turn++) last = accept_one(s, l);
    if (l->ready) s->listeners_ready++;
    more |= last;
  }
  return more;
}

/* The time to sleep, in milliseconds; -1 for ever. */
FUNCTION i32 patience(struct state *s, int more)
{
  i32 wait = -1;
  if (more || (s->work_first != NONE && !s->throttled)) return 0;
  if (s->flows > 0) wait = 5000;
  if (s->throttled && (wait < 0 || wait > 20)) wait = 20;
  if (s->out_from < s->out_to && !s->out_full && (wait < 0 || wait > LAZY)) wait = LAZY;
  if (s->listeners_ready > 0) {
    if (s->most_per_second != 0 && s->tokens == 0) wait = 1 + (i32)(1000 / s->most_per_second);
    else if (s->no_descriptors) wait = 100;
  }
  return wait;
}

FUNCTION void handle(struct state *s, const struct event *event)
{
  u64 data = event->data;
  u32 events = event->events, index = (u32)data;
  switch (data >> 56) {
  case about_control:
    if (events & EPOLLOUT) s->out_full = 0;
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR | EPOLLRDHUP)) read_control(s);
    return;
  case about_listener:
    if (!s->listener[index].ready) s->listeners_ready++;
    s->listener[index].ready = 1;
    return;
  case about_datagrams:
    read_datagrams(s, index);
    return;
  case about_packets:
    read_packets(s, index);
    return;
  case about_connection:
    connection_event(s, index, (u32)(data >> 48) & 0xff, (u32)(data >> 32) & 0xffff, events);
    return;
  case about_flow:
    flow_event(s, index, (u32)(data >> 48) & 0xff, (u32)(data >> 32) & 0xffff, events);
  }
}

/* Reports attempts that the kernel has refused and that were not read yet, and ends. */
FUNCTION void leave(struct state *s)
{
  for (u32 i = 0; i < s->sockets; i++)
    if (s->listener[i].kind == socket_packet) read_packets(s, i);
  flush(s);
  end(0);
}

FUNCTION void settle_in(const struct parameters *parameters)
{
  u64 mask = ~0ul, header, sets[3], limit[2], name[2];
  i32 control = (i32)parameters->control, intake = (i32)parameters->intake;
  /* Both numbers are above 2: see start.ts. */
  if (call(nr_dup3, control, fd_control, O_CLOEXEC, 0, 0, 0) < 0) end(72);
  if (call(nr_dup3, intake, fd_intake, O_CLOEXEC, 0, 0, 0) < 0) end(72);
  call(nr_close_range, fd_epoll, UINT_MAX, 0, 0, 0, 0);
  if (call(nr_epoll_create1, EPOLL_CLOEXEC, 0, 0, 0, 0, 0) != fd_epoll) end(73);
  call(nr_setsid, 0, 0, 0, 0, 0, 0);
  call(nr_rt_sigprocmask, SIG_SETMASK, (i64)&mask, 0, 8, 0, 0);
  call(nr_prctl, PR_SET_DUMPABLE, 0, 0, 0, 0, 0);
  name[0] = 0x69626164756f6c63ul; /* "cloudabi-pump" */
  name[1] = 0x706d75702dul;
  call(nr_prctl, PR_SET_NAME, (i64)name, 0, 0, 0, 0);
  call(nr_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0, 0);
  if (call(nr_getppid, 0, 0, 0, 0, 0, 0) != (i64)parameters->parent) end(0);
  header = _LINUX_CAPABILITY_VERSION_3; /* of this process */
  sets[0] = sets[1] = sets[2] = 0;
  call(nr_capset, (i64)&header, (i64)sets, 0, 0, 0, 0);
  call(nr_prlimit64, 0, RLIMIT_NOFILE, 0, (i64)limit, 0, 0);
  limit[0] = limit[1];
  call(nr_prlimit64, 0, RLIMIT_NOFILE, (i64)limit, 0, 0, 0);
}

static __attribute__((used, noreturn)) void run(void)
{
  const struct parameters *parameters;
  struct state *s;
  u64 limit[2];
  int more = 0;
  ADDRESS_OF("parameters", parameters);
  settle_in(parameters);
  s = memory(sizeof *s);
  s->fds = fd_first;
  call(nr_prlimit64, 0, RLIMIT_NOFILE, 0, (i64)limit, 0, 0);
  s->most_fds = limit[0] > 0x7fffffff ? 0x7fffffff : (u32)limit[0];
  s->free_connections = s->free_flows = s->work_first = s->work_last = s->owing_first = NONE;
  s->in_fd = -1;
  for (u32 chain = 0; chain < CHAINS; chain++) s->chain[chain] = NONE;
  take_sockets(s);
  confine(fd_first + s->sockets);
  watch(fd_control, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, about(about_control, 0, 0, 0));
  /* Records that the broker has sent already count for the first connection. */
  read_control(s);
  put_record(s, from_ready)->value = (i32)s->sockets;
  for (;;) {
    i64 count;
    settle(s);
    flush(s);
    count = call(nr_epoll_pwait, fd_epoll, (i64)s->events, EVENTS, patience(s, more), 0, 8);
    if (count < 0 && count != -EINTR) end(70);
    refill(s);
    if (s->no_descriptors && s->now >= s->retry_at) s->no_descriptors = 0;
    for (i64 i = 0; i < count; i++) handle(s, &s->events[i]);
    if (s->leaving) leave(s);
    if (s->flows > 0 && s->now - s->swept > 5000) sweep_flows(s, 0);
    work(s);
    more = accept_all(s);
  }
}
