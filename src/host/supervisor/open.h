/* open(2) and its family: the object is resolved and judged, opened for the process, and handed over as a descriptor. */

FUNCTION i64 hand_over(struct worker *w, i64 fd, u64 flags)
{
  return fd < 0 ? fd : give(w->shared, w->n.id, fd, flags);
}

/* The type in a `struct stat`. */
FUNCTION i64 type_in(const u64 *status)
{
#ifdef __x86_64__
  return (i64)(status[3] & S_IFMT);
#else
  return (i64)(status[2] & S_IFMT);
#endif
}

FUNCTION i64 type_of(i64 fd)
{
  u64 status[20];
  i64 got = call(nr_fstat, fd, (i64)status, 0, 0, 0, 0);
  return got < 0 ? got : type_in(status);
}

/* Opens what an O_PATH descriptor of ours stands for. A terminal never becomes that of the supervisor. */
FUNCTION i64 reopen(struct worker *w, i64 fd, u64 flags)
{
  u8 name[48];
  put_own(name, fd);
  flags &= ~(u64)(O_CREAT | O_EXCL | O_NOFOLLOW);
  return call(nr_openat, w->shared->self, (i64)name, (i64)(flags | O_CLOEXEC | O_NOCTTY), 0, 0, 0);
}

FUNCTION u64 device_of(i64 fd)
{
  u64 status[20];
  if (call(nr_fstat, fd, (i64)status, 0, 0, 0, 0) < 0) return 0;
#ifdef __x86_64__
  return status[5];
#else
  return status[4];
#endif
}

/* The number of a character device, as fstat(2) has it, in parts (makedev(3)). */
#define MAJOR(device) ((u32)((device) >> 8 & 0xfff))
#define MINOR(device) ((u32)(((device) & 0xff) | ((device) >> 12 & 0xfff00)))
#define MEMORY_MAJOR 1
#define TERMINALS_MAJOR 5
#define FIRST_PTS_MAJOR 136
#define LAST_PTS_MAJOR 143

/* Named pipes wait for their other end, and some devices for a line. */
FUNCTION u32 may_wait(i64 fd, i64 type, u64 flags)
{
  u32 major;
  if (flags & O_NONBLOCK) return 0;
  if (type == S_IFIFO) return (flags & O_ACCMODE) != O_RDWR;
  if (type != S_IFCHR) return 0;
  major = MAJOR(device_of(fd));
  return major != MEMORY_MAJOR && major != TERMINALS_MAJOR && (major < FIRST_PTS_MAJOR || major > LAST_PTS_MAJOR);
}

FUNCTION u32 is_terminal_of_process(i64 fd)
{
  return device_of(fd) == (u64)TERMINALS_MAJOR << 8; /* /dev/tty */
}

/* Opens the terminal that controls the process's session: /dev/tty would be that of the supervisor, which has none. */
FUNCTION i64 open_terminal(struct worker *w, u64 flags)
{
  u8 text[1024], name[40];
  u32 at = 0, field = 0;
  i64 got = read_process(w->shared, w->n.pid, WORD_STAT, text, sizeof text), fd;
  u64 device = 0;
  if (got < 0) return -EPERM;
  for (u32 i = 0; text[i] != 0; i++) if (text[i] == ')') at = i;
  for (; text[at] != 0 && field < 5; at++) if (text[at] == ' ') field++;
  for (; text[at] >= '0' && text[at] <= '9'; at++) device = device * 10 + (text[at] - '0');
  if (device == 0) return -ENXIO;
  for (u32 pts = 0; pts < 2; pts++) {
    u64 words[2];
    words[0] = pts ? 0x7374702f7665642ful : 0x6e6f632f7665642ful; /* "/dev/pts", "/dev/con" */
    words[1] = pts ? 0x2ful : 0x656c6f73ul;                       /* "/", "sole" */
    copy(name, words, sizeof words);
    if (pts) name[9 + put_number(name + 9, MINOR(device))] = 0;
    fd = call(nr_openat, AT_FDCWD, (i64)name, O_PATH | O_CLOEXEC, 0, 0, 0);
    if (fd < 0) continue;
    if (type_of(fd) == S_IFCHR && device_of(fd) == device) {
      got = reopen(w, fd, flags);
      shut(fd);
      return got;
    }
    shut(fd);
  }
  return -ENXIO;
}

