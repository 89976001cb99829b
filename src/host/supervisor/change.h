/* Calls that change attributes or the length of what a path leads to. */

/* Finds and judges; the caller closes. */
FUNCTION i64 find_to_change(struct worker *w, i32 dirfd, u64 path, u64 flags, u32 category)
{
  i64 got = find_with_flags(w, dirfd, path, flags, 0);
  if (got < 0) return got;
  got = judge_change(w, category, &w->one, ENOENT);
  if (got != 0) shut(w->one.fd);
  return got;
}

FUNCTION i64 do_truncate(struct worker *w)
{
  i64 got = find_to_change(w, AT_FDCWD, w->n.argument[0], 0, is_truncate), type, fd;
  if (got != 0) return got;
  type = type_of(w->one.fd);
  fd = type == S_IFREG ? reopen(w, w->one.fd, O_WRONLY) : type == S_IFDIR ? -EISDIR : -EINVAL;
  shut(w->one.fd);
  if (fd < 0) return fd;
  got = call(nr_ftruncate, fd, (i64)w->n.argument[1], 0, 0, 0, 0);
  shut(fd);
  return got;
}

FUNCTION i64 do_chmod(struct worker *w, i32 dirfd, u64 path, u64 mode, u64 flags)
{
  u8 name[48];
  i64 got;
  if (flags & ~(u64)(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) return -EINVAL;
  got = find_to_change(w, dirfd, path, flags, is_chmod);
  if (got != 0) return got;
  put_own(name, w->one.fd);
  got = type_of(w->one.fd) == S_IFLNK ? -EOPNOTSUPP : call(nr_fchmodat, w->shared->self, (i64)name, (i64)mode, 0, 0, 0);
  shut(w->one.fd);
  return got;
}

FUNCTION i64 do_chown(struct worker *w, i32 dirfd, u64 path, u64 user, u64 group, u64 flags)
{
  u8 nothing = 0;
  i64 got;
  if (flags & ~(u64)(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) return -EINVAL;
  got = find_to_change(w, dirfd, path, flags, (u32)user == 0xffffffff ? is_chgrp : is_chown);
  if (got != 0) return got;
  got = call(nr_fchownat, w->one.fd, (i64)&nothing, (i64)user, (i64)group, AT_EMPTY_PATH, 0);
  shut(w->one.fd);
  return got;
}

/* Times as utimensat(2) has them: `unit` nanoseconds in each of the second numbers. */
FUNCTION i64 do_times(struct worker *w, i32 dirfd, u64 path, u64 times, u64 unit, u64 flags)
{
  u64 time[4], *given = 0;
  u8 name[48];
  i64 got;
  if (times != 0) {
    got = read_bytes(w, times, time, sizeof time);
    if (got < 0) return got;
    if (unit > 1) {
      if (time[1] >= 1000000 || time[3] >= 1000000) return -EINVAL;
      time[1] *= unit;
      time[3] *= unit;
    }
    given = time;
  }
  if (path == 0) { /* the descriptor itself, as futimens(3) has it */
    i64 fd = open_base(w, dirfd);
    if (dirfd == AT_FDCWD) {
      shut(fd);
      return -EFAULT;
    }
    if (fd < 0) return fd;
    w->one.fd = (i32)fd;
    got = read_path(w, fd, &w->one);
    if (got == 0) got = judge_change(w, is_utime, &w->one, ENOENT);
    if (got != 0) shut(fd);
  } else got = find_to_change(w, dirfd, path, flags, is_utime);
  if (got != 0) return got;
  put_own(name, w->one.fd);
  got = call(nr_utimensat, w->shared->self, (i64)name, (i64)given, 0, 0, 0);
  shut(w->one.fd);
  return got;
}

#ifdef __x86_64__
FUNCTION i64 do_utime(struct worker *w)
{
  u64 seconds[2], time[4], *given = 0;
  u8 name[48];
  i64 got;
  if (w->n.argument[1] != 0) {
    got = read_bytes(w, w->n.argument[1], seconds, sizeof seconds);
    if (got < 0) return got;
    time[0] = seconds[0];
    time[2] = seconds[1];
    time[1] = time[3] = 0;
    given = time;
  }
  got = find_to_change(w, AT_FDCWD, w->n.argument[0], 0, is_utime);
  if (got != 0) return got;
  put_own(name, w->one.fd);
  got = call(nr_utimensat, w->shared->self, (i64)name, (i64)given, 0, 0, 0);
  shut(w->one.fd);
  return got;
}
#endif

/* setxattr(2), getxattr(2), listxattr(2) and removexattr(2); `flags` says if a link at the end is followed. */
FUNCTION i64 do_attribute(struct worker *w, i64 how, u64 flags)
{
  u64 *a = w->n.argument;
  u32 sets = how == nr_setxattr, lists = how == nr_listxattr, removes = how == nr_removexattr;
  u64 to = lists ? a[1] : a[2], size = lists ? a[2] : a[3];
  u8 path[48];
  i64 got = find_with_flags(w, AT_FDCWD, a[0], flags, 0);
  if (got < 0) return got;
  got = sets || removes ? judge_change(w, is_chattr, &w->one, ENOENT) : judge(w, is_stat, &w->one, ENOENT);
  if (got >= APPEND_ONLY && got != ANSWERED) got = 0;
  if (got == 0 && !lists) got = read_text(w, a[1], w->text);
  if (got == -ENAMETOOLONG) got = -ERANGE;
  if (got >= 0 && got != ANSWERED && sets) {
    got = size > ROOM ? -E2BIG : 0;
    if (got == 0 && size > 0) got = read_bytes(w, to, w->room, size);
  }
  if (got >= 0 && got != ANSWERED) {
    put_own(path, w->one.fd);
    if (size > ROOM) size = ROOM;
    if (lists) got = call(how, (i64)path, size ? (i64)w->room : 0, (i64)size, 0, 0, 0);
    else got = call(how, (i64)path, (i64)w->text, sets || size ? (i64)w->room : 0, (i64)size, (i64)a[4], 0);
    if (got > 0 && !sets && !removes && size > 0 && write_bytes(w, to, w->room, (u64)got) < 0) got = -EFAULT;
  }
  shut(w->one.fd);
  return got;
}

FUNCTION i64 do_watch(struct worker *w)
{
  u64 mask = w->n.argument[2];
  u8 path[48];
  i64 got = find_with_flags(w, AT_FDCWD, w->n.argument[1], mask & 0x02000000 ? AT_SYMLINK_NOFOLLOW : 0, 0), fd;
  if (got < 0) return got;
  got = judge(w, is_watch, &w->one, ENOENT);
  if (got >= APPEND_ONLY && got != ANSWERED) got = 0;
  if (got == 0) {
    fd = take_descriptor(w, (u32)w->n.argument[0]);
    put_own(path, w->one.fd);
    got = fd < 0 ? fd : call(nr_inotify_add_watch, fd, (i64)path, (i64)(mask & ~0x02000000ul), 0, 0, 0);
    shut(fd);
  }
  shut(w->one.fd);
  return got;
}

/* Calls on a descriptor that would undo what opening it has promised. */

FUNCTION i64 do_ftruncate(struct worker *w)
{
  i64 fd = take_descriptor(w, (u32)w->n.argument[0]), got;
  if (fd < 0) return fd;
  got = read_path(w, fd, &w->one);
  if (got == 0) got = judge_change(w, is_truncate, &w->one, ENOENT);
  if (got == 0) got = call(nr_ftruncate, fd, (i64)w->n.argument[1], 0, 0, 0, 0);
  shut(fd);
  return got;
}

FUNCTION i64 do_set_flags(struct worker *w)
{
  u64 flags = w->n.argument[2];
  i64 fd = take_descriptor(w, (u32)w->n.argument[0]), got;
  struct decision d;
  if (fd < 0) return fd;
  got = read_path(w, fd, &w->one);
  if (got == 0 && w->one.length > 0) {
    ask_rules(w, is_write, &w->one, &d);
    if (d.action == action_append) flags |= O_APPEND;
  }
  if (got == 0) got = call(nr_fcntl, fd, F_SETFL, (i64)flags, 0, 0, 0);
  shut(fd);
  return got;
}

/* fchmod(2), fchown(2), fsetxattr(2) and fremovexattr(2). */
FUNCTION i64 do_change_open(struct worker *w, i64 how, u32 category)
{
  u64 *a = w->n.argument;
  i64 fd = take_descriptor(w, (u32)a[0]), got;
  if (fd < 0) return fd;
  got = read_path(w, fd, &w->one);
  if (got == 0) got = judge_change(w, category, &w->one, ENOENT);
  if (got == 0 && category == is_chattr) {
    got = read_text(w, a[1], w->text);
    if (got == -ENAMETOOLONG) got = -ERANGE;
    if (got > 0) got = 0;
    if (got == 0 && how == nr_fsetxattr) {
      if (a[3] > ROOM) got = -E2BIG;
      else if (a[3] > 0) got = read_bytes(w, a[2], w->room, a[3]);
    }
  }
  if (got == 0) {
    if (how == nr_fchmod) got = call(how, fd, (i64)a[1], 0, 0, 0, 0);
    else if (how == nr_fchown) got = call(how, fd, (i64)a[1], (i64)a[2], 0, 0, 0);
    else got = call(how, fd, (i64)w->text, (i64)w->room, (i64)a[3], (i64)a[4], 0);
  }
  shut(fd);
  return got;
}
