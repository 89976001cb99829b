/*
 * Programs that have just started. The kernel makes execve(2) with the path as it is then, which may be another one than
 * was judged. So the process is noted, and at its first notified call the file that it executes is judged again.
 */

/* Notes a process that is about to execute what was judged: `fd` is that file, or -1. Returns 0 if there is no room. */
FUNCTION u32 note_start(struct worker *w, i64 fd)
{
  struct shared *s = w->shared;
  i64 group = group_of(w, w->n.pid);
  u64 status[20];
  if (group < 0 || !is_waiting(w)) return 0;
  status[0] = status[1] = 0;
  if (fd >= 0 && call(nr_fstat, fd, (i64)status, 0, 0, 0, 0) < 0) return 0;
  if (is_conditional(&w->policy->table, is_exec)) hold_conditions(w);
  else w->held = 0;
  for (u32 turn = 0; turn < 2; turn++)
    for (u32 i = 0; i < MOST_STARTS; i++) {
      struct started *one = &s->starts[i];
      u32 none = 0, used = __atomic_load_n(&one->used, __ATOMIC_ACQUIRE);
      u8 name[48];
      if (turn == 1 && used == 2) { /* that of a process which is gone makes room */
        put_process(name, one->group, WORD_STAT);
        if (call(nr_faccessat2, (i64)s->p.proc, (i64)name, 0, 0, 0, 0) != -ENOENT) continue;
        none = 2;
      } else if (used != 0) continue;
      if (!__atomic_compare_exchange_n(&one->used, &none, 1, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) continue;
      one->group = (u32)group;
      one->thread = w->n.pid;
      one->device = status[0];
      one->inode = status[1];
      one->held = w->held;
      if (s->p.crashes && fd >= 0 && !guard_start(s, (u32)group, status[0], status[1])) {
        __atomic_store_n(&one->used, none, __ATOMIC_RELEASE);
        return 0;
      }
      __atomic_store_n(&one->used, 2, __ATOMIC_RELEASE);
      if (none == 0) __atomic_add_fetch(&s->starting, 1, __ATOMIC_ACQ_REL);
      return 1;
    }
  return 0;
}

/* Says whether a call tells that an execution is over: its thread goes on, or is the only one left. */
FUNCTION u32 is_over(struct worker *w, const struct started *one)
{
  u8 name[64];
  i64 at;
  if (w->n.pid == one->thread) return 1;
  at = put_process(name, one->group, WORD_TASK);
  at += put_number(name + at, one->thread);
  name[at] = 0;
  return call(nr_faccessat2, (i64)w->shared->p.proc, (i64)name, 0, 0, 0, 0) == -ENOENT;
}

/* Judges the file that a process executes; kills the process if rules forbid it, and returns 0 then. */
FUNCTION u32 judge_executed(struct worker *w, const struct started *one)
{
  struct place *p = &w->two;
  struct decision d;
  u64 status[20];
  u8 name[48];
  i64 got;
  put_process(name, w->n.pid, WORD_EXE);
  if (call(nr_newfstatat, (i64)w->shared->p.proc, (i64)name, (i64)status, 0, 0, 0) < 0) return 1;
  if (status[0] == one->device && status[1] == one->inode) return 1;
  if (is_resting(w->shared, status[0], status[1])) { /* it was put in the place of another */
    call(nr_kill, w->n.pid, SIGKILL, 0, 0, 0, 0);
    return 0;
  }
  got = call(nr_readlinkat, (i64)w->shared->p.proc, (i64)name, (i64)p->path, PATH_ROOM, 0, 0);
  if (got <= 0) return 1;
  p->length = (u32)got;
  w->held = one->held;
  w->has_held = 1;
  ask_rules(w, is_exec, p, &d);
  w->has_held = 0;
  if (d.action == action_allow || d.action == action_log || d.action == action_append || d.action == action_mask)
    return 1;
  report(w, &d, is_exec, -EACCES, p);
  call(nr_kill, w->n.pid, SIGKILL, 0, 0, 0, 0);
  return 0;
}

/* Looks at a process that has started, at its first call; returns 0 if it is killed. */
FUNCTION u32 check_started(struct worker *w)
{
  struct shared *s = w->shared;
  u32 good = 1;
  if (__atomic_load_n(&s->starting, __ATOMIC_ACQUIRE) == 0) return 1;
  for (u32 i = 0; i < MOST_STARTS && good; i++) {
    struct started *one = &s->starts[i], found;
    u32 used = 2;
    if (__atomic_load_n(&one->used, __ATOMIC_ACQUIRE) != 2) continue;
    copy(&found, one, sizeof found);
    if ((w->n.pid != found.group && w->n.pid != found.thread) || !is_over(w, &found)) continue;
    if (!__atomic_compare_exchange_n(&one->used, &used, 0, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) continue;
    __atomic_sub_fetch(&s->starting, 1, __ATOMIC_ACQ_REL);
    good = judge_executed(w, &found);
  }
  return good;
}

/* Judges a program and lets the kernel start it. What has not been found may be there when the kernel looks. */
FUNCTION i64 do_execute(struct worker *w, i32 dirfd, u64 path, u64 flags)
{
  i64 got = find_with_flags(w, dirfd, path, flags, 0), fd = -1;
  u64 status[20];
  if (got >= 0) {
    fd = w->one.fd;
    got = judge(w, is_exec, &w->one, ENOENT);
    if (got >= 0 && got != ANSWERED && call(nr_fstat, fd, (i64)status, 0, 0, 0, 0) == 0 &&
        is_resting(w->shared, status[0], status[1]))
      got = rest(w, &w->one);
    if (got < 0 || got == ANSWERED) {
      shut(fd);
      return got;
    }
  }
  got = note_start(w, fd) ? GO_ON : is_waiting(w) ? -EAGAIN : ANSWERED;
  shut(fd);
  return got;
}
