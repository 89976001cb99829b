/* Calls that ask about a path and change nothing. */

#ifdef __x86_64__
#define SIZE_OF_STAT 144
#else
#define SIZE_OF_STAT 128
#endif
#define SIZE_OF_STATX 256
#define SIZE_OF_STATFS 120

/* Finds the object of a call with a path, flags and perhaps an empty path, which then means the descriptor itself. */
FUNCTION i64 find_with_flags(struct worker *w, i32 dirfd, u64 path, u64 flags, u32 may_be_null)
{
  struct place *p = &w->one;
  i64 got = 0;
  w->text[0] = 0;
  if (path != 0 || !(may_be_null && flags & AT_EMPTY_PATH)) got = read_text(w, path, w->text);
  if (got < 0) return got;
  if (got > 0) return find_object(w, dirfd, w->text, !(flags & AT_SYMLINK_NOFOLLOW), p);
  if (!(flags & AT_EMPTY_PATH)) return -ENOENT;
  got = open_base(w, dirfd);
  if (got < 0) return got;
  p->fd = (i32)got;
  got = read_path(w, p->fd, p);
  if (got < 0) shut(p->fd);
  return got;
}

/* The descriptor to ask: that of the object, or that of its mask. */
FUNCTION i64 seen(struct worker *w, u32 category, i64 *verdict)
{
  *verdict = judge(w, category, &w->one, ENOENT);
  if (*verdict < 0 || *verdict == ANSWERED) {
    shut(w->one.fd);
    return -1;
  }
  if (*verdict >= MASKED) return (i64)w->shared->p.masks + (*verdict - MASKED);
  return w->one.fd;
}

/* The same for calls that look only, which find the text of the rules, too. */
FUNCTION i64 find_to_look(struct worker *w, i32 dirfd, u64 path, u64 flags, u32 may_be_null)
{
  i64 got = 0;
  if (w->shared->p.live && path != 0) {
    got = read_text(w, path, w->text);
    if (got > 0) got = find_text(w, w->text, &w->one);
  }
  if (got == 0) return find_with_flags(w, dirfd, path, flags, may_be_null);
  return got == 1 ? 0 : got;
}

FUNCTION i64 do_stat(struct worker *w, i32 dirfd, u64 path, u64 to, u64 flags)
{
  u64 status[SIZE_OF_STAT / 8];
  u8 nothing = 0;
  i64 got, fd, verdict;
  if (flags & ~(u64)(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | 0x800)) return -EINVAL;
  got = find_to_look(w, dirfd, path, flags, 1);
  if (got < 0) return got;
  fd = seen(w, is_stat, &verdict);
  if (fd < 0) return verdict;
  got = call(nr_newfstatat, fd, (i64)&nothing, (i64)status, AT_EMPTY_PATH, 0, 0);
  shut(w->one.fd);
  return got < 0 ? got : write_bytes(w, to, status, SIZE_OF_STAT);
}

FUNCTION i64 do_statx(struct worker *w)
{
  u64 status[SIZE_OF_STATX / 8], flags = w->n.argument[2];
  u8 nothing = 0;
  i64 got, fd, verdict;
  got = find_to_look(w, (i32)w->n.argument[0], w->n.argument[1], flags, 1);
  if (got < 0) return got;
  fd = seen(w, is_stat, &verdict);
  if (fd < 0) return verdict;
  flags = (flags & ~(u64)AT_SYMLINK_NOFOLLOW) | AT_EMPTY_PATH;
  got = call(nr_statx, fd, (i64)&nothing, (i64)flags, (i64)(u32)w->n.argument[3], (i64)status, 0);
  shut(w->one.fd);
  return got < 0 ? got : write_bytes(w, w->n.argument[4], status, SIZE_OF_STATX);
}

