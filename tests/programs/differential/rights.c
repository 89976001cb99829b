/*
 * Makes the calls of WASI that a script on standard input names (tests/frame/differential/rights-script.ts), with the rights
 * that it says, and writes a line about each: the errno, and what came of it. The directory is the first preopened one.
 *
 * With two arguments, the rights of that directory and what it passes on, it gives up all others, and never asks for rights
 * that a directory does not pass on, but for reading and writing: so a host that refuses what cannot be had is compared
 * with one that leaves it out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wasi/api.h>

enum { SLOTS = 4, FIELDS = 8, LONGEST = 256, ROOT = 3 };
#define NONE ((__wasi_fd_t)-1)

static __wasi_fd_t slots[SLOTS] = {NONE, NONE, NONE, NONE};
static char *fields[FIELDS];

static uint64_t number(int at) { return strtoull(fields[at], NULL, 0); }
static __wasi_fd_t slot(int at) { return slots[number(at) % SLOTS]; }
// Paths have no spaces; the empty one is a dash.
static const char *path(int at) { return strcmp(fields[at], "-") == 0 ? "" : fields[at]; }

static void keep(uint64_t at, __wasi_fd_t fd) {
  __wasi_fd_t *kept = &slots[at % SLOTS];
  if (*kept != NONE)
    (void)!__wasi_fd_close(*kept);
  *kept = fd;
}

static int cuts;

static __wasi_rights_t asked(__wasi_fd_t dir, __wasi_oflags_t flags, __wasi_rights_t base) {
  __wasi_fdstat_t stat;
  if (!cuts || __wasi_fd_fdstat_get(dir, &stat) != 0)
    return base;
  __wasi_rights_t must = __WASI_RIGHTS_FD_WRITE;
  if ((flags & __WASI_OFLAGS_DIRECTORY) == 0)
    must |= __WASI_RIGHTS_FD_READ;
  return base & (stat.fs_rights_inheriting | must);
}

// Rights that a directory passes on: all that the one above does.
static __wasi_rights_t inherited(__wasi_fd_t dir) {
  __wasi_fdstat_t stat;
  return __wasi_fd_fdstat_get(dir, &stat) == 0 ? stat.fs_rights_inheriting : 0;
}

static void begin(void) {
  __wasi_fdstat_t stat;
  __wasi_fd_t fd;
  for (int at = 0; at < SLOTS; at++)
    keep(at, NONE);
  int error = __wasi_fd_fdstat_get(ROOT, &stat);
  if (error == 0)
    error = __wasi_path_open(ROOT, 0, fields[1], __WASI_OFLAGS_DIRECTORY, stat.fs_rights_base,
                             stat.fs_rights_inheriting, 0, &fd);
  if (error == 0)
    keep(0, fd);
  printf("begin %d\n", error);
}

static int opens(void) {
  __wasi_fd_t fd = NONE;
  __wasi_fdstat_t stat;
  int error = __wasi_path_open(slot(1), number(3), path(2), number(4), asked(slot(1), number(4), number(5)),
                               cuts ? inherited(slot(1)) : 0, number(6) >> 8, &fd);
  if (error != 0)
    return error;
  const __wasi_rights_t most = number(5) & inherited(slot(1));
  keep(number(6) & 0xff, fd);
  error = __wasi_fd_fdstat_get(fd, &stat);
  printf("type %d ", stat.fs_filetype);
  if ((stat.fs_rights_base & ~most) != 0)
    printf("with more than was asked for or can be had ");
  return error;
}

static void bytes(const char *text, size_t length) {
  for (size_t at = 0; at < length; at++)
    putchar(text[at] < 33 || text[at] > 126 ? '.' : text[at]);
  putchar(' ');
}

static int reads(int positioned) {
  char text[LONGEST];
  __wasi_size_t moved = 0;
  __wasi_iovec_t piece = {(uint8_t *)text, number(2) % LONGEST};
  int error = positioned ? __wasi_fd_pread(slot(1), &piece, 1, number(3), &moved) : __wasi_fd_read(slot(1), &piece, 1, &moved);
  if (error == 0)
    bytes(text, moved);
  return error;
}

static int writes(int positioned) {
  __wasi_size_t moved = 0;
  __wasi_ciovec_t piece = {(const uint8_t *)fields[2], strlen(fields[2])};
  int error = positioned ? __wasi_fd_pwrite(slot(1), &piece, 1, number(3), &moved) : __wasi_fd_write(slot(1), &piece, 1, &moved);
  if (error == 0)
    printf("%u ", (unsigned)moved);
  return error;
}

static int seeks(void) {
  __wasi_filesize_t at = 0;
  int error = __wasi_fd_seek(slot(1), (int64_t)number(2), number(3), &at);
  if (error == 0)
    printf("%llu ", (unsigned long long)at);
  return error;
}

static int status(__wasi_filestat_t *stat, int error) {
  if (error == 0 && stat->filetype == __WASI_FILETYPE_DIRECTORY)
    printf("directory ");
  else if (error == 0)
    printf("%d %llu %llu ", stat->filetype, (unsigned long long)stat->size, (unsigned long long)stat->nlink);
  return error;
}

static int by_name(const void *one, const void *other) { return strcmp(*(char **)one, *(char **)other); }

static int lists(void) {
  static uint8_t buffer[4096];
  static char names[64][LONGEST];
  char *sorted[64];
  __wasi_size_t used = 0;
  size_t count = 0;
  int error = __wasi_fd_readdir(slot(1), buffer, sizeof(buffer), 0, &used);
  if (error != 0)
    return error;
  for (size_t at = 0; at + sizeof(__wasi_dirent_t) <= used && count < 64;) {
    __wasi_dirent_t entry;
    memcpy(&entry, buffer + at, sizeof(entry));
    at += sizeof(entry);
    snprintf(names[count], LONGEST, "%.*s", (int)entry.d_namlen, (char *)buffer + at);
    at += entry.d_namlen;
    // Not every host lists these two.
    if (strcmp(names[count], ".") == 0 || strcmp(names[count], "..") == 0)
      continue;
    sorted[count] = names[count];
    count++;
  }
  qsort(sorted, count, sizeof(*sorted), by_name);
  for (size_t at = 0; at < count; at++)
    printf("%s ", sorted[at]);
  return 0;
}

static int links(void) {
  char target[LONGEST];
  __wasi_size_t used = 0;
  int error = __wasi_path_readlink(slot(1), path(2), (uint8_t *)target, sizeof(target), &used);
  if (error == 0)
    bytes(target, used);
  return error;
}

static int call(const char *name) {
  __wasi_filestat_t stat;
  __wasi_filesize_t at;
#define IS(word) (strcmp(name, word) == 0)
  if (IS("close")) {
    __wasi_fd_t fd = slot(1);
    slots[number(1) % SLOTS] = NONE;
    return __wasi_fd_close(fd);
  }
  if (IS("open")) return opens();
  if (IS("read")) return reads(0);
  if (IS("pread")) return reads(1);
  if (IS("write")) return writes(0);
  if (IS("pwrite")) return writes(1);
  if (IS("seek")) return seeks();
  if (IS("tell")) return __wasi_fd_tell(slot(1), &at);
  if (IS("list")) return lists();
  if (IS("fstat")) return status(&stat, __wasi_fd_filestat_get(slot(1), &stat));
  if (IS("stat")) return status(&stat, __wasi_path_filestat_get(slot(1), number(3), path(2), &stat));
  if (IS("size")) return __wasi_fd_filestat_set_size(slot(1), number(2));
  if (IS("sync")) return __wasi_fd_sync(slot(1));
  if (IS("datasync")) return __wasi_fd_datasync(slot(1));
  if (IS("advise")) return __wasi_fd_advise(slot(1), 0, 0, number(2));
  if (IS("times")) return __wasi_fd_filestat_set_times(slot(1), 1000000000, 2000000000, number(2));
  if (IS("flags")) return __wasi_fd_fdstat_set_flags(slot(1), number(2));
  if (IS("mkdir")) return __wasi_path_create_directory(slot(1), path(2));
  if (IS("rmdir")) return __wasi_path_remove_directory(slot(1), path(2));
  if (IS("unlink")) return __wasi_path_unlink_file(slot(1), path(2));
  if (IS("readlink")) return links();
  if (IS("rename")) return __wasi_path_rename(slot(1), path(2), slot(3), path(4));
  if (IS("symlink")) return __wasi_path_symlink(fields[3], slot(1), path(2));
  if (IS("lessen")) {
    __wasi_fdstat_t now;
    int error = __wasi_fd_fdstat_get(slot(1), &now);
    return error != 0 ? error : __wasi_fd_fdstat_set_rights(slot(1), now.fs_rights_base & number(2), now.fs_rights_inheriting & number(3));
  }
  exit(3);
}

int main(int argc, char **argv) {
  static char line[1024];
  __wasi_fdstat_t root;
  if (__wasi_fd_fdstat_get(ROOT, &root) != 0)
    return 2;
  if (argc == 3) {
    cuts = 1;
    if (__wasi_fd_fdstat_set_rights(ROOT, root.fs_rights_base & strtoull(argv[1], NULL, 0),
                                    root.fs_rights_inheriting & strtoull(argv[2], NULL, 0)) != 0)
      return 2;
  }
  printf("root %llu %llu\n", (unsigned long long)root.fs_rights_base, (unsigned long long)root.fs_rights_inheriting);
  while (fgets(line, sizeof(line), stdin) != NULL) {
    int count = 0;
    for (char *word = strtok(line, " \n"); word != NULL && count < FIELDS; word = strtok(NULL, " \n"))
      fields[count++] = word;
    if (count == 0)
      continue;
    if (strcmp(fields[0], "begin") == 0)
      begin();
    else
      printf("%d\n", call(fields[0]));
  }
  return 0;
}
