/*
 * Carries out a script of file-system calls (tests/frame/differential/script.ts) and writes a line about each: natively,
 * where it says what must come out, under Linux walls, as WebAssembly and as a CloudABI executable.
 *
 *   folder: !file {path: …, rights: [read, write, create, remove]}
 *   script: !file {path: …}
 *   output: !fd stdout
 *
 * As a native program it gets the folder's path and reads and writes its standard streams. It refuses what leads out of
 * the directory that a path begins in, as openat2(2) finds it, unless it gets a second argument, `told`: then the script
 * has a call `leads out` in place of each of these.
 */
#if defined(__wasi__) || defined(__CloudABI__)
#define GRANTED
#include <program.h>
#else
#define _GNU_SOURCE
#include <linux/openat2.h>
#include <sys/syscall.h>
#endif
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SLOTS = 3, MOST_FIELDS = 6, MOST_NAMES = 64, LONGEST = 8192 };

/* The script's own directory, then two that it opens. */
static int directories[SLOTS] = {-1, -1, -1};
static int files[SLOTS] = {-1, -1, -1};

static int output;
static char written[1 << 16];
static size_t pending;

static void flush(void) {
  for (size_t at = 0; at < pending;) {
    ssize_t count = write(output, written + at, pending - at);
    if (count <= 0)
      exit(2);
    at += count;
  }
  pending = 0;
}

static void say(const char *format, ...) {
  if (pending > sizeof(written) - 2 * LONGEST)
    flush();
  va_list list;
  va_start(list, format);
  pending += vsnprintf(written + pending, sizeof(written) - pending, format, list);
  va_end(list);
}

static const char *name_of(int error) {
#define NAME(name) {name, #name}
  static const struct {
    int number;
    const char *name;
  } names[] = {
      NAME(EACCES), NAME(EBADF), NAME(EBUSY), NAME(EEXIST), NAME(EINVAL), NAME(EIO), NAME(EISDIR), NAME(ELOOP),
      NAME(EMLINK), NAME(ENAMETOOLONG), NAME(ENOENT), NAME(ENOSPC), NAME(ENOTDIR), NAME(ENOTEMPTY), NAME(ENOTSUP),
      NAME(EPERM), NAME(EROFS), NAME(ESPIPE), NAME(EXDEV), NAME(EILSEQ),
#ifdef ENOTCAPABLE
      NAME(ENOTCAPABLE),
#endif
  };
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); ++i)
    if (names[i].number == error)
      return names[i].name;
  return strerror(error);
}

static void say_result(long result) {
  if (result < 0)
    say("%s\n", name_of(errno));
  else
    say("%ld\n", result);
}