FUNCTION i64 do_access(struct worker *w, i32 dirfd, u64 path, u64 mode, u64 flags)
{
  u8 nothing = 0;
  i64 got, fd, verdict = 0;
  if (mode > 7) return -EINVAL;
  got = find_to_look(w, dirfd, path, flags, 0);
  if (got < 0) return got;
  fd = seen(w, is_stat, &verdict);
  if (fd < 0) return verdict;
  if (mode & 4) fd = seen(w, type_of(w->one.fd) == S_IFDIR ? is_readdir : is_read, &verdict);
  if (fd >= 0 && mode & 2) {
    verdict = judge(w, is_write, &w->one, EACCES);
    if (verdict < 0 || verdict == ANSWERED) {
      shut(w->one.fd);
      return verdict;
    }
  }
  if (fd < 0) return verdict;
  flags = (flags & ~(u64)AT_SYMLINK_NOFOLLOW) | AT_EMPTY_PATH;
  got = call(nr_faccessat2, fd, (i64)&nothing, (i64)mode, (i64)flags, 0, 0);
  shut(w->one.fd);
  return got;
}

FUNCTION i64 do_readlink(struct worker *w, i32 dirfd, u64 path, u64 to, u64 size)
{
  struct place *p = &w->one;
  u8 nothing = 0;
  u32 named;
  i64 got = read_text(w, path, w->text);
  if (got < 0) return got;
  if ((i32)size <= 0) return -EINVAL;
  named = got > 0;
  if (got == 0) {
    if (dirfd == AT_FDCWD) return -ENOENT;
    got = open_base(w, dirfd);
    if (got < 0) return got == -EBADF ? got : -ENOENT;
    p->fd = (i32)got;
    got = read_path(w, p->fd, p);
    if (got < 0) shut(p->fd);
  } else got = find_object(w, dirfd, w->text, 0, p);
  if (got < 0) return got;
  got = judge(w, is_stat, p, ENOENT);
  if (got < 0 || got == ANSWERED) {
    shut(p->fd);
    return got;
  }
  got = 0;
  if (p->length > 6 && in_proc(p->path) != 0) got = self_text(w, p->path + 6, w->scratch);
  if (got == 0) got = call(nr_readlinkat, p->fd, (i64)&nothing, (i64)w->scratch, PATH_ROOM, 0, 0);
  shut(p->fd);
  if (got == -ENOENT && named) return -EINVAL; /* what is no link has no text, which an empty path says in its own way */
  if (got < 0) return got;
  if ((u64)got > size) got = (i64)size;
  if (write_bytes(w, to, w->scratch, (u64)got) < 0) return -EFAULT;
  return got;
}

FUNCTION i64 do_statfs(struct worker *w)
{
  u64 status[SIZE_OF_STATFS / 8];
  i64 got = find_with_flags(w, AT_FDCWD, w->n.argument[0], 0, 0), fd, verdict;
  if (got < 0) return got;
  fd = seen(w, is_stat, &verdict);
  if (fd < 0) return verdict;
  got = call(nr_fstatfs, w->one.fd, (i64)status, 0, 0, 0, 0);
  shut(w->one.fd);
  return got < 0 ? got : write_bytes(w, w->n.argument[1], status, SIZE_OF_STATFS);
}

/* Judges a path and lets the kernel make the call: only where a race reaches nothing that rules keep (chdir, exec). */
FUNCTION i64 do_judged(struct worker *w, i32 dirfd, u64 path, u64 flags, u32 category)
{
  i64 got = find_with_flags(w, dirfd, path, flags, 0);
  if (got < 0) return GO_ON;
  got = judge(w, category, &w->one, ENOENT);
  if (category == is_chdir) note_directory(w, w->one.fd, &w->one);
  shut(w->one.fd);
  return got < 0 || got == ANSWERED ? got : GO_ON;
}

/* fchdir(2): looks only where the directory lies, since its descriptor was judged when it was opened. */
FUNCTION i64 do_fchdir(struct worker *w)
{
  i64 fd = take_descriptor(w, (u32)w->n.argument[0]);
  if (fd < 0 || read_path(w, fd, &w->one) < 0) w->one.length = 0;
  note_directory(w, fd, &w->one);
  shut(fd);
  return GO_ON;
}
