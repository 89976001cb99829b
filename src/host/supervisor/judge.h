/* Asks the rules about an access, and reports what they refuse. */

/* The numbers of categories: src/policy/category.ts. */
enum {
  is_walk, is_list, is_stat, is_read, is_write, is_exec, is_ioctl, is_create, is_delete, is_rename, is_link, is_symlink,
  is_truncate, is_chdir, is_readdir, is_mkdir, is_rmdir, is_mkfifo, is_mknod, is_tmpfile, is_chown, is_chgrp, is_chmod,
  is_chattr, is_utime, is_chroot, is_watch, is_mount, is_bind, is_connect, is_send,
};

#define REPORTS_PER_SECOND 200

/* Before the path and the path of the executable; src/supervisor/records.ts has the same. */
struct record {
  u32 length, kind; /* of all of it; `record_…` below */
  u32 action, category, rule;
  i32 error;
  u32 pid, lost; /* reports before this one that were too many */
  u64 time;      /* nanoseconds since 1970 */
  u32 path, executable; /* bytes */
  u64 question;         /* its name in the answer */
  u64 generation;       /* of the rules */
};

enum { record_access = 1, record_question, record_change, record_switched };

/* Returns 0 if it was not sent. */
FUNCTION i64 send_record(struct worker *w, struct record *record, const u8 *path, u32 length)
{
  struct shared *s = w->shared;
  u8 *at = w->room;
  u64 time[2];
  i64 got = 0;
  call(nr_clock_gettime, CLOCK_REALTIME, (i64)time, 0, 0, 0, 0);
  if (__atomic_load_n(&s->second, __ATOMIC_RELAXED) != time[0]) {
    __atomic_store_n(&s->second, time[0], __ATOMIC_RELAXED);
    __atomic_store_n(&s->tokens, REPORTS_PER_SECOND, __ATOMIC_RELAXED);
  }
  if (record->kind == record_access && (i32)__atomic_sub_fetch(&s->tokens, 1, __ATOMIC_RELAXED) < 0) {
    __atomic_store_n(&s->tokens, 0, __ATOMIC_RELAXED);
    __atomic_add_fetch(&s->lost, 1, __ATOMIC_RELAXED);
    return 0;
  }
  put_process(w->scratch, w->n.pid, WORD_EXE);
  got = call(nr_readlinkat, (i64)s->p.proc, (i64)w->scratch, (i64)w->executable, PATH_ROOM, 0, 0);
  if (got < 0) got = 0;
  record->length = (u32)(sizeof *record + length + (u32)got);
  record->pid = w->n.pid;
  record->lost = __atomic_exchange_n(&s->lost, 0, __ATOMIC_RELAXED);
  record->time = time[0] * 1000000000 + time[1];
  record->path = length;
  record->executable = (u32)got;
  copy(at, record, sizeof *record);
  copy(at + sizeof *record, path, length);
  copy(at + sizeof *record + length, w->executable, (u32)got);
  got = call(nr_sendto, (i64)s->p.reports, (i64)at, record->length, MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0);
  if (got == (i64)record->length) return 1;
  __atomic_add_fetch(&s->lost, 1 + record->lost, __ATOMIC_RELAXED);
  return 0;
}

FUNCTION void report(struct worker *w, const struct decision *d, u32 category, i64 error, const struct place *p)
{
  struct record record;
  clear(&record, sizeof record);
  record.kind = record_access;
  record.action = d->action;
  record.category = category;
  record.rule = d->rule;
  record.error = (i32)error;
  record.generation = w->policy->generation;
  send_record(w, &record, p->path, p->length);
}

FUNCTION u32 start_worker(struct shared *s);

/* Finds the conditions of rules that hold for the process. */
FUNCTION void hold_conditions(struct worker *w)
{
  i64 got;
  if (w->has_held) return;
  put_process(w->scratch, w->n.pid, WORD_EXE);
  got = call(nr_readlinkat, (i64)w->shared->p.proc, (i64)w->scratch, (i64)w->executable, PATH_ROOM, 0, 0);
  w->held = got > 0 ? conditions_of(&w->policy->table, w->executable, (u32)got) : 0;
  w->has_held = 1;
}

FUNCTION void ask_rules(struct worker *w, u32 category, const struct place *p, struct decision *d)
{
  const struct table *table = &w->policy->table;
  u64 held = 0;
  if (is_conditional(table, category)) {
    hold_conditions(w);
    held = w->held;
  }
  *d = decide(table, category, p->path, p->length, held);
}

#define ANSWER_WAIT 1 /* seconds between looks for the process */

#define VERDICT_YES 1
#define VERDICT_NO 2