static int is_directory(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Results of a look along a path. */
enum found { REACHED, LEADS_OUT, FAILED };

#ifndef GRANTED
/* Set where a script says itself which calls lead out. */
static int told;
#endif

/*
 * Looks along a path, and along all of it or up to its last component, which calls that make or remove something do
 * not look up; but `..` and `/` are never anything new.
 */
static enum found look(int directory, const char *path, int all, int flags) {
#ifdef GRANTED
  (void)directory, (void)path, (void)all, (void)flags;
  return REACHED;
#else
  if (told)
    return REACHED;
  char parent[LONGEST];
  snprintf(parent, sizeof(parent), "%s", path);
  size_t end = strlen(parent);
  while (end > 0 && parent[end - 1] == '/')
    end--;
  size_t start = end;
  while (start > 0 && parent[start - 1] != '/')
    start--;
  int names_something = end > start && strncmp(parent + start, "..", end - start > 2 ? end - start : 2) != 0;
  if (!all && names_something) {
    if (start == 0)
      return REACHED;
    parent[start] = '\0';
  }
  struct open_how how = {.flags = O_PATH | O_CLOEXEC | flags, .resolve = RESOLVE_BENEATH};
  int fd = syscall(SYS_openat2, directory, parent, &how, sizeof(how));
  if (fd >= 0)
    close(fd);
  else if (errno == ENOSYS || errno == EPERM)
    exit(3);
  return fd >= 0 ? REACHED : errno == EXDEV ? LEADS_OUT : FAILED;
#endif
}

static int leads_out(int directory, const char *path, int all, int flags) {
  return look(directory, path, all, flags) == LEADS_OUT;
}

static int refuse(int refused) {
  if (refused)
    say("leads out\n");
  return refused;
}

static int flags_of(const char *mode) {
  int flags = strchr(mode, '+') ? O_RDWR : mode[0] == 'r' ? O_RDONLY : O_WRONLY;
  if (mode[0] != 'r')
    flags |= O_CREAT | (mode[0] == 'w' ? O_TRUNC : O_APPEND);
  if (strchr(mode, 'x'))
    flags = (flags & ~O_TRUNC) | O_EXCL;
  return flags;
}

static void say_status(int result, const struct stat *status) {
  if (result != 0)
    say_result(-1);
  else if (S_ISDIR(status->st_mode))
    say("directory\n");
  else
    say("%s %ld %ld\n", S_ISLNK(status->st_mode) ? "symlink" : "file", (long)status->st_size, (long)status->st_nlink);
}

static int by_text(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static void list(int directory, const char *path) {
  int fd = openat(directory, path, O_RDONLY | O_DIRECTORY);
  DIR *stream = fd < 0 ? NULL : fdopendir(fd);
  if (stream == NULL) {
    say_result(-1);
    return;
  }
  char *names[MOST_NAMES];
  size_t count = 0;
  for (struct dirent *entry; count < MOST_NAMES && (entry = readdir(stream)) != NULL;) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
      continue;
    const char *kind = entry->d_type == DT_DIR ? "directory" : entry->d_type == DT_LNK ? "symlink" : "file";
    size_t size = strlen(entry->d_name) + strlen(kind) + 2;
    names[count] = malloc(size);
    snprintf(names[count++], size, "%s:%s", entry->d_name, kind);
  }
  closedir(stream);
  qsort(names, count, sizeof(names[0]), by_text);
  say("[");
  for (size_t i = 0; i < count; ++i) {
    say("%s%s", i == 0 ? "" : " ", names[i]);
    free(names[i]);
  }
  say("]\n");
}

static void say_data(ssize_t length, const char *data) {
  if (length < 0) {
    say_result(-1);
    return;
  }
  say("'");
  for (ssize_t i = 0; i < length; ++i)
    say("%c", data[i] == '\0' ? '0' : data[i]);
  say("'\n");
}

static void put(int *slot, int fd) {
  if (fd >= 0) {
    if (*slot >= 0)
      close(*slot);
    *slot = fd;
  }
  say_result(fd < 0 ? -1 : 0);
}

static int slot_of(const char *text) {
  return atoi(text) % SLOTS;
}

/* Calls with a path: fields are the call, the directory, the path, what else there is. */
static void with_path(char *const *field) {
  const char *call = field[0], *path = field[2];
  int directory = directories[slot_of(field[1])];
  struct stat status;
  if (strcmp(call, "leads out") == 0) {
    refuse(1);
    return;
  }
  if (directory < 0) {
    say("none\n");
    return;
  }
  if (strcmp(call, "mkdir") == 0) {
    if (!refuse(leads_out(directory, path, 0, 0)))
      say_result(mkdirat(directory, path, 0777));
  } else if (strcmp(call, "rmdir") == 0) {
    if (!refuse(leads_out(directory, path, 0, 0)))
      say_result(unlinkat(directory, path, AT_REMOVEDIR));
  } else if (strcmp(call, "unlink") == 0) {
    if (!refuse(leads_out(directory, path, 0, 0)))
      say_result(unlinkat(directory, path, 0));
  } else if (strcmp(call, "remove") == 0) {
    if (refuse(leads_out(directory, path, 0, 0)))
      return;
    int result = unlinkat(directory, path, 0);
    say_result(result != 0 && errno == EISDIR ? unlinkat(directory, path, AT_REMOVEDIR) : result);
  } else if (strcmp(call, "symlink") == 0) {
    /* A link to nothing cannot be, wherever. */
    if (field[3][0] == '\0' || !refuse(leads_out(directory, path, 0, 0)))
      say_result(symlinkat(field[3], directory, path));
  } else if (strcmp(call, "readlink") == 0) {
    char target[LONGEST];
    if (!refuse(leads_out(directory, path, 1, O_NOFOLLOW)))
      say_data(readlinkat(directory, path, target, atoi(field[3])), target);
  } else if (strcmp(call, "stat") == 0) {
    if (!refuse(leads_out(directory, path, 1, 0)))
      say_status(fstatat(directory, path, &status, 0), &status);
  } else if (strcmp(call, "lstat") == 0) {
    if (!refuse(leads_out(directory, path, 1, O_NOFOLLOW)))
      say_status(fstatat(directory, path, &status, AT_SYMLINK_NOFOLLOW), &status);
  } else if (strcmp(call, "list") == 0) {
    if (!refuse(leads_out(directory, path, 1, 0)))
      list(directory, path);
  } else if (strcmp(call, "utimes") == 0) {
    struct timespec times[2] = {{.tv_sec = atoi(field[3])}, {.tv_sec = atoi(field[3])}};
    if (!refuse(leads_out(directory, path, 1, 0)))
      say_result(utimensat(directory, path, times, 0));
  } else if (strcmp(call, "times") == 0) {
    if (refuse(leads_out(directory, path, 1, 0)))
      return;
    int result = fstatat(directory, path, &status, 0);
    if (result != 0 || status.st_mtime < 1000000000)
      say_result(result != 0 ? -1 : (long)status.st_mtime);
    else
      say("now\n");
  } else if (strcmp(call, "open") == 0 || strcmp(call, "open-nofollow") == 0) {
    int flags = flags_of(field[3]) | (call[4] == '-' ? O_NOFOLLOW : 0);
    /* A name that ends in a slash cannot be created, so Linux does not look at it. */
    size_t length = strlen(path);
    int all = !(flags & O_CREAT) || length == 0 || path[length - 1] != '/';
    if (refuse(leads_out(directory, path, all, call[4] == '-' || (flags & O_EXCL) ? O_NOFOLLOW : 0)))
      return;
    int fd = openat(directory, path, flags | O_NONBLOCK, 0666);
    if (fd >= 0 && is_directory(fd)) {
      close(fd);
      errno = EISDIR;
      fd = -1;
    }
    put(&files[slot_of(field[4])], fd);
  } else if (strcmp(call, "opendir") == 0) {
    if (!refuse(leads_out(directory, path, 1, 0)))
      put(&directories[1 + atoi(field[3]) % (SLOTS - 1)], openat(directory, path, O_RDONLY | O_DIRECTORY));
  } else {
    int other = directories[slot_of(field[3])];
    int follow = strcmp(call, "link-follow") == 0;
    if (other < 0)
      say("none\n");
    else {
      /* The first path comes first: a mistake in it is told before one in the second. */
      int renames = strcmp(call, "rename") == 0;
      enum found first = look(directory, path, !renames, follow || renames ? 0 : O_NOFOLLOW);
      if (refuse(first == LEADS_OUT || (first == REACHED && leads_out(other, field[4], 0, 0))))
        return;
      say_result(renames ? renameat(directory, path, other, field[4])
                         : linkat(directory, path, other, field[4], follow ? AT_SYMLINK_FOLLOW : 0));
    }
  }
}

/* Calls on an open file: fields are the call, the file, what else there is. */
static void with_file(char *const *field) {
  const char *call = field[0] + 1;
  int *slot = &files[slot_of(field[1])];
  char data[LONGEST];
  struct stat status;
  if (*slot < 0)
    say("none\n");
  else if (strcmp(call, "close") == 0) {
    say_result(close(*slot));
    *slot = -1;
  } else if (strcmp(call, "read") == 0)
    say_data(read(*slot, data, atoi(field[2])), data);
  else if (strcmp(call, "pread") == 0)
    say_data(pread(*slot, data, atoi(field[2]), atoi(field[3])), data);
  else if (strcmp(call, "write") == 0)
    say_result(write(*slot, field[2], strlen(field[2])));
  else if (strcmp(call, "pwrite") == 0)
    say_result(pwrite(*slot, field[2], strlen(field[2]), atoi(field[3])));
  else if (strcmp(call, "seek") == 0)
    say_result(lseek(*slot, atoi(field[2]), strcmp(field[3], "set") == 0   ? SEEK_SET
                                            : strcmp(field[3], "end") == 0 ? SEEK_END
                                                                           : SEEK_CUR));
  else if (strcmp(call, "truncate") == 0)
    say_result(ftruncate(*slot, atoi(field[2])));
  else if (strcmp(call, "sync") == 0)
    say_result(fsync(*slot));
  else
    say_status(fstat(*slot, &status), &status);
}

/* A new script: everything is closed, and it gets a directory of its own. */
static void begin(int folder, const char *name) {
  for (int i = 0; i < SLOTS; ++i) {
    if (files[i] >= 0)
      close(files[i]);
    if (directories[i] >= 0)
      close(directories[i]);
    files[i] = directories[i] = -1;
  }
  mkdirat(folder, name, 0777);
  directories[0] = openat(folder, name, O_RDONLY | O_DIRECTORY);
  say("%s\n", directories[0] < 0 ? name_of(errno) : name);
}

static void run(int folder, int script) {
  static char text[1 << 23];
  size_t length = 0;
  for (ssize_t count; (count = read(script, text + length, sizeof(text) - 1 - length)) > 0;)
    length += count;
  char *rest = text;
  for (char *line; (line = strsep(&rest, "\n")) != NULL && (*line != '\0' || rest != NULL);) {
    char *field[MOST_FIELDS] = {"", "", "", "", "", ""};
    for (size_t i = 0; i < MOST_FIELDS && line != NULL; ++i)
      field[i] = strsep(&line, "\t");
    if (strcmp(field[0], "begin") == 0)
      begin(folder, field[1]);
    else if (field[0][0] == 'f')
      with_file(field);
    else
      with_path(field);
  }
  flush();
}

#ifdef GRANTED
void program_main(const argdata_t *ad) {
  int folder = -1, script = -1;
  argdata_map_iterator_t it;
  const argdata_t *key, *value;
  for (argdata_map_iterate(ad, &it); argdata_map_get(&it, &key, &value); argdata_map_next(&it)) {
    const char *name;
    if (argdata_get_str_c(key, &name) != 0)
      continue;
    argdata_get_fd(value, strcmp(name, "folder") == 0 ? &folder : strcmp(name, "script") == 0 ? &script : &output);
  }
  run(folder, script);
}
#else
int main(int count, char **argv) {
  if (count < 2)
    return 64;
  told = count > 2;
  output = 1;
  umask(022);
  run(open(argv[1], O_RDONLY | O_DIRECTORY), 0);
}
#endif