/* The same for a directory, which leads to itself by a shorter way if it may be searched. */
FUNCTION i64 reopen_directory(struct worker *w, i64 fd, u64 flags)
{
  u8 here[2];
  i64 got;
  here[0] = '.';
  here[1] = 0;
  flags &= ~(u64)(O_CREAT | O_EXCL | O_NOFOLLOW);
  got = call(nr_openat, fd, (i64)here, (i64)(flags | O_CLOEXEC), 0, 0, 0);
  return got == -EACCES ? reopen(w, fd, flags) : got;
}

/* The file that stands in for masked ones: it can only be read. */
FUNCTION i64 open_mask(struct worker *w, i64 verdict, u64 flags)
{
  if ((flags & O_ACCMODE) != O_RDONLY || flags & O_TRUNC) return -EACCES;
  return reopen(w, (i64)w->shared->p.masks + (verdict - MASKED), flags & ~(u64)O_PATH);
}

/* Judges what opening an object does, and may change how. */
FUNCTION i64 judge_opening(struct worker *w, const struct place *p, i64 type, u64 *flags)
{
  i64 verdict, absent = *flags & O_CREAT ? EACCES : ENOENT; /* as when there is no such file: see make_file */
  u64 mode = *flags & O_ACCMODE;
  if (*flags & O_PATH) return judge(w, is_walk, p, ENOENT);
  if (type == S_IFDIR) return judge(w, is_readdir, p, absent);
  if (mode != O_WRONLY) {
    verdict = judge(w, is_read, p, absent);
    if (verdict != 0 && verdict != APPEND_ONLY) return verdict;
  }
  if (mode == O_RDONLY && !(*flags & O_TRUNC)) return 0;
  verdict = judge(w, is_write, p, absent);
  if (!is_waiting(w)) return ANSWERED;
  if (verdict == 0 && *flags & O_TRUNC) verdict = judge(w, is_truncate, p, absent);
  if (verdict != APPEND_ONLY) return verdict;
  /* A shared mapping of a descriptor for both would write anywhere. */
  if (mode == O_RDWR) return judge_change(w, is_write, p, absent);
  *flags = (*flags | O_APPEND) & ~(u64)O_TRUNC;
  return 0;
}

FUNCTION i64 open_object(struct worker *w, struct place *p, i64 type, u64 flags)
{
  i64 verdict, fd;
  u64 asked = flags;
  if (type < 0) fd = type;
  else if ((type == S_IFLNK && !(flags & O_PATH)) || (type == S_IFDIR && flags & O_CREAT) ||
           (type != S_IFDIR && flags & O_DIRECTORY)) {
    fd = judge(w, is_walk, p, flags & O_CREAT ? EACCES : ENOENT);
    if (fd >= 0 && fd != ANSWERED) fd = flags & O_DIRECTORY ? -ENOTDIR : type == S_IFDIR ? -EISDIR : -ELOOP;
  }
  else {
    verdict = judge_opening(w, p, type, &flags);
    if (verdict >= MASKED && verdict != ANSWERED) fd = open_mask(w, verdict, flags);
    else if (verdict != 0 && verdict != APPEND_ONLY) fd = verdict;
    else if (asked & O_PATH) { /* it is one already, and was found as the flags say */
      fd = p->fd;
      p->fd = -1;
    } else if (type == S_IFCHR && is_terminal_of_process(p->fd)) fd = open_terminal(w, flags);
    else if (may_wait(p->fd, type, flags)) {
      fd = open_later(w, p->fd, flags & ~(u64)(O_CREAT | O_NOFOLLOW), asked);
      p->fd = -1;
    } else fd = type == S_IFDIR ? reopen_directory(w, p->fd, flags) : reopen(w, p->fd, flags);
  }
  shut(p->fd);
  return fd == ANSWERED ? fd : hand_over(w, fd, asked);
}

