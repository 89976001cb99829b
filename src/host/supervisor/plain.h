/*
 * The short way of most paths: those that lead through no symbolic link. Such a path, behind that of its directory, is what the
 * kernel would call the object, so that it need not be asked. Every step of the look-up refuses links: the name that is
 * judged is the name that is looked up, also when another process moves files meanwhile.
 *
 * It is taken while three things hold. The program has moved nothing since the text of its working directory was taken, which is
 * counted, because every move is notified. File systems tell names apart by their bytes: those of the program's mounts are looked at
 * once, because none can be added. And working directories lie in the program's root: a process may enter one of another mount
 * namespace by a descriptor, and the text of its path says nothing here.
 */

#define LONG_WAY (1l << 62)

/* The file system types by which names are told apart by their bytes, as texts of at most eight letters (proc_pid_mounts(5)). */
FUNCTION u32 is_exact_type(u64 type)
{
  return type == 0x34747865ul /* ext4 */ || type == 0x33747865ul /* ext3 */ || type == 0x32747865ul /* ext2 */ ||
         type == 0x736678ul /* xfs */ || type == 0x7366727462ul /* btrfs */ || type == 0x73663266ul /* f2fs */ ||
         type == 0x7366706d74ul /* tmpfs */ || type == 0x7366706d74766564ul /* devtmpfs */ ||
         type == 0x73666d6172ul /* ramfs */ || type == 0x79616c7265766ful /* overlay */ ||
         type == 0x7366687361757173ul /* squashfs */ || type == 0x73666f7265ul /* erofs */ ||
         type == 0x636f7270ul /* proc */ || type == 0x7366737973ul /* sysfs */ || type == 0x737470766564ul /* devpts */ ||
         type == 0x3270756f726763ul /* cgroup2 */ || type == 0x65756575716dul /* mqueue */;
}

#define WORD_MOUNTS 0x73746e756f6dul /* "mounts" */

/* Says whether all file systems of the program tell names apart by their bytes. */
FUNCTION u32 are_names_exact(struct shared *s, u8 *room, u64 size)
{
  u8 name[48];
  u64 type = 0;
  u32 field = 0, length = 0, lines = 0;
  i64 fd, got;
  put_process(name, s->own, WORD_MOUNTS);
  fd = call(nr_openat, (i64)s->p.proc, (i64)name, O_RDONLY | O_CLOEXEC, 0, 0, 0);
  if (fd < 0) return 0;
  while ((got = call(nr_read, fd, (i64)room, (i64)size, 0, 0, 0)) > 0) {
    for (i64 i = 0; i < got; i++) {
      u8 byte = room[i];
      if (byte == '\n') {
        field = 0;
        lines++;
      } else if (byte == ' ') {
        if (field++ == 2 && (length > 8 || !is_exact_type(type))) {
          shut(fd);
          return 0;
        }
        length = 0;
        type = 0;
      } else if (field == 2) {
        if (length < 8) type |= (u64)byte << 8 * length;
        length++;
      }
    }
  }
  shut(fd);
  return got == 0 && lines > 0;
}

/* Puts a relative path behind that of a directory; returns the length, 0 if it has `..` or ends with a slash or a dot. */
FUNCTION u32 put_plain(u8 *to, u32 length, const u8 *path)
{
  for (;;) {
    u32 size = 0;
    while (*path == '/') path++;
    while (path[size] != 0 && path[size] != '/') size++;
    if (size == 0) return 0;
    if (path[0] == '.' && (size == 1 || (size == 2 && path[1] == '.'))) {
      if (size == 2) return 0;
      path++;
      continue;
    }
    if (length + size + 2 >= PATH_ROOM || size > 255) return 0;
    to[length++] = '/';
    copy(to + length, path, size);
    length += size;
    path += size;
    if (*path == 0) break;
  }
  to[length] = 0;
  return length;
}

/* Reads the text of a process's working directory; returns its length without a slash at the end, or LONG_WAY. */
FUNCTION i64 read_directory(struct worker *w, u8 *to)
{
  u8 name[48];
  i64 got;
  put_process(name, w->n.pid, WORD_CWD);
  got = call(nr_readlinkat, (i64)w->shared->p.proc, (i64)name, (i64)to, PATH_ROOM, 0, 0);
  if (got <= 0 || got >= PATH_ROOM - 1 || to[0] != '/') return LONG_WAY;
  return got == 1 ? 0 : got;
}

/* Says whether the program has moved a name since the text of the directory was taken, or is about to: it may be another's now. */
FUNCTION u32 has_moved(struct worker *w, const u8 *text)
{
  return text[0] != '/' && __atomic_load_n(&w->shared->begun, __ATOMIC_SEQ_CST) != w->moves;
}

/* Writes the path of what a text leads to, if no link is on the way. Says whether it could. */
FUNCTION u32 plain_path(struct worker *w, i32 dirfd, const u8 *text, struct place *to)
{
  i64 length = 0;
  if (!__atomic_load_n(&w->shared->exact, __ATOMIC_RELAXED)) return 0;
  if (text[0] != '/') {
    if (dirfd != AT_FDCWD || !__atomic_load_n(&w->shared->inside, __ATOMIC_RELAXED)) return 0;
    w->moves = __atomic_load_n(&w->shared->ended, __ATOMIC_SEQ_CST);
    length = read_directory(w, to->path);
    if (length == LONG_WAY || has_moved(w, text)) return 0;
  }
  to->length = put_plain(to->path, (u32)length, text);
  return to->length > 0;
}

/*
 * Finds the object of a path that `plain_path` has written. Returns a descriptor, ENOENT, or LONG_WAY: for a link, and for
 * each error about which the way from the directory itself may have more to say.
 */
FUNCTION i64 find_plain(struct worker *w, const u8 *text, u32 follow, struct place *found)
{
  struct lookup how;
  i64 fd;
  how.flags = O_PATH | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW);
  how.mode = 0;
  how.resolve = RESOLVE_NO_SYMLINKS;
  fd = call(nr_openat2, AT_FDCWD, (i64)found->path, (i64)&how, sizeof how, 0, 0);
  if ((fd >= 0 || fd == -ENOENT) && !has_moved(w, text)) return fd;
  shut(fd);
  return LONG_WAY;
}

FUNCTION u32 is_same_object(i64 one, i64 other)
{
  u64 a[20], b[20];
  return call(nr_fstat, one, (i64)a, 0, 0, 0, 0) == 0 && call(nr_fstat, other, (i64)b, 0, 0, 0, 0) == 0 &&
         a[0] == b[0] && a[1] == b[1];
}

/* Notes that a process is about to enter a directory, which may be one outside of the program's root. */
FUNCTION void note_directory(struct worker *w, i64 fd, const struct place *p)
{
  i64 other = p->length == 0 ? -1 : call(nr_openat, AT_FDCWD, (i64)p->path, O_PATH | O_CLOEXEC, 0, 0, 0);
  if (other < 0 || !is_same_object(fd, other)) __atomic_store_n(&w->shared->inside, 0, __ATOMIC_RELAXED);
  shut(other);
}
