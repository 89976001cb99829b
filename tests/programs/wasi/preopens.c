// Preopened directories: their names, closing them, renumbering onto and from them. Two are granted: `/` as 3
// and `other` as 4, the second read through the first program's eyes as a plain directory with the file `here`.
#include "raw.h"
#include "scratch.h"

#define OTHER 4

static void check_name(__wasi_fd_t fd, const char *wanted) {
  uint8_t name[16];
  __wasi_prestat_t stat;
  OK(__wasi_fd_prestat_get(fd, &stat));
  CHECK(stat.tag, __WASI_PREOPENTYPE_DIR);
  CHECK(stat.u.dir.pr_name_len, strlen(wanted));
  OK(__wasi_fd_prestat_dir_name(fd, name, stat.u.dir.pr_name_len));
  CHECK(memcmp(name, wanted, strlen(wanted)), 0);
}

static void names(void) {
  __wasi_prestat_t stat;
  check_name(ROOT, "/");
  check_name(OTHER, "other");
  CHECK(__wasi_fd_prestat_get(OTHER + 1, &stat), E(BADF));
}

static void name_buffers(void) {
  uint8_t name[16];
  memset(name, 0xaa, sizeof(name));
  CHECK_ANY(__wasi_fd_prestat_dir_name(OTHER, name, 0), E(NAMETOOLONG), E(INVAL));
  CHECK_ANY(__wasi_fd_prestat_dir_name(OTHER, name, 4), E(NAMETOOLONG), E(INVAL));
  CHECK(name[0], 0xaa);
  OK(__wasi_fd_prestat_dir_name(OTHER, name, 16));
  CHECK(memcmp(name, "other", 5), 0);
  CHECK(name[5], 0xaa);
}

static void others_are_none(void) {
  uint8_t name[16];
  __wasi_prestat_t stat;
  __wasi_fd_t file = create_file(ROOT, "file"), dir = open_dir(ROOT, ".");
  for (__wasi_fd_t fd = 0; fd < 3; fd++) {
    CHECK(__wasi_fd_prestat_get(fd, &stat), E(BADF));
    CHECK_ANY(__wasi_fd_prestat_dir_name(fd, name, 16), E(BADF), E(NOTDIR));
  }
  CHECK(__wasi_fd_prestat_get(file, &stat), E(BADF));
  CHECK(__wasi_fd_prestat_get(dir, &stat), E(BADF));
}

static void closed(void) {
  __wasi_prestat_t stat;
  __wasi_fdstat_t fdstat;
  __wasi_fd_t dir = open_dir(ROOT, ".");
  CHECK_TRUE(dir > OTHER);
  OK(__wasi_fd_close(ROOT));
  CHECK(fdstat_of(dir).fs_filetype, __WASI_FILETYPE_DIRECTORY);
  make_file(dir, "file", "x");
  CHECK(__wasi_fd_fdstat_get(ROOT, &fdstat), E(BADF));
  CHECK(__wasi_fd_prestat_get(ROOT, &stat), E(BADF));
  CHECK(open_error(ROOT, 0, "file", 0), E(BADF));
  check_name(OTHER, "other");
}

// A number that a preopen had is free for others, which are no preopens then.
static void number_used_again(void) {
  __wasi_prestat_t stat;
  __wasi_fd_t dir = open_dir(ROOT, ".");
  OK(__wasi_fd_close(ROOT));
  for (int i = 0; i < 4; i++)
    if (create_file(dir, "file") == ROOT) {
      CHECK(__wasi_fd_prestat_get(ROOT, &stat), E(BADF));
      return;
    }
}

static void renumbered_onto(void) {
  __wasi_filestat_t before, after;
  __wasi_fdstat_t fdstat;
  __wasi_fd_t dir = make_dir(ROOT, "dir");
  OK(__wasi_fd_filestat_get(dir, &before));
  OK(__wasi_fd_renumber(dir, ROOT));
  OK(__wasi_fd_filestat_get(ROOT, &after));
  CHECK(before.ino, after.ino);
  CHECK(before.dev, after.dev);
  CHECK(__wasi_fd_fdstat_get(dir, &fdstat), E(BADF));
  OK(__wasi_fd_close(ROOT));
}

// A descriptor that took a preopen's number is no preopen: the old name must not stick to it.
static void renumbered_onto_forgets(void) {
  __wasi_prestat_t stat;
  __wasi_fd_t dir = make_dir(ROOT, "dir");
  OK(__wasi_fd_renumber(dir, ROOT));
  CHECK(__wasi_fd_prestat_get(ROOT, &stat), E(BADF));
}

// The name goes with the descriptor.
static void renumbered_from(void) {
  __wasi_prestat_t stat;
  __wasi_fd_t file = create_file(ROOT, "file");
  OK(__wasi_fd_renumber(OTHER, file));
  CHECK(__wasi_fd_prestat_get(OTHER, &stat), E(BADF));
  OK(stat_error(file, 0, "here"));
  check_name(file, "other");
}

static void renumbered_onto_each_other(void) {
  __wasi_prestat_t stat;
  OK(__wasi_fd_renumber(OTHER, ROOT));
  CHECK(__wasi_fd_prestat_get(OTHER, &stat), E(BADF));
  OK(stat_error(ROOT, 0, "here"));
  check_name(ROOT, "other");
}

// Two grants are two worlds: no path leads from one into the other, but two descriptors make one call.
static void between_two(void) {
  make_file(ROOT, "file", "x");
  CHECK_OUTSIDE(stat_error(ROOT, 0, "../other/here"));
  OK(__wasi_path_rename(ROOT, "file", OTHER, "moved"));
  check_text(OTHER, "moved", "x");
  OK(__wasi_path_link(OTHER, 0, "moved", ROOT, "link"));
  check_text(ROOT, "link", "x");
}

CASES({"names", names}, {"name-buffers", name_buffers}, {"others-are-none", others_are_none}, {"closed", closed},
      {"number-used-again", number_used_again}, {"renumbered-onto", renumbered_onto},
      {"renumbered-onto-forgets", renumbered_onto_forgets}, {"renumbered-from", renumbered_from},
      {"renumbered-onto-each-other", renumbered_onto_each_other}, {"between-two", between_two})
