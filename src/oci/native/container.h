/* A container as its directory and its first process tell it. */

struct pollfd_ {
  i32 descriptor;
  u16 events;
  u16 results;
};

enum status { CREATING, CREATED, RUNNING, PAUSED, STOPPED };

struct container {
  const char *id;
  i64 states;
  i64 directory;
  /* The text of its file `state`, which ends with a NUL. */
  char *facts;
  i64 pid;
  /* A descriptor of the first process; negative when it has ended. */
  i64 pidfd;
};

FUNCTION int is_id(const char *id)
{
  const char *at;
  if (!id || !*id || equal(id, ".") || equal(id, "..")) return 0;
  for (at = id; *at; at++) {
    int letter = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9');
    if (!letter && *at != '_' && *at != '+' && *at != '-' && *at != '.') return 0;
  }
  return at - id <= 1024;
}

/* Reads a file as far as it goes; 0 when there is none. */
FUNCTION char *read_file(i64 directory, const char *name)
{
  struct text text;
  i64 length, file = call(nr_openat, directory, (i64)name, O_RDONLY | O_CLOEXEC, 0, 0, 0);
  char *room;
  if (file < 0) return 0;
  begin_text(&text);
  room = memory(0x10000);
  while ((length = call(nr_read, file, (i64)room, 0x10000, 0, 0, 0)) > 0) add_bytes(&text, room, (u64)length);
  call(nr_close, file, 0, 0, 0, 0, 0);
  return finish(&text);
}

/* The rest of the line that begins so, or of the next one behind `from`; 0 without one. */
FUNCTION char *line_of(char *facts, const char *key)
{
  char *at = facts;
  while (*at) {
    if (begins(at, key)) return at + length_of(key);
    while (*at && *at != '\n') at++;
    if (*at) at++;
  }
  return 0;
}

FUNCTION u64 line_length(const char *line)
{
  u64 length = 0;
  while (line[length] && line[length] != '\n') length++;
  return length;
}

FUNCTION char *line_copy(const char *line)
{
  u64 length = line_length(line);
  char *copied = memory(length + 1);
  copy(copied, line, length);
  return copied;
}

FUNCTION int has_line(struct container *container, const char *line)
{
  char *rest = line_of(container->facts, line);
  return rest && (*rest == '\n' || *rest == 0);
}

FUNCTION void add_field(struct text *text, struct container *container, const char *key)
{
  char *line = line_of(container->facts, key);
  if (line) add_bytes(text, line, line_length(line));
}

/* Tells whether a process is one that has not ended and began at that time (proc_pid_stat(5)). */
FUNCTION int began(i64 pid, const char *started)
{
  struct text path;
  char *stat, *at;
  u32 field;
  begin_text(&path);
  add(&path, "/proc/");
  add_number(&path, (u64)pid);
  add(&path, "/stat");
  stat = read_file(AT_FDCWD, finish(&path));
  if (!stat) return 0;
  for (at = stat + length_of(stat); at > stat && *at != ')'; at--) {}
  if (at == stat || at[1] != ' ' || at[2] == 'Z' || at[2] == 'X') return 0;
  at += 2;
  for (field = 3; field < 22 && *at; at++)
    if (*at == ' ') field++;
  {
    u64 length = line_length(started);
    return length > 0 && same(at, started, (u32)length) && at[length] == ' ';
  }
}

FUNCTION int open_container(struct container *container, const char *id)
{
  char *pid, *started;
  container->id = id;
  container->pidfd = -1;
  container->states = call(nr_openat, AT_FDCWD, (i64)states_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0, 0, 0);
  if (container->states < 0) return 0;
  container->directory =
      call(nr_openat, container->states, (i64)id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0, 0, 0);
  if (container->directory < 0) return 0;
  container->facts = read_file(container->directory, "state");
  /* A launcher that was killed at once has not come so far: there is only a directory to remove. */
  if (!container->facts) container->facts = memory(1);
  pid = line_of(container->facts, "pid ");
  started = line_of(container->facts, "started ");
  container->pid = pid ? number_in(pid) : 0;
  if (container->pid <= 0 || !started) return 1;
  container->pidfd = call(nr_pidfd_open, container->pid, 0, 0, 0, 0, 0);
  if (container->pidfd >= 0 && !began(container->pid, started)) {
    call(nr_close, container->pidfd, 0, 0, 0, 0, 0);
    container->pidfd = -1;
  }
  return 1;
}

/* Opens the pipe on which the first process waits; fails once it has become the program. */
FUNCTION int open_gate(struct container *container)
{
  return (int)call(nr_openat, container->directory, (i64) "gate", O_WRONLY | O_NONBLOCK | O_CLOEXEC, 0, 0, 0);
}

FUNCTION int is_frozen(struct container *container)
{
  char *group = line_of(container->facts, "freezer "), *state;
  i64 directory;
  if (!group) return 0;
  directory = call(nr_openat, AT_FDCWD, (i64)line_copy(group), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0, 0, 0);
  state = read_file(directory, "freezer.state");
  if (state) return !begins(state, "THAWED");
  state = read_file(directory, "cgroup.freeze");
  return state && state[0] == '1';
}

FUNCTION enum status status_of(struct container *container)
{
  int gate;
  if (container->pid <= 0) return CREATING;
  if (container->pidfd < 0) return STOPPED;
  gate = open_gate(container);
  if (gate >= 0) {
    call(nr_close, gate, 0, 0, 0, 0, 0);
    return CREATED;
  }
  return is_frozen(container) ? PAUSED : RUNNING;
}

FUNCTION const char *name_of(enum status status)
{
  switch (status) {
  case CREATING: return "creating";
  case CREATED: return "created";
  case RUNNING: return "running";
  case PAUSED: return "paused";
  default: return "stopped";
  }
}

static const char *const signal_names[] = {
    "",     "HUP",  "INT",  "QUIT", "ILL",  "TRAP",   "ABRT", "BUS",  "FPE",  "KILL", "USR1",
    "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN",
    "TTOU", "URG",  "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "POLL", "PWR", "SYS",
};

/* A signal by its number or name; -1 for none. */
FUNCTION int signal_number(const char *word)
{
  i64 number = number_in(word);
  u32 at;
  if (number >= 0) return number <= 64 ? (int)number : -1;
  if (begins(word, "SIG")) word += 3;
  for (at = 1; at < 32; at++)
    if (equal(word, signal_names[at])) return (int)at;
  return equal(word, "IO") ? 29 : equal(word, "IOT") ? 6 : -1;
}
