/*
 * The crash guard: a program that has crashed so often in a time does not start for a while. The kernel tells the end of a process to
 * its parent alone; but a descriptor of the process says how it has ended, to each process that holds one, since Linux 6.15
 * (PIDFD_GET_INFO). A process counts for the file that it has executed last.
 */

#define NO_RULE 0xffffffff /* in records: the crash guard has decided */
#define NANOSECONDS 1000000000

struct process_info { /* struct pidfd_info */
  u64 mask, cgroup;
  u32 ids[11];
  i32 status; /* as wait(2) stores it */
};

struct poll { i32 fd; u16 wanted, found; }; /* struct pollfd */

FUNCTION void lock_guard(struct shared *s)
{
  while (__atomic_exchange_n(&s->guard_lock, 1, __ATOMIC_ACQUIRE) != 0)
    call(nr_futex, (i64)&s->guard_lock, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 1, 0, 0, 0);
}

FUNCTION void unlock_guard(struct shared *s)
{
  __atomic_store_n(&s->guard_lock, 0, __ATOMIC_RELEASE);
  call(nr_futex, (i64)&s->guard_lock, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, 0, 0, 0);
}

FUNCTION u64 now(void)
{
  u64 time[2];
  call(nr_clock_gettime, CLOCK_MONOTONIC, (i64)time, 0, 0, 0, 0);
  return time[0] * NANOSECONDS + time[1];
}

FUNCTION u32 is_crash(i32 status)
{
  u32 signal = (u32)status & 0x7f;
  return signal == SIGILL || signal == SIGTRAP || signal == SIGABRT || signal == SIGBUS || signal == SIGFPE ||
         signal == SIGSEGV || signal == SIGSYS;
}

FUNCTION struct crashed *find_crashed(struct shared *s, u64 device, u64 inode)
{
  for (u32 i = 0; i < MOST_CRASHED; i++) {
    struct crashed *one = &s->crashed[i];
    if (one->last != 0 && one->device == device && one->inode == inode) return one;
  }
  return 0;
}

/* Counts a crash; without room, the file that has not crashed for longest is forgotten. */
FUNCTION void count_crash(struct shared *s, u64 device, u64 inode)
{
  struct crashed *one = find_crashed(s, device, inode);
  u64 time = now();
  u32 count = 1;
  if (one == 0) {
    one = &s->crashed[0];
    for (u32 i = 1; i < MOST_CRASHED; i++)
      if (s->crashed[i].last < one->last) one = &s->crashed[i];
    clear(one, sizeof *one);
    one->device = device;
    one->inode = inode;
  }
  for (u32 i = MOST_CRASHES - 1; i > 0; i--) {
    one->times[i] = one->times[i - 1];
    if (one->times[i] != 0 && time - one->times[i] <= s->p.within) count++;
  }
  one->times[0] = time;
  one->last = time;
  if (count < s->p.crashes) return;
  one->until = time + s->p.pause;
  clear(one->times, sizeof one->times);
}

/* Fills in which processes are watched, and where each stands; returns how many they are. The guard is locked. */
FUNCTION u32 put_polls(struct shared *s, struct poll *polls, u16 *places)
{
  u32 count = 0;
  for (u32 i = 0; i < MOST_GUARDED; i++) {
    if (!s->guarded[i].used) continue;
    polls[count].fd = s->guarded[i].process;
    polls[count].wanted = polls[count].found = 0;
    places[count++] = (u16)i;
  }
  return count;
}

/* Takes note of processes that have ended. The guard is locked. */
FUNCTION void collect_ends(struct shared *s)
{
  struct poll polls[MOST_GUARDED];
  u16 places[MOST_GUARDED];
  u32 count = put_polls(s, polls, places);
  u64 none[2];
  none[0] = none[1] = 0;
  if (call(nr_ppoll, (i64)polls, count, (i64)none, 0, 8, 0) <= 0) return;
  for (u32 i = 0; i < count; i++) {
    struct guarded *one = &s->guarded[places[i]];
    struct process_info info;
    if (polls[i].found == 0) continue;
    clear(&info, sizeof info);
    info.mask = PIDFD_INFO_EXIT;
    if (call(nr_ioctl, one->process, PIDFD_GET_INFO, (i64)&info, 0, 0, 0) == 0 && (info.mask & PIDFD_INFO_EXIT) &&
        is_crash(info.status))
      count_crash(s, one->device, one->inode);
    shut(one->process);
    one->used = 0;
  }
}

/* Says whether a file may not be started now. */
FUNCTION u32 is_resting(struct shared *s, u64 device, u64 inode)
{
  struct crashed *one;
  u32 resting;
  if (s->p.crashes == 0) return 0;
  lock_guard(s);
  collect_ends(s);
  one = find_crashed(s, device, inode);
  resting = one != 0 && now() < one->until;
  unlock_guard(s);
  return resting;
}

/* Watches a process that is about to execute a file. Returns 0 if there is no room. */
FUNCTION u32 guard_start(struct shared *s, u32 group, u64 device, u64 inode)
{
  struct guarded *room = 0;
  i64 process;
  lock_guard(s);
  collect_ends(s);
  for (u32 i = 0; i < MOST_GUARDED; i++) {
    struct guarded *one = &s->guarded[i];
    if (one->used && one->group == group) {
      one->device = device;
      one->inode = inode;
      unlock_guard(s);
      return 1;
    }
    if (!one->used && room == 0) room = one;
  }
  process = room == 0 ? -EAGAIN : call(nr_pidfd_open, group, 0, 0, 0, 0, 0);
  if (process >= 0) {
    room->process = (i32)process;
    room->group = group;
    room->device = device;
    room->inode = inode;
    room->used = 1;
  }
  unlock_guard(s);
  if (process >= 0) call(nr_tgkill, s->own, s->guard, START_SIGNAL, 0, 0, 0);
  return process >= 0;
}

/* Waits for ends, so that crashes count for the time at which they happen. */
FUNCTION void watch_guarded(struct shared *s)
{
  struct poll polls[MOST_GUARDED];
  u16 places[MOST_GUARDED];
  u64 others = ~(1ul << (START_SIGNAL - 1));
  for (;;) {
    u32 count;
    lock_guard(s);
    collect_ends(s);
    count = put_polls(s, polls, places);
    unlock_guard(s);
    call(nr_ppoll, (i64)polls, count, 0, (i64)&others, 8, 0);
  }
}

/* Reports that a program does not start. */
FUNCTION i64 rest(struct worker *w, const struct place *p)
{
  struct record record;
  clear(&record, sizeof record);
  record.kind = record_access;
  record.action = action_deny;
  record.category = is_exec;
  record.rule = NO_RULE;
  record.error = -EAGAIN;
  record.generation = w->policy->generation;
  send_record(w, &record, p->path, p->length);
  return -EAGAIN;
}
