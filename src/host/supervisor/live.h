/*
 * Rules that change while the program runs. The launcher sends each table as a sealed file; a thread of its own maps it and
 * puts it in the place of the one that counts. Threads that judge by an older one keep it until their call is answered.
 */

#define VERDICT_POLICY 3 /* a message with a table and a text: from now on they count */
#define VERDICT_LAST 4   /* the same, and no other will follow */

/* A message of the launcher: an answer to a question, or a policy, whose table has so many bytes. */
struct message { u64 id; u32 verdict, size; };

struct message_header { /* struct msghdr */
  void *name;
  u64 name_length;
  struct vector *vectors;
  u64 count;
  void *control;
  u64 control_length;
  u32 flags, spare;
};

struct descriptors { /* struct cmsghdr of SCM_RIGHTS */
  u64 length;
  i32 level, type;
  i32 fd[2]; /* fewer where there is no room for more: recvmsg(2), MSG_CTRUNC */
};

#define DESCRIPTORS_HEADER 16

FUNCTION i64 map_policy(struct policy *p, i64 table, u64 size, i32 text)
{
  i64 at = call(nr_mmap, 0, (i64)size, PROT_READ, MAP_SHARED, table, 0);
  shut(table);
  if (at < 0) return at;
  if (!open_table(&p->table, (void *)at, size)) end(75);
  p->size = size;
  p->text = text;
  return 0;
}

FUNCTION void seal_table(const struct policy *p)
{
  call(nr_mseal, (i64)p->table.words, (i64)p->size, 0, 0, 0, 0);
}

/*
 * Makes the policy that counts the one that a thread judges by; says whether it is another one. The order of the two
 * looks keeps it from being taken away in between.
 */
FUNCTION u32 take_policy(struct worker *w)
{
  struct policy *before = w->policy, *now;
  do {
    now = __atomic_load_n(&w->shared->policy, __ATOMIC_SEQ_CST);
    __atomic_store_n(&w->policy, now, __ATOMIC_SEQ_CST);
  } while (__atomic_load_n(&w->shared->policy, __ATOMIC_SEQ_CST) != now);
  return before != now;
}

/* Frees policies that no thread judges by, and finds room for one. */
FUNCTION struct policy *free_policies(struct shared *s)
{
  struct policy *found = 0;
  for (u32 i = 0; i < MOST_POLICIES; i++) {
    struct policy *one = &s->policies[i];
    u32 used = one == s->policy;
    for (u32 j = 0; j < MOST_THREADS + MOST_QUESTIONS; j++)
      if (__atomic_load_n(&s->workers[j]->policy, __ATOMIC_SEQ_CST) == one) used = 1;
    if (used) continue;
    if (one->size > 0) {
      call(nr_munmap, (i64)one->table.words, (i64)one->size, 0, 0, 0, 0);
      shut(one->text);
      one->size = 0;
    }
    found = one;
  }
  return found;
}

/* Takes the calls from all threads by which rules are exchanged. */
FUNCTION void seal_supervisor(struct shared *s)
{
  struct instruction program[16];
  struct filter filter, *f = &filter;
  filter.length = 0;
  filter.program = program;
  seal_table(s->policy);
  LOAD(0);
  EQUAL(nr_mmap, 5, 0);
  EQUAL(nr_munmap, 4, 0);
  EQUAL(nr_mseal, 3, 0);
  EQUAL(nr_recvmsg, 2, 0);
  EQUAL(nr_seccomp, 1, 0);
  ALLOW();
  KILL();
  if (call(nr_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, (i64)&filter, 0, 0, 0) != 0) end(79);
}

/* Puts a policy in the place of the one that counts, and says so. */
FUNCTION void switch_policy(struct worker *w, const struct message *m, const struct descriptors *d)
{
  struct shared *s = w->shared;
  struct policy *next = free_policies(s);
  struct record record;
  u64 generation = s->policy->generation + 1;
  u32 came = d->length < DESCRIPTORS_HEADER ? 0 : (u32)(d->length - DESCRIPTORS_HEADER) / sizeof *d->fd;
  u32 mapped = came == 2 && next != 0;
  i64 got = mapped ? map_policy(next, d->fd[0], m->size, d->fd[1]) : came == 2 ? -EBUSY : -EMFILE;
  if (got < 0) for (u32 i = mapped; i < came; i++) shut(d->fd[i]);
  else {
    next->generation = generation;
    __atomic_store_n(&s->policy, next, __ATOMIC_SEQ_CST);
    free_policies(s);
    if (m->verdict == VERDICT_LAST) {
      seal_supervisor(s);
      __atomic_store_n(&s->sealed, 1, __ATOMIC_RELEASE);
    }
  }
  clear(&record, sizeof record);
  record.length = sizeof record;
  record.kind = record_switched;
  record.error = (i32)got;
  record.generation = generation;
  call(nr_sendto, (i64)s->p.reports, (i64)&record, sizeof record, MSG_NOSIGNAL, 0, 0);
}