/* Makes a file for O_CREAT: one that is there meanwhile is not the one that was judged. */
FUNCTION i64 make_file(struct worker *w, struct place *p, u64 flags, u64 mode)
{
  i64 verdict = judge(w, is_create, p, EACCES), fd;
  u64 asked = flags;
  if (verdict == 0 && (flags & O_ACCMODE) != O_RDONLY) verdict = judge(w, is_write, p, EACCES);
  if (verdict >= MASKED && verdict != ANSWERED) verdict = -EACCES;
  if (verdict == APPEND_ONLY) {
    if ((flags & O_ACCMODE) == O_RDWR) verdict = judge_change(w, is_write, p, EACCES);
    else {
      flags |= O_APPEND;
      verdict = 0;
    }
  }
  if (verdict == 0) verdict = take_mask(w);
  if (verdict == 0 && !is_waiting(w)) verdict = ANSWERED;
  if (verdict == 0)
    verdict = call(nr_openat, p->fd, (i64)p->name, (i64)(flags | O_EXCL | O_NOFOLLOW | O_CLOEXEC), (i64)mode, 0, 0);
  fd = verdict;
  shut(p->fd);
  p->fd = -1;
  if (fd == ANSWERED || fd == -EEXIST) return fd;
  return hand_over(w, fd, asked);
}

FUNCTION i64 open_temporary(struct worker *w, i32 dirfd, u64 flags, u64 mode)
{
  struct place *p = &w->one;
  i64 fd = find_object(w, dirfd, w->text, 1, p);
  u8 here[2];
  if (fd < 0) return fd;
  fd = judge_change(w, is_tmpfile, p, ENOENT);
  if (fd == 0) fd = take_mask(w);
  here[0] = '.';
  here[1] = 0;
  if (fd == 0) fd = call(nr_openat, p->fd, (i64)here, (i64)(flags | O_CLOEXEC), (i64)mode, 0, 0);
  shut(p->fd);
  return fd == ANSWERED ? fd : hand_over(w, fd, flags);
}

/* Flags with which an open for reading takes the short way. */
#define PLAIN_FLAGS (O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_DIRECTORY | O_LARGEFILE)

/*
 * Opens a regular file or directory for reading by the path that `plain_path` has written, without a look at the object before:
 * no rule is about reading it, so that no open is made that should not be. Returns LONG_WAY for everything else.
 */
FUNCTION i64 open_plain(struct worker *w, struct place *p, u64 flags)
{
  u64 status[20];
  struct lookup how;
  struct decision d;
  i64 fd, type, got = call(nr_newfstatat, AT_FDCWD, (i64)p->path, (i64)status, AT_SYMLINK_NOFOLLOW, 0, 0);
  if (got == -ENOENT) {
    fd = find_plain(w, w->text, 1, p);
    if (fd == -ENOENT || fd == LONG_WAY) return fd;
    shut(fd); /* it is there now */
    return LONG_WAY;
  }
  if (got < 0 || in_proc(p->path) != 0) return LONG_WAY;
  ask_rules(w, is_read, p, &d);
  if (d.action == action_allow) ask_rules(w, is_readdir, p, &d);
  if (d.action != action_allow) return LONG_WAY;
  type = type_in(status);
  if (type != S_IFREG && type != S_IFDIR) return LONG_WAY; /* opening it may wait, or do something */
  how.flags = flags | O_NONBLOCK | O_CLOEXEC | O_NOCTTY; /* it may be another one by now */
  how.mode = 0;
  how.resolve = RESOLVE_NO_SYMLINKS;
  fd = call(nr_openat2, AT_FDCWD, (i64)p->path, (i64)&how, sizeof how, 0, 0);
  if (fd < 0) return LONG_WAY;
  type = type_of(fd);
  if ((type == S_IFREG || type == S_IFDIR) && !has_moved(w, w->text) &&
      (flags & O_NONBLOCK || call(nr_fcntl, fd, F_SETFL, (i64)(flags & O_LARGEFILE), 0, 0, 0) == 0))
    return fd;
  shut(fd);
  return LONG_WAY;
}

