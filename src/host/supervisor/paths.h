/*
 * Resolves paths as the kernel would for the process, to descriptors of ours, and asks the kernel how what was found is
 * called. `self` and `thread-self` of /proc, and the links there that lead to objects, are looked up step by step, since
 * they mean the process that resolves them.
 */

/* Reads the path of a descriptor of ours; what has none has length 0. */
FUNCTION i64 read_path(struct worker *w, i64 fd, struct place *to)
{
  u8 name[48];
  i64 got;
  put_own(name, fd);
  got = call(nr_readlinkat, w->shared->self, (i64)name, (i64)to->path, PATH_ROOM, 0, 0);
  if (got < 0) return got;
  if (got >= PATH_ROOM - 1) return -ENAMETOOLONG;
  to->length = to->path[0] == '/' ? (u32)got : 0;
  to->path[got] = 0;
  return 0;
}

/* Says whether a path lies in the /proc of the program, and gives what follows `/proc/`. */
FUNCTION const u8 *in_proc(const u8 *path)
{
  if (path[0] == '/' && path[1] == 'p' && path[2] == 'r' && path[3] == 'o' && path[4] == 'c' && path[5] == '/')
    return path + 6;
  return 0;
}

/* The process or thread that a path beneath /proc is about; 0 for none. */
FUNCTION u32 process_in(const u8 *path, const u8 **rest)
{
  const u8 *at = in_proc(path);
  u32 number = 0;
  if (at == 0) return 0;
  for (; *at >= '0' && *at <= '9' && number < 0x10000000; at++) number = number * 10 + (u32)(*at - '0');
  if (*at != 0 && *at != '/') return 0;
  *rest = at;
  return number;
}

FUNCTION u32 is_ours(const struct shared *s, u32 pid)
{
  if (pid == s->own) return 1;
  if (pid == s->watch || pid == s->reader || pid == s->guard) return 1;
  for (u32 i = 0; i < MOST_THREADS + MOST_QUESTIONS; i++)
    if (s->workers[i]->tid == pid) return 1;
  for (u32 i = 0; i < MOST_WAITERS; i++)
    if (s->waiters[i].tid == pid) return 1;
  return 0;
}

/* Compares a text with a word of at most eight letters. */
FUNCTION u32 is_word(const u8 *text, u64 word)
{
  for (; word != 0; word >>= 8) if (*text++ != (u8)word) return 0;
  return *text == 0;
}

#define WORD_AT_STAT 0x746174732ful       /* "/stat" */
#define WORD_AT_STATM 0x6d746174732ful    /* "/statm" */
#define WORD_AT_STATUS 0x7375746174732ful /* "/status" */
#define WORD_AT_CMDLINE 0x656e696c646d632ful /* "/cmdline" */
#define WORD_AT_COMM 0x6d6d6f632ful       /* "/comm" */
#define WORD_AT_MEM 0x6d656d2ful          /* "/mem" */
#define WORD_SELF 0x666c6573ul            /* "self" */

/*
 * Refuses objects that the process could not have opened itself. In /proc that is about the supervisor, which may read its own, and
 * about the memory of others, for which the kernel would ask who is asking.
 */
FUNCTION i64 guard(struct worker *w, struct place *p)
{
  const u8 *rest;
  u32 pid, end;
  pid = process_in(p->path, &rest);
  if (pid == 0) return 0;
  if (is_ours(w->shared, pid)) {
    if (*rest == 0 || is_word(rest, WORD_AT_STAT) || is_word(rest, WORD_AT_STATM) || is_word(rest, WORD_AT_STATUS) ||
        is_word(rest, WORD_AT_CMDLINE) || is_word(rest, WORD_AT_COMM))
      return 0;
    return -EACCES;
  }
  end = p->length;
  if (end >= 4 && is_word(p->path + end - 4, WORD_AT_MEM)) {
    i64 group = group_of(w, w->n.pid);
    if (group != (i64)pid && group_of(w, pid) != group) return -EACCES;
  }
  return 0;
}

FUNCTION u32 is_thread_self(const u8 *text)
{
  return is_word(text + 7, WORD_SELF) && text[0] == 't' && text[1] == 'h' && text[2] == 'r' && text[3] == 'e' &&
         text[4] == 'a' && text[5] == 'd' && text[6] == '-';
}

/* `self` or `thread-self` as a text for the process; returns its length, 0 for other names. */
FUNCTION i64 self_text(struct worker *w, const u8 *name, u8 *to)
{
  u32 thread = name[0] == 't' && length_of(name) == 11 && is_thread_self(name);
  i64 group, at;
  if (!thread && !is_word(name, WORD_SELF)) return 0;
  group = group_of(w, w->n.pid);
  if (group <= 0) return -ESRCH;
  at = put_number(to, (u64)group);
  if (thread) {
    u64 word = WORD_TASK;
    to[at++] = '/';
    for (; word != 0; word >>= 8) to[at++] = (u8)word;
    at += put_number(to + at, w->n.pid);
  }
  to[at] = 0;
  return at;
}

