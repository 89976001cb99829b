// fd_renumber on descriptors other than preopens.
#include "scratch.h"

static void onto_another(void) {
  __wasi_fdstat_t left;
  __wasi_fd_t from = open_file(ROOT, "one", __WASI_OFLAGS_CREAT, R(FD_READ) | R(FD_WRITE));
  __wasi_fd_t to = open_file(ROOT, "two", __WASI_OFLAGS_CREAT, R(FD_READ));
  __wasi_fdstat_t before = fdstat_of(from);
  OK(__wasi_fd_renumber(from, to));
  CHECK(__wasi_fd_close(from), E(BADF));
  CHECK(__wasi_fd_fdstat_get(from, &left), E(BADF));
  __wasi_fdstat_t after = fdstat_of(to);
  CHECK(after.fs_filetype, before.fs_filetype);
  CHECK(after.fs_flags, before.fs_flags);
  CHECK(after.fs_rights_base, before.fs_rights_base);
  CHECK(after.fs_rights_inheriting, before.fs_rights_inheriting);
  write_text(to, "x");
  check_text(ROOT, "one", "x");
  check_text(ROOT, "two", "");
}

static void to_a_closed_number(void) {
  __wasi_fd_t one = create_file(ROOT, "one"), two = create_file(ROOT, "two");
  OK(__wasi_fd_close(two));
  CHECK(__wasi_fd_renumber(one, two), E(BADF));
  CHECK(__wasi_fd_renumber(one, 1000), E(BADF));
  CHECK(__wasi_fd_renumber(one, (__wasi_fd_t)-1), E(BADF));
  OK(__wasi_fd_close(one));
}

static void from_a_closed_number(void) {
  __wasi_fd_t one = create_file(ROOT, "one");
  CHECK(__wasi_fd_renumber(1000, one), E(BADF));
  CHECK(__wasi_fd_renumber((__wasi_fd_t)-1, one), E(BADF));
  OK(__wasi_fd_close(one));
}

static void onto_itself(void) {
  __wasi_fd_t fd = create_file(ROOT, "file");
  OK(__wasi_fd_renumber(fd, fd));
  write_text(fd, "x");
  check_text(ROOT, "file", "x");
}

static void keeps_the_offset(void) {
  __wasi_filesize_t at;
  __wasi_fd_t one = create_file(ROOT, "one"), two = create_file(ROOT, "two");
  write_text(one, "abc");
  OK(__wasi_fd_renumber(one, two));
  OK(__wasi_fd_tell(two, &at));
  CHECK(at, 3);
}

static void standard_streams(void) {
  for (__wasi_fd_t from = 0; from < 3; from++) {
    __wasi_fdstat_t left;
    __wasi_fd_t to;
    OK(try_open(ROOT, "file", __WASI_OFLAGS_CREAT, 0, &to));
    OK(__wasi_fd_renumber(from, to));
    (void)fdstat_of(to);
    CHECK(__wasi_fd_fdstat_get(from, &left), E(BADF));
    OK(__wasi_path_unlink_file(ROOT, "file"));
  }
}

// A file put over standard output receives what is written there.
static void file_as_standard_output(void) {
  __wasi_fd_t fd = open_file(ROOT, "file", __WASI_OFLAGS_CREAT, R(FD_WRITE));
  OK(__wasi_fd_renumber(fd, 1));
  write_text(1, "to the file");
  check_text(ROOT, "file", "to the file");
}

CASES({"onto-another", onto_another}, {"to-a-closed-number", to_a_closed_number},
      {"from-a-closed-number", from_a_closed_number}, {"onto-itself", onto_itself},
      {"keeps-the-offset", keeps_the_offset}, {"standard-streams", standard_streams},
      {"file-as-standard-output", file_as_standard_output})
