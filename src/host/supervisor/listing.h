/* getdents64(2): reads the directory through the same open file, and leaves out what is hidden. */

struct entry { /* struct linux_dirent64 */
  u64 inode;
  i64 next;
  u16 length;
  u8 type;
  u8 name[];
} __attribute__((packed));

/* Moves the entries that may be seen to the front; returns their bytes. */
FUNCTION i64 leave_out(struct worker *w, struct place *p, i64 length)
{
  u32 base = p->length, at = 0, kept = 0;
  if (base == 0) return length;
  if (base > 1) p->path[base++] = '/';
  while (at < (u32)length) {
    struct entry *e = (struct entry *)(w->room + at);
    u32 size = e->length, name = length_of(e->name), dots = name < 3 && e->name[0] == '.' && e->name[name - 1] == '.';
    struct decision d;
    d.action = action_allow;
    if (!dots) {
      copy(p->path + base, e->name, name);
      p->length = base + name;
      ask_rules(w, is_list, p, &d);
    }
    if (d.action != action_hide) {
      if (kept != at) copy(w->room + kept, e, size);
      kept += size;
    }
    at += size;
  }
  return kept;
}

FUNCTION i64 do_list(struct worker *w)
{
  u64 size = (u32)w->n.argument[2];
  i64 fd = take_descriptor(w, (u32)w->n.argument[0]), got, kept = 0;
  if (fd < 0) return fd;
  if (size > ROOM) size = ROOM;
  got = read_path(w, fd, &w->one);
  if (got == 0) {
    u32 length = w->one.length;
    do {
      got = call(nr_getdents64, fd, (i64)w->room, (i64)size, 0, 0, 0);
      w->one.length = length;
      if (got > 0) kept = leave_out(w, &w->one, got);
    } while (got > 0 && kept == 0);
    if (got > 0) got = write_bytes(w, w->n.argument[1], w->room, (u64)kept) < 0 ? -EFAULT : kept;
  }
  shut(fd);
  return got;
}