/* Puts a text in front of another: `rest` lies within the buffer of two paths. */
FUNCTION i64 put_before(u8 *buffer, const u8 **rest, const u8 *text, u32 length)
{
  u32 behind = length_of(*rest);
  if (length + behind + 2 > 2 * PATH_ROOM) return -ENAMETOOLONG;
  if ((u64)(*rest - buffer) < length) {
    u8 *to = buffer + 2 * PATH_ROOM - behind - 1;
    for (i64 i = behind; i >= 0; i--) to[i] = (*rest)[i];
    *rest = to;
  }
  *rest -= length;
  copy((u8 *)*rest, text, length);
  return 0;
}

/* A hidden directory has nothing beneath it, and a hidden file is not even a file in the place of one. */
FUNCTION i64 judge_way(struct worker *w, const struct place *p)
{
  struct decision d;
  if (p->length == 0) return 0;
  ask_rules(w, is_walk, p, &d);
  if (d.action != action_hide) return 0;
  report(w, &d, is_walk, -ENOENT, p);
  return -ENOENT;
}

/* Resolves step by step. Closes `at`; the text is changed. */
FUNCTION i64 walk(struct worker *w, i64 at, u8 *buffer, u32 follow, struct place *found)
{
  const u8 *rest = buffer;
  u8 name[256], link[PATH_ROOM + 1];
  u32 hops = 0;
  struct { u64 word[16]; } system;
  for (;;) {
    u32 length = 0, last, proc;
    const u8 *behind;
    u64 status[20];
    i64 next, got;
    while (*rest == '/') rest++;
    if (*rest == 0) break;
    while (rest[length] != 0 && rest[length] != '/') length++;
    if (length > 255) { shut(at); return -ENAMETOOLONG; }
    copy(name, rest, length);
    name[length] = 0;
    behind = rest + length;
    rest = behind;
    while (*behind == '/') behind++;
    last = *behind == 0 && *rest == 0;
    got = read_path(w, at, found);
    if (got == 0) got = judge_way(w, found);
    if (got < 0) { shut(at); return got; }
    proc = found->length == 5 && found->path[1] == 'p' && found->path[2] == 'r' && found->path[3] == 'o' &&
           found->path[4] == 'c';
    if (proc && (!last || follow)) {
      got = self_text(w, name, link);
      if (got != 0) {
        if (got > 0 && ++hops > 40) got = -ELOOP;
        if (got > 0) got = put_before(buffer, &rest, link, (u32)got);
        if (got < 0) { shut(at); return got; }
        continue;
      }
    }
    next = call(nr_openat, at, (i64)name, O_PATH | O_NOFOLLOW | O_CLOEXEC, 0, 0, 0);
    if (next < 0) { shut(at); return next; }
    got = call(nr_fstat, next, (i64)status, 0, 0, 0, 0);
    if (got < 0) { shut(at); shut(next); return got; }
#ifdef __x86_64__
    got = (i64)(status[3] & S_IFMT);
#else
    got = (i64)(status[2] & S_IFMT);
#endif
    if (got == S_IFLNK && (!last || follow)) {
      if (++hops > 40) { shut(at); shut(next); return -ELOOP; }
      if (!proc && call(nr_fstatfs, next, (i64)&system, 0, 0, 0, 0) == 0 && system.word[0] == PROC_SUPER_MAGIC) {
        shut(next); /* it leads to an object, which no text says */
        got = 0;
        if (is_ours(w->shared, process_in(found->path, &behind))) got = -EACCES;
        next = got < 0 ? got : call(nr_openat, at, (i64)name, O_PATH | O_CLOEXEC, 0, 0, 0);
        if (next < 0) { shut(at); return next; }
      } else {
        link[PATH_ROOM] = 0;
        got = call(nr_readlinkat, next, (i64)(link + PATH_ROOM), (i64)link, PATH_ROOM, 0, 0);
        shut(next);
        if (got == 0) got = -ENOENT;
        if (got > 0) got = put_before(buffer, &rest, link, (u32)got);
        if (got < 0) { shut(at); return got; }
        if (*rest == '/') {
          shut(at);
          link[0] = '/';
          link[1] = 0;
          at = call(nr_openat, AT_FDCWD, (i64)link, O_PATH | O_CLOEXEC, 0, 0, 0);
          if (at < 0) return at;
        }
        continue;
      }
    }
    shut(at);
    at = next;
    if (*rest == '/' && *behind == 0) { /* slashes at the end: it must be a directory */
      name[0] = '.';
      name[1] = 0;
      got = read_path(w, at, found);
      if (got == 0) got = judge_way(w, found);
      next = got < 0 ? got : call(nr_openat, at, (i64)name, O_PATH | O_CLOEXEC, 0, 0, 0);
      shut(at);
      if (next < 0) return next;
      at = next;
    }
  }
  return at;
}

