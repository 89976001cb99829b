/* The control groups of a container: all of its processes, and what is left behind. */

struct entry_ {
  u64 inode;
  i64 offset;
  u16 length;
  u8 type;
  char name[];
};

/* Groups in one another deeper than this are not looked at. */
#define MOST_DEPTH 32

/* Sends a signal to all processes of a group and of those in it. Returns how many there were. */
FUNCTION u32 signal_group(i64 directory, int signal, u32 depth)
{
  char *list = read_file(directory, "cgroup.procs"), *at;
  char *room = memory(0x4000);
  u32 found = 0;
  i64 length;
  for (at = list; at && *at;) {
    i64 pid = number_in(at);
    if (pid > 0) {
      i64 pidfd = call(nr_pidfd_open, pid, 0, 0, 0, 0, 0);
      found++;
      if (pidfd >= 0) {
        call(nr_pidfd_send_signal, pidfd, signal, 0, 0, 0, 0);
        call(nr_close, pidfd, 0, 0, 0, 0, 0);
      }
    }
    while (*at && *at != '\n') at++;
    if (*at) at++;
  }
  if (depth == MOST_DEPTH) return found;
  while ((length = call(nr_getdents64, directory, (i64)room, 0x4000, 0, 0, 0)) > 0) {
    i64 from;
    for (from = 0; from < length;) {
      struct entry_ *entry = (struct entry_ *)(room + from);
      from += entry->length;
      if (entry->type == DT_DIR && !equal(entry->name, ".") && !equal(entry->name, "..")) {
        i64 inner = call(nr_openat, directory, (i64)entry->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0, 0, 0);
        if (inner < 0) continue;
        found += signal_group(inner, signal, depth + 1);
        call(nr_close, inner, 0, 0, 0, 0, 0);
      }
    }
  }
  return found;
}

FUNCTION i64 open_directory(const char *path)
{
  return call(nr_openat, AT_FDCWD, (i64)path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0, 0, 0);
}

FUNCTION int signal_all(struct container *container, int signal)
{
  char *group = line_of(container->facts, "processes ");
  i64 directory = group ? open_directory(line_copy(group)) : -1;
  if (directory < 0) return 0;
  signal_group(directory, signal, 0);
  return 0;
}

FUNCTION void put_into(i64 directory, const char *name, const char *text)
{
  i64 file = call(nr_openat, directory, (i64)name, O_WRONLY | O_CLOEXEC, 0, 0, 0);
  if (file < 0) return;
  call(nr_write, file, (i64)text, (i64)length_of(text), 0, 0, 0);
  call(nr_close, file, 0, 0, 0, 0, 0);
}

/* Lets a stopped container go on, so that it can end. */
FUNCTION void thaw(struct container *container)
{
  char *group = line_of(container->facts, "freezer ");
  i64 directory = group ? open_directory(line_copy(group)) : -1;
  if (directory < 0) return;
  put_into(directory, "freezer.state", "THAWED");
  put_into(directory, "cgroup.freeze", "0");
}

/* Removes a group with those in it; what a process has made there goes with it. */
FUNCTION int remove_group(const char *path, u32 depth)
{
  i64 result = call(nr_unlinkat, AT_FDCWD, (i64)path, AT_REMOVEDIR, 0, 0, 0);
  char *room;
  i64 directory, length;
  if (result == 0 || result == -ENOENT) return 1;
  if (depth == MOST_DEPTH) return 0;
  directory = open_directory(path);
  if (directory < 0) return 0;
  signal_group(directory, SIGKILL, depth);
  call(nr_lseek, directory, 0, 0, 0, 0, 0);
  room = memory(0x4000);
  while ((length = call(nr_getdents64, directory, (i64)room, 0x4000, 0, 0, 0)) > 0) {
    i64 from;
    for (from = 0; from < length;) {
      struct entry_ *entry = (struct entry_ *)(room + from);
      from += entry->length;
      if (entry->type == DT_DIR && !equal(entry->name, ".") && !equal(entry->name, "..")) {
        struct text inner;
        begin_text(&inner);
        add(&inner, path);
        add(&inner, "/");
        add(&inner, entry->name);
        remove_group(finish(&inner), depth + 1);
      }
    }
  }
  call(nr_close, directory, 0, 0, 0, 0, 0);
  return call(nr_unlinkat, AT_FDCWD, (i64)path, AT_REMOVEDIR, 0, 0, 0) == 0;
}

/* Removes all groups that were made for a container, and waits for their processes to end. */
FUNCTION int remove_groups(struct container *container)
{
  char *facts = container->facts, *line;
  int all = 1;
  while ((line = line_of(facts, "group "))) {
    char *path = line_copy(line);
    u32 attempt;
    int removed = 0;
    for (attempt = 0; attempt < 400 && !removed; attempt++) {
      struct time_ pause = {0, 1000000 + 10000 * attempt};
      removed = remove_group(path, 0);
      if (!removed) call(nr_nanosleep, (i64)&pause, 0, 0, 0, 0, 0);
    }
    all &= removed;
    facts = line + line_length(line);
  }
  return all;
}
