/* The process that has made a call: its memory and its descriptors (seccomp_unotify(2), process_vm_readv(2)). */

FUNCTION i64 is_waiting(struct worker *w)
{
  return call(nr_ioctl, (i64)w->shared->p.notify, SECCOMP_IOCTL_NOTIF_ID_VALID, (i64)&w->n.id, 0, 0, 0) == 0;
}

FUNCTION i64 move(struct worker *w, i64 how, u64 theirs, void *ours, u64 length)
{
  struct vector local, remote;
  local.base = ours;
  local.length = length;
  remote.base = (void *)theirs;
  remote.length = length;
  return call(how, w->n.pid, (i64)&local, 1, (i64)&remote, 1, 0);
}

/* Reads exactly so many bytes. A process that does not let itself be read gets EPERM. */
FUNCTION i64 read_bytes(struct worker *w, u64 from, void *to, u64 length)
{
  i64 got = move(w, nr_process_vm_readv, from, to, length);
  if (got == (i64)length) return 0;
  return got >= 0 || got == -EFAULT ? -EFAULT : -EPERM;
}

FUNCTION i64 write_bytes(struct worker *w, u64 to, void *from, u64 length)
{
  i64 put = move(w, nr_process_vm_writev, to, from, length);
  if (put == (i64)length) return 0;
  return put >= 0 || put == -EFAULT ? -EFAULT : -EPERM;
}

/* Copies a text once; returns its length. What lies behind its page is read only if it does not end there. */
FUNCTION i64 read_text(struct worker *w, u64 from, u8 *to)
{
  u32 used = 0;
  if (from == 0) return -EFAULT;
  while (used < PATH_ROOM) {
    u64 at = from + used, step = 4096 - at % 4096;
    i64 got;
    if (step > PATH_ROOM - used) step = PATH_ROOM - used;
    if (used == 0 && step > 256) step = 256; /* most are shorter */
    got = move(w, nr_process_vm_readv, at, to + used, step);
    if (got <= 0) return got == 0 || got == -EFAULT ? -EFAULT : -EPERM;
    for (i64 i = 0; i < got; i++, used++)
      if (to[used] == 0) return used;
  }
  return -ENAMETOOLONG;
}

/* `PID/` and a word of at most eight letters; returns the length. */
FUNCTION i64 put_process(u8 *to, u32 pid, u64 word)
{
  i64 at = put_number(to, pid);
  to[at++] = '/';
  for (; word != 0; word >>= 8) to[at++] = (u8)word;
  to[at] = 0;
  return at;
}

#define WORD_CWD 0x647763ul            /* "cwd" */
#define WORD_FD 0x2f6466ul             /* "fd/" */
#define WORD_EXE 0x657865ul            /* "exe" */
#define WORD_STATUS 0x737574617473ul   /* "status" */
#define WORD_STAT 0x74617473ul         /* "stat" */
#define WORD_TASK 0x2f6b736174ul       /* "task/" */

/* `PID/fd/NUMBER` */
FUNCTION void put_descriptor(u8 *to, u32 pid, u32 number)
{
  i64 at = put_process(to, pid, WORD_FD);
  at += put_number(to + at, number);
  to[at] = 0;
}

/* The name of a descriptor of ours in `self`. */
FUNCTION void put_own(u8 *to, i64 fd)
{
  to[put_number(to, (u64)fd)] = 0;
}

/* The directory from which a relative path leads, as an O_PATH descriptor of ours. */
FUNCTION i64 open_base(struct worker *w, i32 dirfd)
{
  u8 name[48];
  i64 fd;
  if (dirfd == AT_FDCWD) put_process(name, w->n.pid, WORD_CWD);
  else if (dirfd < 0) return -EBADF;
  else put_descriptor(name, w->n.pid, (u32)dirfd);
  fd = call(nr_openat, (i64)w->shared->p.proc, (i64)name, O_PATH | O_CLOEXEC, 0, 0, 0);
  if (fd == -ENOENT) return -EBADF;
  return fd == -EACCES ? -EPERM : fd;
}

/* Reads a file of a process in our /proc as text; returns its length. */
FUNCTION i64 read_process(struct shared *s, u32 pid, u64 word, u8 *to, u64 room)
{
  u8 name[48];
  i64 fd, got;
  put_process(name, pid, word);
  fd = call(nr_openat, (i64)s->p.proc, (i64)name, O_RDONLY | O_CLOEXEC, 0, 0, 0);
  if (fd < 0) return fd;
  got = call(nr_read, fd, (i64)to, (i64)room - 1, 0, 0, 0);
  shut(fd);
  if (got >= 0) to[got] = 0;
  return got;
}

/* The number behind a line's name, whose letters but the first are `word`, in a `status` of proc_pid_status(5). */
FUNCTION i64 status_number(const u8 *text, u64 word, u32 base)
{
  for (; *text != 0; text++) {
    u64 wanted = word;
    const u8 *at = text;
    i64 value = 0;
    while (wanted != 0 && *at == (u8)wanted) { at++; wanted >>= 8; }
    if (wanted != 0) continue;
    while (*at == '\t' || *at == ' ') at++;
    for (;; at++) {
      u32 digit = *at >= 'a' ? *at - 'a' + 10u : *at - '0' + 0u;
      if (digit >= base) break;
      value = value * base + digit;
    }
    return value;
  }
  return -ESRCH;
}

#define LINE_MASK 0x3a6b73616d55ul /* "Umask:" */
#define LINE_GROUP 0x3a64696754ul  /* "Tgid:" */

/* Takes the mask of new files that the process has. The threads of the supervisor have one each. */
FUNCTION i64 take_mask(struct worker *w)
{
  u8 status[1024];
  i64 got = read_process(w->shared, w->n.pid, WORD_STATUS, status, sizeof status), mask;
  if (got < 0) return -EPERM;
  mask = status_number(status, LINE_MASK, 8);
  if (mask < 0) return -EPERM;
  if ((u32)mask != w->mask) call(nr_umask, mask, 0, 0, 0, 0, 0);
  w->mask = (u32)mask;
  return 0;
}

/* The id of the thread's process. */
FUNCTION i64 group_of(struct worker *w, u32 pid)
{
  u8 status[1024];
  i64 got = read_process(w->shared, pid, WORD_STATUS, status, sizeof status);
  return got < 0 ? got : status_number(status, LINE_GROUP, 10);
}

/* The same open file as a descriptor of the process, as a descriptor of ours (pidfd_getfd(2)). */
FUNCTION i64 take_descriptor(struct worker *w, u32 number)
{
  i64 process = call(nr_pidfd_open, w->n.pid, PIDFD_THREAD, 0, 0, 0, 0), fd;
  if (process < 0) { /* before Linux 6.9 only processes have one */
    i64 group = group_of(w, w->n.pid);
    process = call(nr_pidfd_open, group < 0 ? 0 : group, 0, 0, 0, 0, 0);
  }
  if (process < 0) return -EPERM;
  fd = call(nr_pidfd_getfd, process, number, 0, 0, 0, 0);
  shut(process);
  return fd;
}
