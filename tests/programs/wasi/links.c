// Hard links.
#include "scratch.h"

static void check_same(const char *one, const char *other) {
  __wasi_filestat_t a = stat_of(ROOT, 0, one), b = stat_of(ROOT, 0, other);
  CHECK(a.dev, b.dev);
  CHECK(a.ino, b.ino);
  CHECK(a.nlink, b.nlink);
  CHECK(a.size, b.size);
  CHECK(a.mtim, b.mtim);
  CHECK(a.atim, b.atim);
  CHECK(a.ctim, b.ctim);
  CHECK(a.filetype, b.filetype);
}

static void same_directory(void) {
  make_file(ROOT, "file", "x");
  OK(__wasi_path_link(ROOT, 0, "file", ROOT, "link"));
  CHECK(stat_of(ROOT, 0, "file").nlink, 2);
  check_same("file", "link");
  __wasi_fd_t one = open_file(ROOT, "file", 0, R(FD_READ)), two = open_file(ROOT, "link", 0, R(FD_READ));
  __wasi_fdstat_t a = fdstat_of(one), b = fdstat_of(two);
  CHECK(a.fs_filetype, b.fs_filetype);
  CHECK(a.fs_flags, b.fs_flags);
  CHECK(a.fs_rights_base, b.fs_rights_base);
  CHECK(a.fs_rights_inheriting, b.fs_rights_inheriting);
  OK(__wasi_path_unlink_file(ROOT, "file"));
  check_text(ROOT, "link", "x");
}

static void other_directory(void) {
  make_file(ROOT, "file", "x");
  __wasi_fd_t dir = make_dir(ROOT, "dir");
  OK(__wasi_path_link(ROOT, 0, "file", dir, "link"));
  check_same("file", "dir/link");
  OK(__wasi_path_link(dir, 0, "link", ROOT, "third"));
  CHECK(stat_of(ROOT, 0, "file").nlink, 3);
}

static void existing_name(void) {
  make_file(ROOT, "file", "");
  make_file(ROOT, "other", "");
  OK(__wasi_path_create_directory(ROOT, "dir"));
  OK(__wasi_path_symlink("absent", ROOT, "dangling"));
  CHECK(__wasi_path_link(ROOT, 0, "file", ROOT, "other"), E(EXIST));
  CHECK(__wasi_path_link(ROOT, 0, "file", ROOT, "file"), E(EXIST));
  CHECK(__wasi_path_link(ROOT, 0, "file", ROOT, "dir"), E(EXIST));
  CHECK(__wasi_path_link(ROOT, 0, "file", ROOT, "dangling"), E(EXIST));
  CHECK(__wasi_path_link(ROOT, 0, "file", ROOT, "absent/x"), E(NOENT));
  CHECK(__wasi_path_link(ROOT, 0, "absent", ROOT, "new"), E(NOENT));
  CHECK(__wasi_path_link(ROOT, 0, "file", ROOT, "link/"), E(NOENT));
}

static void to_a_directory(void) {
  OK(__wasi_path_create_directory(ROOT, "dir"));
  CHECK_ANY(__wasi_path_link(ROOT, 0, "dir", ROOT, "link"), E(PERM), E(ACCES));
}

// Without the follow flag the link itself gets a second name.
static void of_a_symlink(void) {
  OK(__wasi_path_symlink("absent", ROOT, "dangling"));
  OK(__wasi_path_symlink("loop", ROOT, "loop"));
  OK(__wasi_path_link(ROOT, 0, "dangling", ROOT, "one"));
  OK(__wasi_path_link(ROOT, 0, "loop", ROOT, "two"));
  CHECK(stat_of(ROOT, 0, "one").filetype, __WASI_FILETYPE_SYMBOLIC_LINK);
  check_same("dangling", "one");
  CHECK_ANY(__wasi_path_link(ROOT, FOLLOW, "dangling", ROOT, "three"), E(INVAL), E(NOENT));
  CHECK(stat_error(ROOT, 0, "three"), E(NOENT));
}

// With the follow flag: wasmtime refuses (inval), uvwasi links the target.
static void following(void) {
  make_file(ROOT, "file", "");
  OK(__wasi_path_symlink("file", ROOT, "link"));
  __wasi_errno_t error = __wasi_path_link(ROOT, FOLLOW, "link", ROOT, "new");
  CHECK_ANY(error, E(INVAL), E(SUCCESS));
  if (error == E(SUCCESS)) CHECK(stat_of(ROOT, 0, "new").filetype, __WASI_FILETYPE_REGULAR_FILE);
}

CASES({"same-directory", same_directory}, {"other-directory", other_directory}, {"existing-name", existing_name},
      {"to-a-directory", to_a_directory}, {"of-a-symlink", of_a_symlink}, {"following", following})