/* Reads a message of the launcher; returns its bytes. */
FUNCTION i64 receive(struct shared *s, struct message *m, struct descriptors *d)
{
  struct message_header header;
  struct vector vector;
  d->length = 0;
  if (s->sealed) return call(nr_recvfrom, (i64)s->p.reports, (i64)m, sizeof *m, MSG_WAITALL, 0, 0);
  clear(&header, sizeof header);
  vector.base = m;
  vector.length = sizeof *m;
  header.vectors = &vector;
  header.count = 1;
  header.control = d;
  header.control_length = sizeof *d;
  return call(nr_recvmsg, (i64)s->p.reports, (i64)&header, MSG_WAITALL | MSG_CMSG_CLOEXEC, 0, 0, 0);
}

/* Reads what the launcher says. */
FUNCTION void read_answers(struct worker *w)
{
  struct shared *s = w->shared;
  struct message m;
  struct descriptors d;
  for (;;) {
    i64 got = receive(s, &m, &d);
    if (got == -EINTR) continue;
    if (got != sizeof m) break;
    if (m.id == 0 && !s->sealed && (m.verdict == VERDICT_POLICY || m.verdict == VERDICT_LAST)) {
      switch_policy(w, &m, &d);
      continue;
    }
    for (u32 i = 0; i < MOST_QUESTIONS; i++) {
      struct question *q = &s->questions[i];
      if (m.id == 0 || __atomic_load_n(&q->id, __ATOMIC_ACQUIRE) != m.id) continue;
      __atomic_store_n(&q->verdict, m.verdict == 0 ? VERDICT_NO : m.verdict, __ATOMIC_RELEASE);
      call(nr_futex, (i64)&q->verdict, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, 0, 0, 0);
    }
  }
  __atomic_store_n(&s->closed, 1, __ATOMIC_RELEASE);
}

/* Says whether a path is the one by which a program sees its rules and changes them: /dev/cloudabi, in this spelling alone. */
FUNCTION u32 is_policy_path(struct worker *w, const u8 *path)
{
  u64 text[2];
  text[0] = 0x6f6c632f7665642ful; /* "/dev/clo" */
  text[1] = 0x6962616475ul;       /* "udabi" */
  return w->shared->p.live != 0 && same(path, text, 14);
}

/* Opens the text of the rules, to read. */
FUNCTION i64 open_text(struct worker *w, u64 flags)
{
  u8 name[48];
  put_own(name, w->policy->text);
  return call(nr_openat, w->shared->self, (i64)name, (i64)((flags & O_PATH) | O_RDONLY | O_CLOEXEC), 0, 0, 0);
}

/* The object of a path that is the text of the rules, about which there are none; 0 if it is not. */
FUNCTION i64 find_text(struct worker *w, const u8 *path, struct place *p)
{
  if (!is_policy_path(w, path)) return 0;
  p->length = 0;
  p->fd = (i32)open_text(w, O_PATH);
  return p->fd < 0 ? p->fd : 1;
}

/* Asks the launcher for a change that a process of the program wants. The first process is named as such. */
FUNCTION i64 ask_change(struct worker *w, const u8 *text, u32 length)
{
  struct record record;
  i64 group = group_of(w, w->n.pid);
  u32 verdict;
  if (__atomic_load_n(&w->shared->sealed, __ATOMIC_ACQUIRE)) return -EPERM;
  if (!is_waiting(w)) return ANSWERED; /* its id may be another's by now */
  if (group < 0) return -EAGAIN;
  clear(&record, sizeof record);
  record.kind = record_change;
  record.error = (u32)group == w->shared->first;
  verdict = ask_launcher(w, &record, text, length);
  if (verdict == VERDICT_YES) return 0;
  return verdict <= VERDICT_LAST ? -EBUSY : -(i64)(verdict & 0xfff);
}
