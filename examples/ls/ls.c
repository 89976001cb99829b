/*
 * Lists a directory from its descriptor alone: the program has no current directory and no paths.
 *
 *   directory: !file {path: …}
 *   output: !fd stdout
 *   long: true                  # optional: with types and sizes
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <program.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int output = -1;

/* Ends the program with a message; without an output descriptor, the exit code alone must do. */
static _Noreturn void fail(const char *what, int error) {
  if (output >= 0)
    dprintf(output, "ls: %s: %s\n", what, strerror(error));
  exit(1);
}

static int by_name(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All names but . and .., sorted by their bytes. */
static char **read_names(int directory, size_t *count) {
  DIR *stream = fdopendir(directory);
  if (stream == NULL)
    fail("Cannot read the directory", errno);
  char **names = NULL;
  size_t used = 0, capacity = 0;
  for (;;) {
    errno = 0;
    struct dirent *entry = readdir(stream);
    if (entry == NULL)
      break;
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
      continue;
    if (used == capacity) {
      capacity = capacity == 0 ? 64 : capacity * 2;
      names = realloc(names, capacity * sizeof(*names));
      if (names == NULL)
        fail("Cannot hold the names", ENOMEM);
    }
    names[used] = strdup(entry->d_name);
    if (names[used++] == NULL)
      fail("Cannot hold the names", ENOMEM);
  }
  if (errno != 0)
    fail("Cannot read the directory", errno);
  /* The stream is not closed: that would close the descriptor, which is still needed for sizes. */
  if (used > 0)
    qsort(names, used, sizeof(*names), by_name);
  *count = used;
  return names;
}

static char type_letter(mode_t mode) {
  if (S_ISREG(mode))
    return '-';
  if (S_ISDIR(mode))
    return 'd';
  if (S_ISLNK(mode))
    return 'l';
  if (S_ISCHR(mode))
    return 'c';
  if (S_ISBLK(mode))
    return 'b';
  if (S_ISFIFO(mode))
    return 'p';
  return S_ISSOCK(mode) ? 's' : '?';
}

static void print_long(FILE *out, int directory, const char *name) {
  struct stat info;
  if (fstatat(directory, name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
    fprintf(out, "? %12s %s: %s\n", "?", name, strerror(errno));
    return;
  }
  fprintf(out, "%c %12lld %s", type_letter(info.st_mode), (long long)info.st_size, name);
  char target[4096];
  ssize_t length = S_ISLNK(info.st_mode) ? readlinkat(directory, name, target, sizeof(target)) : -1;
  if (length >= 0)
    fprintf(out, " -> %.*s", (int)length, target);
  fputc('\n', out);
}

void program_main(const argdata_t *ad) {
  int directory = -1;
  bool with_details = false;

  argdata_map_iterator_t it;
  const argdata_t *key, *value;
  for (argdata_map_iterate(ad, &it); argdata_map_get(&it, &key, &value); argdata_map_next(&it)) {
    const char *name;
    if (argdata_get_str_c(key, &name) != 0)
      continue;
    if (strcmp(name, "directory") == 0)
      argdata_get_fd(value, &directory);
    else if (strcmp(name, "output") == 0)
      argdata_get_fd(value, &output);
    else if (strcmp(name, "long") == 0)
      argdata_get_bool(value, &with_details);
  }
  if (output < 0 || directory < 0)
    fail("The grants lack 'directory'", EINVAL);

  size_t count;
  char **names = read_names(directory, &count);
  FILE *out = fdopen(output, "w");
  if (out == NULL)
    fail("Cannot write", errno);
  for (size_t i = 0; i < count; ++i) {
    if (with_details)
      print_long(out, directory, names[i]);
    else
      fprintf(out, "%s\n", names[i]);
  }
  if (fclose(out) != 0)
    exit(1);
}
