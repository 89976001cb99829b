/* Calls that make, remove and move names. They are judged by the directory's path and the name, and made with both. */

FUNCTION i64 take_entry(struct worker *w, i32 dirfd, u64 path, u8 *text, struct place *p)
{
  i64 got = read_text(w, path, text);
  if (got < 0) return got;
  if (got == 0) return -ENOENT;
  return find_entry(w, -1, dirfd, text, p);
}

/* Judges an entry, unless the kernel refuses its name anyway. */
FUNCTION i64 judge_entry(struct worker *w, u32 category, const struct place *p, i64 absent)
{
  return is_no_name(p->name) ? 0 : judge_change(w, category, p, absent);
}

FUNCTION i64 do_mkdir(struct worker *w, i32 dirfd, u64 path, u64 mode)
{
  i64 got = take_entry(w, dirfd, path, w->text, &w->one);
  if (got < 0) return got;
  got = judge_entry(w, is_mkdir, &w->one, EACCES);
  if (got == 0) got = take_mask(w);
  if (got == 0) got = call(nr_mkdirat, w->one.fd, (i64)w->one.name, (i64)mode, 0, 0, 0);
  shut(w->one.fd);
  return got;
}

FUNCTION i64 do_mknod(struct worker *w, i32 dirfd, u64 path, u64 mode, u64 device)
{
  i64 got = take_entry(w, dirfd, path, w->text, &w->one);
  u64 type = mode & S_IFMT;
  if (got < 0) return got;
  got = judge_entry(w, type == S_IFIFO ? is_mkfifo : type == 0 || type == S_IFREG ? is_create : is_mknod, &w->one, EACCES);
  if (got == 0) got = take_mask(w);
  if (got == 0) got = call(nr_mknodat, w->one.fd, (i64)w->one.name, (i64)mode, (i64)device, 0, 0);
  shut(w->one.fd);
  return got;
}

FUNCTION i64 do_unlink(struct worker *w, i32 dirfd, u64 path, u64 flags)
{
  i64 got;
  if (flags & ~(u64)AT_REMOVEDIR) return -EINVAL;
  got = take_entry(w, dirfd, path, w->text, &w->one);
  if (got < 0) return got;
  got = judge_entry(w, flags ? is_rmdir : is_delete, &w->one, ENOENT);
  if (got == 0) got = call(nr_unlinkat, w->one.fd, (i64)w->one.name, (i64)flags, 0, 0, 0);
  shut(w->one.fd);
  return got;
}

FUNCTION i64 do_symlink(struct worker *w, u64 target, i32 dirfd, u64 path)
{
  i64 got = read_text(w, target, w->second);
  if (got < 0) return got;
  if (got == 0) return -ENOENT;
  if (w->shared->p.live) { /* a text that a process hands over in one call, and waits for the answer */
    i64 length = read_text(w, path, w->text);
    if (length > 0 && is_policy_path(w, w->text)) return ask_change(w, w->second, (u32)got);
  }
  got = take_entry(w, dirfd, path, w->text, &w->one);
  if (got < 0) return got;
  got = judge_entry(w, is_symlink, &w->one, EACCES);
  if (got == 0) got = call(nr_symlinkat, (i64)w->second, w->one.fd, (i64)w->one.name, 0, 0, 0);
  shut(w->one.fd);
  return got;
}

#define RENAME_EXCHANGE 2

FUNCTION u32 is_directory(const struct place *p)
{
  u64 status[SIZE_OF_STAT / 8];
  if (call(nr_newfstatat, p->fd, (i64)p->name, (i64)status, AT_SYMLINK_NOFOLLOW, 0, 0) < 0) return 0;
#ifdef __x86_64__
  return (status[3] & S_IFMT) == S_IFDIR;
#else
  return (status[2] & S_IFMT) == S_IFDIR;
#endif
}

/*
 * Both names are judged. What rules are about keeps them: a file goes to a name that the same rules are about, a directory
 * to where the same rules are about what lies beneath it. Else the answer is EXDEV: programs copy then, and each name is
 * judged.
 */
FUNCTION i64 do_rename(struct worker *w, i32 from, u64 path, i32 to, u64 other, u64 flags)
{
  struct place *a = &w->one, *b = &w->two;
  i64 got = take_entry(w, from, path, w->text, a);
  u32 exchange = (flags & RENAME_EXCHANGE) != 0;
  if (got < 0) return got;
  got = take_entry(w, to, other, w->second, b);
  if (got < 0) {
    shut(a->fd);
    return got;
  }
  if (!is_no_name(a->name) && !is_no_name(b->name)) {
    got = judge_change(w, is_rename, a, ENOENT);
    if (got == 0) got = judge_change(w, exchange ? is_rename : is_create, b, exchange ? ENOENT : EACCES);
    if (got == 0 && (leaves_rules(w, a, b) || (exchange && leaves_rules(w, b, a)))) got = -EXDEV;
    if (got == 0 && !is_same_beneath(w, a, b) && (is_directory(a) || (exchange && is_directory(b)))) got = -EXDEV;
    if (got == 0 && leaves_sockets(w, a, b, is_directory(a))) got = -EXDEV;
    if (got == 0 && exchange && leaves_sockets(w, b, a, is_directory(b))) got = -EXDEV;
  }
  if (got == 0) {
    __atomic_add_fetch(&w->shared->begun, 1, __ATOMIC_SEQ_CST); /* see plain.h */
    got = call(nr_renameat2, a->fd, (i64)a->name, b->fd, (i64)b->name, (i64)flags, 0);
    __atomic_add_fetch(&w->shared->ended, 1, __ATOMIC_SEQ_CST);
  }
  shut(a->fd);
  shut(b->fd);
  return got;
}

FUNCTION i64 do_link(struct worker *w, i32 from, u64 path, i32 to, u64 other, u64 flags)
{
  struct place *a = &w->one, *b = &w->two;
  i64 got;
  u8 name[48];
  if (flags & ~(u64)(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH)) return -EINVAL;
  if (flags & AT_SYMLINK_FOLLOW) {
    got = read_text(w, path, w->text);
    if (got == 0) return -ENOENT;
    if (got > 0) got = find_object(w, from, w->text, 1, a);
  } else {
    got = read_text(w, path, w->text);
    if (got == 0) return -ENOENT; /* that of a descriptor needs a capability */
    if (got > 0) got = find_object(w, from, w->text, 0, a);
  }
  if (got < 0) return got;
  got = take_entry(w, to, other, w->second, b);
  if (got < 0) {
    shut(a->fd);
    return got;
  }
  got = judge_change(w, is_link, a, ENOENT);
  if (got == 0) got = judge_entry(w, is_create, b, EACCES);
  if (got == 0 && (leaves_rules(w, a, b) || leaves_sockets(w, a, b, 0))) got = -EXDEV;
  if (got == 0) {
    put_own(name, a->fd);
    got = call(nr_linkat, w->shared->self, (i64)name, b->fd, (i64)b->name, AT_SYMLINK_FOLLOW, 0);
  }
  shut(a->fd);
  shut(b->fd);
  return got;
}