/* Asks the launcher, while another thread takes the place of this one. Returns its verdict. */
FUNCTION u32 ask_launcher(struct worker *w, struct record *record, const u8 *path, u32 length)
{
  struct shared *s = w->shared;
  struct question *q = 0;
  u32 verdict = VERDICT_NO;
  for (u32 i = 0; i < MOST_QUESTIONS && q == 0; i++) {
    u32 none = 0;
    if (__atomic_compare_exchange_n(&s->questions[i].used, &none, 1, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
      q = &s->questions[i];
  }
  if (q == 0) return VERDICT_NO;
  q->verdict = 0;
  __atomic_store_n(&q->id, w->n.id, __ATOMIC_RELEASE);
  record->question = w->n.id;
  record->generation = w->policy->generation;
  if (!__atomic_load_n(&s->closed, __ATOMIC_ACQUIRE) && (w->retires || start_worker(s)) &&
      send_record(w, record, path, length)) {
    w->retires = 1;
    while ((verdict = __atomic_load_n(&q->verdict, __ATOMIC_ACQUIRE)) == 0 &&
           !__atomic_load_n(&s->closed, __ATOMIC_ACQUIRE) && is_waiting(w)) {
      u64 time[2];
      time[0] = ANSWER_WAIT;
      time[1] = 0;
      call(nr_futex, (i64)&q->verdict, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 0, (i64)time, 0, 0);
    }
  }
  __atomic_store_n(&q->id, 0, __ATOMIC_RELEASE);
  __atomic_store_n(&q->used, 0, __ATOMIC_RELEASE);
  return verdict == 0 ? VERDICT_NO : verdict;
}

FUNCTION u32 take_policy(struct worker *w);

/* Asks a person. Returns 1 for a yes that the rules of the time of the answer still leave to a person. */
FUNCTION u32 ask_person(struct worker *w, struct decision *d, u32 category, const struct place *p)
{
  struct record record;
  clear(&record, sizeof record);
  record.kind = record_question;
  record.action = d->action;
  record.category = category;
  record.rule = d->rule;
  if (ask_launcher(w, &record, p->path, p->length) != VERDICT_YES) return 0;
  if (!take_policy(w)) return 1;
  ask_rules(w, category, p, d);
  return d->action == action_ask || d->action == action_allow || d->action == action_log;
}

/*
 * Decides about an access. `absent` is the answer for a hidden path: ENOENT where it would be found, EACCES where it
 * would be made. Returns 0, APPEND_ONLY, MASKED and more, a negative error, or ANSWERED if there is no process any more.
 */
FUNCTION i64 judge(struct worker *w, u32 category, const struct place *p, i64 absent)
{
  struct decision d;
  i64 error = 0;
  if (p->length == 0) return 0;
  ask_rules(w, category, p, &d);
  switch (d.action) {
  case action_allow:
    return 0;
  case action_log:
    report(w, &d, category, 0, p);
    return 0;
  case action_append:
    return APPEND_ONLY;
  case action_mask:
    if (absent == EACCES) break;
    return MASKED + (i64)d.argument;
  case action_hide:
    error = -absent;
    break;
  case action_deny:
    error = -(i64)d.error;
    break;
  case action_ask:
    if (ask_person(w, &d, category, p)) return 0;
    break;
  case action_stop:
    call(nr_kill, w->n.pid, SIGSTOP, 0, 0, 0, 0);
    error = -EPERM;
    break;
  case action_kill:
    report(w, &d, category, 0, p);
    call(nr_kill, w->n.pid, SIGKILL, 0, 0, 0, 0);
    return ANSWERED;
  }
  if (error == 0) error = -EACCES;
  report(w, &d, category, error, p);
  return error;
}

/* The same for what a rule that lets write at the end only forbids, as the kernel does for such files (chattr(1)). */
FUNCTION i64 judge_change(struct worker *w, u32 category, const struct place *p, i64 absent)
{
  struct decision d;
  i64 got = is_waiting(w) ? judge(w, category, p, absent) : ANSWERED; /* its id may be another's by now */
  if (got < APPEND_ONLY || got == ANSWERED) return got;
  ask_rules(w, category, p, &d);
  got = got == APPEND_ONLY ? -EPERM : -EACCES;
  report(w, &d, category, got, p);
  return got;
}

/* Writes the text by which rules know the socket at a path: `/u` and the path. */
FUNCTION void name_socket(struct place *p)
{
  for (u32 i = p->length; i > 0; i--) p->path[i + 1] = p->path[i - 1];
  p->path[0] = '/';
  p->path[1] = 'u';
  p->length += 2;
  p->path[p->length] = 0;
}

/* Writes the path again that such a text was made of. */
FUNCTION void name_file(struct place *p)
{
  p->length -= 2;
  for (u32 i = 0; i <= p->length; i++) p->path[i] = p->path[i + 2];
}

/* Says whether two directories are the same for all rules about what lies beneath them. */
FUNCTION u32 is_same_beneath(struct worker *w, const struct place *a, const struct place *b)
{
  const struct table *t = &w->policy->table;
  u32 broken = 0, groups = word_at(t, header_groups, &broken), group;
  for (group = 0; group < groups && !broken; group++) {
    u32 one = state_behind(t, group, a->path, a->length, 1, &broken);
    u32 other = state_behind(t, group, b->path, b->length, 1, &broken);
    if (one != other) return 0;
  }
  return !broken;
}

/* Says whether rules are about a path that are not about another. */
FUNCTION u32 leaves_rules(struct worker *w, const struct place *from, const struct place *to)
{
  const struct table *t = &w->policy->table;
  u32 broken = 0, groups = word_at(t, header_groups, &broken), group;
  for (group = 0; group < groups && !broken; group++) {
    u32 rules = matches_of(t, group, from->path, from->length, &broken);
    if (rules != TABLE_NONE && rules != matches_of(t, group, to->path, to->length, &broken)) return 1;
  }
  return broken;
}

/* Says whether a file that moves to another path leaves rules about sockets; a directory, those about what lies beneath it. */
FUNCTION u32 leaves_sockets(struct worker *w, struct place *from, struct place *to, u32 directory)
{
  u32 leaves;
  if (!w->shared->p.sockets) return 0;
  name_socket(from);
  name_socket(to);
  leaves = leaves_rules(w, from, to) || (directory && !is_same_beneath(w, from, to));
  name_file(from);
  name_file(to);
  return leaves;
}
