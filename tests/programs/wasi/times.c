// File status and times.
#include "raw.h"
#include "scratch.h"

#define ATIM __WASI_FSTFLAGS_ATIM
#define MTIM __WASI_FSTFLAGS_MTIM
#define ATIM_NOW __WASI_FSTFLAGS_ATIM_NOW
#define MTIM_NOW __WASI_FSTFLAGS_MTIM_NOW

static void on_a_descriptor(void) {
  __wasi_filestat_t before, after;
  __wasi_fd_t fd = create_file(ROOT, "file");
  OK(__wasi_fd_filestat_get(fd, &before));
  CHECK(before.size, 0);
  CHECK(before.nlink, 1);
  CHECK(before.filetype, __WASI_FILETYPE_REGULAR_FILE);
  OK(__wasi_fd_filestat_set_times(fd, before.mtim - 100, before.mtim - 100, MTIM));
  OK(__wasi_fd_filestat_get(fd, &after));
  CHECK(after.mtim, before.mtim - 100);
  CHECK(after.atim, before.atim);
  OK(__wasi_fd_filestat_set_times(fd, 1000000007, 5, ATIM));
  OK(__wasi_fd_filestat_get(fd, &after));
  CHECK(after.atim, 1000000007);
  CHECK(after.mtim, before.mtim - 100);
  OK(__wasi_fd_filestat_set_times(fd, 1, 2, 0));
  OK(__wasi_fd_filestat_get(fd, &after));
  CHECK(after.atim, 1000000007);
}

static void on_a_path(void) {
  make_file(ROOT, "file", "");
  __wasi_filestat_t before = stat_of(ROOT, 0, "file");
  OK(__wasi_path_filestat_set_times(ROOT, 0, "file", 0, before.mtim - 100, MTIM));
  CHECK(stat_of(ROOT, 0, "file").mtim, before.mtim - 100);
  CHECK(stat_of(ROOT, 0, "file").atim, before.atim);
  OK(__wasi_path_create_directory(ROOT, "dir"));
  OK(__wasi_path_filestat_set_times(ROOT, 0, "dir", 3, 4, ATIM | MTIM));
  CHECK(stat_of(ROOT, 0, "dir").atim, 3);
  CHECK(stat_of(ROOT, 0, "dir").mtim, 4);
  CHECK(__wasi_path_filestat_set_times(ROOT, 0, "absent", 0, 0, MTIM), E(NOENT));
}

static void now(void) {
  __wasi_timestamp_t clock;
  __wasi_fd_t fd = create_file(ROOT, "file");
  OK(__wasi_fd_filestat_set_times(fd, 1, 1, ATIM | MTIM));
  CHECK(stat_of(ROOT, 0, "file").mtim, 1);
  OK(__wasi_clock_time_get(__WASI_CLOCKID_REALTIME, 1, &clock));
  OK(__wasi_fd_filestat_set_times(fd, 0, 0, ATIM_NOW | MTIM_NOW));
  __wasi_filestat_t stat = stat_of(ROOT, 0, "file");
  CHECK_TRUE(stat.mtim + 10000000000 > clock && stat.mtim < clock + 10000000000);
  CHECK_TRUE(stat.atim + 10000000000 > clock);
  OK(__wasi_path_filestat_set_times(ROOT, 0, "file", 1, 0, ATIM | MTIM_NOW));
  stat = stat_of(ROOT, 0, "file");
  CHECK(stat.atim, 1);
  CHECK_TRUE(stat.mtim + 10000000000 > clock);
}

static void value_and_now_together(void) {
  __wasi_fd_t fd = create_file(ROOT, "file");
  __wasi_timestamp_t mtim = stat_of(ROOT, 0, "file").mtim;
  CHECK(__wasi_fd_filestat_set_times(fd, 100, 200, MTIM | MTIM_NOW), E(INVAL));
  CHECK(__wasi_fd_filestat_set_times(fd, 100, 200, ATIM | ATIM_NOW), E(INVAL));
  CHECK(__wasi_path_filestat_set_times(ROOT, 0, "file", 100, 200, MTIM | MTIM_NOW), E(INVAL));
  CHECK(__wasi_path_filestat_set_times(ROOT, 0, "file", 100, 200, ATIM | ATIM_NOW), E(INVAL));
  CHECK(stat_of(ROOT, 0, "file").mtim, mtim);
}

static void unknown_flags(void) { CHECK(__wasi_fd_filestat_set_times(create_file(ROOT, "file"), 0, 0, 0x10), E(INVAL)); }

static void unknown_lookup_flags(void) {
  uint64_t out[8];
  CHECK(raw_path_filestat_get(ROOT, 2, ADDRESS("."), 1, ADDRESS(out)), E(INVAL));
}

// Without the follow flag the link's own times change, with it the target's.
static void of_a_symlink(void) {
  make_file(ROOT, "file", "");
  OK(__wasi_path_symlink("file", ROOT, "link"));
  __wasi_timestamp_t file = stat_of(ROOT, 0, "file").mtim, link = stat_of(ROOT, 0, "link").mtim;
  OK(__wasi_path_filestat_set_times(ROOT, 0, "link", 0, link - 200, MTIM));
  CHECK(stat_of(ROOT, 0, "link").mtim, link - 200);
  CHECK(stat_of(ROOT, 0, "file").mtim, file);
  CHECK(stat_of(ROOT, FOLLOW, "link").mtim, file);
  OK(__wasi_path_filestat_set_times(ROOT, FOLLOW, "link", 0, link, MTIM));
  CHECK(stat_of(ROOT, 0, "file").mtim, link);
  CHECK(stat_of(ROOT, 0, "link").mtim, link - 200);
}

static void identity(void) {
  __wasi_filestat_t by_fd;
  make_file(ROOT, "one", "");
  make_file(ROOT, "two", "");
  __wasi_filestat_t one = stat_of(ROOT, 0, "one"), two = stat_of(ROOT, 0, "two");
  CHECK(one.dev, two.dev);
  CHECK_TRUE(one.ino != two.ino);
  __wasi_fd_t fd = open_file(ROOT, "one", 0, R(FD_FILESTAT_GET));
  OK(__wasi_fd_filestat_get(fd, &by_fd));
  CHECK(by_fd.ino, one.ino);
  CHECK(by_fd.dev, one.dev);
}

static void writing_changes_mtim(void) {
  __wasi_fd_t fd = create_file(ROOT, "file");
  OK(__wasi_fd_filestat_set_times(fd, 1, 1, ATIM | MTIM));
  write_text(fd, "x");
  CHECK_TRUE(stat_of(ROOT, 0, "file").mtim > 1);
}

CASES({"on-a-descriptor", on_a_descriptor}, {"on-a-path", on_a_path}, {"now", now},
      {"value-and-now-together", value_and_now_together}, {"unknown-flags", unknown_flags},
      {"unknown-lookup-flags", unknown_lookup_flags}, {"of-a-symlink", of_a_symlink}, {"identity", identity},
      {"writing-changes-mtim", writing_changes_mtim})