FUNCTION i64 do_open(struct worker *w, i32 dirfd, u64 path, u64 flags, u64 mode)
{
  struct place *p = &w->one;
  i64 got = read_text(w, path, w->text), base = -1;
  u32 tries, again = 0;
  if (got < 0) return got;
  if (got == 0) return -ENOENT;
  if (is_policy_path(w, w->text)) {
    if ((flags & O_ACCMODE) != O_RDONLY || flags & (O_TRUNC | __O_TMPFILE)) return -EACCES;
    if (flags & O_DIRECTORY) return -ENOTDIR;
    return hand_over(w, open_text(w, flags), flags);
  }
  if (flags & O_PATH) flags &= O_PATH | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW;
  if ((flags & ~(u64)PLAIN_FLAGS) == O_RDONLY && plain_path(w, dirfd, w->text, p)) {
    i64 fd = open_plain(w, p, flags);
    if (fd != LONG_WAY) return hand_over(w, fd, flags);
  }
  if (flags & __O_TMPFILE) return open_temporary(w, dirfd, flags, mode);
  copy(w->second, w->text, (u64)got + 1);
  for (tries = 0; tries < 40; tries++) {
    if (again) copy(w->text, w->second, length_of(w->second) + 1);
    again = 1;
    if (!(flags & O_CREAT && flags & O_EXCL)) {
      got = find_from(w, base, dirfd, w->text, !(flags & O_NOFOLLOW), p);
      if (got == 0) {
        i64 type = type_of(p->fd);
        if (type != -ENOENT) {
          shut(base);
          return open_object(w, p, type, flags);
        }
        shut(p->fd); /* something is mounted there that does not exist (src/worlds/hidden-places.ts) */
        got = type;
      }
      if (!(flags & O_CREAT) || got != -ENOENT) break;
      copy(w->text, w->second, length_of(w->second) + 1);
    }
    got = find_entry(w, base, dirfd, w->text, p);
    if (got < 0) break;
    if (is_no_name(p->name)) {
      shut(p->fd);
      got = -EISDIR;
      if (flags & O_EXCL) got = -EEXIST;
      break;
    }
    if (!(flags & O_EXCL)) { /* it is not there, or a dangling link: then its target is made */
      got = call(nr_readlinkat, p->fd, (i64)p->name, (i64)w->scratch, PATH_ROOM, 0, 0);
      if (got > 0 && got < PATH_ROOM) {
        i64 verdict = judge(w, is_walk, p, EACCES);
        if (verdict < 0 || verdict == ANSWERED) {
          shut(p->fd);
          got = verdict;
          break;
        }
        got = call(nr_readlinkat, p->fd, (i64)p->name, (i64)w->second, PATH_ROOM, 0, 0);
        if (got <= 0 || got >= PATH_ROOM) {
          shut(p->fd);
          continue;
        }
        w->second[got] = 0;
        shut(base);
        base = p->fd;
        got = -ELOOP;
        continue;
      }
    }
    got = make_file(w, p, flags, mode);
    if (got != -EEXIST || flags & O_EXCL) break;
  }
  shut(base);
  return got;
}

FUNCTION i64 do_openat2(struct worker *w)
{
  struct lookup how;
  u64 size = w->n.argument[3];
  i64 got;
  if (size < sizeof how) return -EINVAL;
  if (size > sizeof how) return -E2BIG;
  got = read_bytes(w, w->n.argument[2], &how, sizeof how);
  if (got < 0) return got;
  /* Lookups that stay within a directory are not made: the program falls back. */
  if (how.resolve != 0) return -ENOSYS;
  return do_open(w, (i32)w->n.argument[0], w->n.argument[1], how.flags, how.mode);
}