/*
 * Finds the object that a path leads to. The path is not empty; it may be changed. Closes nothing of the caller's.
 *
 * `base`: a descriptor of ours for relative paths, or -1 for that of the process.
 */
FUNCTION i64 find_from(struct worker *w, i64 base, i32 dirfd, u8 *path, u32 follow, struct place *found)
{
  struct lookup how;
  const u8 *rest;
  i64 at = AT_FDCWD, fd, got;
  found->fd = -1;
  if (base < 0 && plain_path(w, dirfd, path, found)) {
    fd = find_plain(w, path, follow, found);
    if (fd != LONG_WAY) {
      got = fd < 0 ? fd : guard(w, found);
      if (got < 0) shut(fd);
      else found->fd = (i32)fd;
      return got < 0 ? got : 0;
    }
  }
  if (path[0] != '/') {
    at = base >= 0 ? base : open_base(w, dirfd);
    if (at < 0) return at;
  }
  how.flags = O_PATH | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW);
  how.mode = 0;
  how.resolve = RESOLVE_NO_MAGICLINKS;
  fd = call(nr_openat2, at, (i64)path, (i64)&how, sizeof how, 0, 0);
  got = fd < 0 ? fd : read_path(w, fd, found);
  if (fd == -ENOENT || fd == -ENOTDIR || fd == -EACCES) { /* a link to `self` may have led to the supervisor */
    how.resolve = RESOLVE_NO_SYMLINKS;
    fd = call(nr_openat2, at, (i64)path, (i64)&how, sizeof how, 0, 0);
    if (fd >= 0) { /* it is there now */
      shut(fd);
      fd = -ELOOP;
    }
    if (fd == -ENOTDIR) fd = -ELOOP; /* of a hidden file that would be too much */
  }
  if (fd == -ELOOP || (got == 0 && process_in(found->path, &rest) == w->shared->own)) {
    shut(fd);
    if (path[0] != '/') {
      u8 dot[2];
      dot[0] = '.';
      dot[1] = 0;
      fd = call(nr_openat, at, (i64)dot, O_PATH | O_CLOEXEC, 0, 0, 0);
    } else {
      u8 root[2];
      root[0] = '/';
      root[1] = 0;
      fd = call(nr_openat, AT_FDCWD, (i64)root, O_PATH | O_CLOEXEC, 0, 0, 0);
    }
    if (fd >= 0) fd = walk(w, fd, path, follow, found);
    got = fd < 0 ? fd : read_path(w, fd, found);
  }
  if (at >= 0 && at != base) shut(at);
  if (got == 0) got = guard(w, found);
  if (got < 0) {
    shut(fd);
    return got;
  }
  found->fd = (i32)fd;
  return 0;
}

FUNCTION i64 find_object(struct worker *w, i32 dirfd, u8 *path, u32 follow, struct place *found)
{
  return find_from(w, -1, dirfd, path, follow, found);
}

/* Finds the directory of the last name of a path, and what the entry is called. Slashes behind the name stay with it. */
FUNCTION i64 find_entry(struct worker *w, i64 base, i32 dirfd, u8 *path, struct place *found)
{
  u32 length = length_of(path), end = length, start;
  i64 got;
  while (end > 0 && path[end - 1] == '/') end--;
  start = end;
  while (start > 0 && path[start - 1] != '/') start--;
  found->fd = -1;
  if (end - start > 255) return -ENAMETOOLONG;
  if (end == 0) { /* the root */
    found->name[0] = '/';
    found->name[1] = 0;
  } else {
    copy(found->name, path + start, length - start + 1);
    path[start] = 0;
    if (start == 0) {
      path[0] = '.';
      path[1] = 0;
    }
  }
  got = find_from(w, base, dirfd, path, 1, found);
  if (got < 0) return got;
  got = judge_way(w, found);
  if (got < 0) {
    shut(found->fd);
    return got;
  }
  if (found->length > 0 && end > 0) {
    if (found->length > 1) found->path[found->length++] = '/';
    copy(found->path + found->length, found->name, end - start);
    found->length += end - start;
    found->path[found->length] = 0;
  }
  return guard(w, found);
}

/* Says whether an entry is no name of its own; the kernel refuses to make or remove such, and says why. */
FUNCTION u32 is_no_name(const u8 *name)
{
  if (name[0] == '/') return 1;
  if (name[0] != '.') return 0;
  name += name[1] == '.' ? 2 : 1;
  return *name == 0 || *name == '/';
}
