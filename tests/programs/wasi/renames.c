// Renaming files, directories and links, onto nothing and onto each other.
#include "scratch.h"

static void file_to_new_name(void) {
  make_file(ROOT, "source", "x");
  OK(__wasi_path_rename(ROOT, "source", ROOT, "target"));
  CHECK(open_error(ROOT, 0, "source", 0), E(NOENT));
  check_text(ROOT, "target", "x");
}

static void file_onto_file(void) {
  make_file(ROOT, "source", "new");
  make_file(ROOT, "target", "old");
  OK(__wasi_path_rename(ROOT, "source", ROOT, "target"));
  CHECK(open_error(ROOT, 0, "source", 0), E(NOENT));
  check_text(ROOT, "target", "new");
}

static void file_onto_directory(void) {
  make_file(ROOT, "source", "");
  OK(__wasi_path_create_directory(ROOT, "target"));
  CHECK(__wasi_path_rename(ROOT, "source", ROOT, "target"), E(ISDIR));
  OK(stat_error(ROOT, 0, "source"));
}

static void directory_to_new_name(void) {
  OK(__wasi_path_create_directory(ROOT, "source"));
  OK(__wasi_path_rename(ROOT, "source", ROOT, "target"));
  CHECK(open_error(ROOT, 0, "source", __WASI_OFLAGS_DIRECTORY), E(NOENT));
  OK(open_error(ROOT, 0, "target", __WASI_OFLAGS_DIRECTORY));
}

static void directory_onto_empty(void) {
  OK(__wasi_path_create_directory(ROOT, "source"));
  make_file(ROOT, "source/file", "");
  OK(__wasi_path_create_directory(ROOT, "target"));
  OK(__wasi_path_rename(ROOT, "source", ROOT, "target"));
  CHECK(open_error(ROOT, 0, "source", __WASI_OFLAGS_DIRECTORY), E(NOENT));
  OK(stat_error(ROOT, 0, "target/file"));
}

static void directory_onto_nonempty(void) {
  OK(__wasi_path_create_directory(ROOT, "source"));
  OK(__wasi_path_create_directory(ROOT, "target"));
  make_file(ROOT, "target/file", "");
  CHECK(__wasi_path_rename(ROOT, "source", ROOT, "target"), E(NOTEMPTY));
  CHECK(__wasi_path_rename(ROOT, "source", ROOT, "target/file"), E(NOTDIR));
  OK(stat_error(ROOT, 0, "target/file"));
}

static void directory_into_itself(void) {
  OK(__wasi_path_create_directory(ROOT, "dir"));
  CHECK(__wasi_path_rename(ROOT, "dir", ROOT, "dir/inner"), E(INVAL));
}

static void onto_itself(void) {
  make_file(ROOT, "file", "x");
  OK(__wasi_path_link(ROOT, 0, "file", ROOT, "link"));
  OK(__wasi_path_rename(ROOT, "file", ROOT, "file"));
  OK(__wasi_path_rename(ROOT, "file", ROOT, "link"));
  OK(stat_error(ROOT, 0, "file"));
}

static void missing(void) {
  CHECK(__wasi_path_rename(ROOT, "absent", ROOT, "target"), E(NOENT));
  make_file(ROOT, "file", "");
  CHECK(__wasi_path_rename(ROOT, "file", ROOT, "absent/target"), E(NOENT));
  CHECK(__wasi_path_rename(ROOT, "file/x", ROOT, "target"), E(NOTDIR));
}

static void between_directories(void) {
  __wasi_fd_t one = make_dir(ROOT, "one"), two = make_dir(ROOT, "two");
  make_file(one, "file", "x");
  OK(__wasi_path_rename(one, "file", two, "moved"));
  check_text(ROOT, "two/moved", "x");
  CHECK(stat_error(one, 0, "file"), E(NOENT));
}

// A link is renamed itself, never its target.
static void symlink(void) {
  make_file(ROOT, "file", "x");
  OK(__wasi_path_symlink("file", ROOT, "link"));
  OK(__wasi_path_rename(ROOT, "link", ROOT, "moved"));
  CHECK(stat_of(ROOT, 0, "moved").filetype, __WASI_FILETYPE_SYMBOLIC_LINK);
  make_file(ROOT, "other", "y");
  OK(__wasi_path_rename(ROOT, "other", ROOT, "moved"));
  CHECK(stat_of(ROOT, 0, "moved").filetype, __WASI_FILETYPE_REGULAR_FILE);
  check_text(ROOT, "file", "x");
}

static void directory_with_slashes(void) {
  OK(__wasi_path_create_directory(ROOT, "source"));
  OK(__wasi_path_rename(ROOT, "source/", ROOT, "target"));
  OK(__wasi_path_rename(ROOT, "target", ROOT, "source/"));
  OK(__wasi_path_rename(ROOT, "source/", ROOT, "target/"));
  OK(__wasi_path_rename(ROOT, "target", ROOT, "source"));
  OK(stat_error(ROOT, 0, "source"));
}

static void file_with_slashes(void) {
  make_file(ROOT, "source", "");
  CHECK(__wasi_path_rename(ROOT, "source/", ROOT, "target"), E(NOTDIR));
  CHECK(__wasi_path_rename(ROOT, "source", ROOT, "target/"), E(NOTDIR));
  CHECK(__wasi_path_rename(ROOT, "source/", ROOT, "target/"), E(NOTDIR));
  make_file(ROOT, "target", "");
  CHECK(__wasi_path_rename(ROOT, "source", ROOT, "target/"), E(NOTDIR));
  OK(stat_error(ROOT, 0, "source"));
}

// The directory one stands on, and dots, cannot be renamed.
static void dots(void) {
  OK(__wasi_path_create_directory(ROOT, "dir"));
  CHECK_ANY(__wasi_path_rename(ROOT, ".", ROOT, "target"), E(BUSY), E(INVAL));
  CHECK_ANY(__wasi_path_rename(ROOT, "dir", ROOT, "."), E(BUSY), E(INVAL), E(EXIST), E(NOTEMPTY));
  CHECK_ANY(__wasi_path_rename(ROOT, "dir/.", ROOT, "target"), E(BUSY), E(INVAL));
}

CASES({"file-to-new-name", file_to_new_name}, {"file-onto-file", file_onto_file},
      {"file-onto-directory", file_onto_directory}, {"directory-to-new-name", directory_to_new_name},
      {"directory-onto-empty", directory_onto_empty}, {"directory-onto-nonempty", directory_onto_nonempty},
      {"directory-into-itself", directory_into_itself}, {"onto-itself", onto_itself}, {"missing", missing},
      {"between-directories", between_directories}, {"symlink", symlink},
      {"directory-with-slashes", directory_with_slashes}, {"file-with-slashes", file_with_slashes},
      {"dots", dots})
