// Forms of paths: absolute, escaping, with `..` inside, empty, too long, with a NUL, not UTF-8, ending in
// slashes. Every call that takes a path is asked.
#include "raw.h"
#include "scratch.h"

// Asks every call for `path` of `length` bytes, each with what it needs to get as far as the path.
static void each_call(const char *path, uint32_t length, void (*judge)(const char *, int32_t)) {
  uint64_t out[8];
  uint32_t at = ADDRESS(path);
  judge("path_open", raw_path_open(ROOT, 0, at, length, 0, 0, 0, 0, ADDRESS(out)));
  judge("path_open creating", raw_path_open(ROOT, 0, at, length, 1, 0, 0, 0, ADDRESS(out)));
  judge("path_create_directory", raw_path_create_directory(ROOT, at, length));
  judge("path_filestat_get", raw_path_filestat_get(ROOT, 0, at, length, ADDRESS(out)));
  judge("path_filestat_get following", raw_path_filestat_get(ROOT, FOLLOW, at, length, ADDRESS(out)));
  judge("path_filestat_set_times", raw_path_filestat_set_times(ROOT, 0, at, length, 0, 0, __WASI_FSTFLAGS_MTIM));
  judge("path_link from", raw_path_link(ROOT, 0, at, length, ROOT, ADDRESS("free"), 4));
  judge("path_link to", raw_path_link(ROOT, 0, ADDRESS("there"), 5, ROOT, at, length));
  judge("path_readlink", raw_path_readlink(ROOT, at, length, ADDRESS(out), 8, ADDRESS(out + 1)));
  judge("path_remove_directory", raw_path_remove_directory(ROOT, at, length));
  judge("path_rename from", raw_path_rename(ROOT, at, length, ROOT, ADDRESS("free"), 4));
  judge("path_rename to", raw_path_rename(ROOT, ADDRESS("there"), 5, ROOT, at, length));
  judge("path_symlink at", raw_path_symlink(ADDRESS("there"), 5, ROOT, at, length));
  judge("path_unlink_file", raw_path_unlink_file(ROOT, at, length));
}

static void judge_one(const char *call, int32_t got, const char *wanted, int32_t first, int32_t second,
                      int32_t third) {
  if (got != first && got != second && got != third) fail("paths.c", 0, call, got, wanted, first);
}

static void is_outside(const char *call, int32_t got) {
  judge_one(call, got, "perm or notcapable", E(PERM), E(NOTCAPABLE), E(PERM));
}

static void is_missing(const char *call, int32_t got) {
  judge_one(call, got, "noent", E(NOENT), E(NOENT), E(NOENT));
}

static void is_bad_utf8(const char *call, int32_t got) {
  judge_one(call, got, "ilseq", E(ILSEQ), E(ILSEQ), E(ILSEQ));
}

static void is_bad_nul(const char *call, int32_t got) {
  judge_one(call, got, "inval, ilseq or noent", E(INVAL), E(ILSEQ), E(NOENT));
}

static void is_too_long(const char *call, int32_t got) {
  judge_one(call, got, "nametoolong", E(NAMETOOLONG), E(NAMETOOLONG), E(NAMETOOLONG));
}

static void absolute(void) {
  make_file(ROOT, "there", "");
  each_call("/there", 6, is_outside);
  each_call("/", 1, is_outside);
}

static void above_the_root(void) {
  make_file(ROOT, "there", "");
  OK(__wasi_path_create_directory(ROOT, "dir"));
  each_call("../x", 4, is_outside);
  each_call("dir/../../x", 11, is_outside);
  CHECK_OUTSIDE(open_error(ROOT, 0, "..", 0));
  CHECK_OUTSIDE(stat_error(ROOT, 0, ".."));
  CHECK_OUTSIDE(open_error(ROOT, 0, "dir/../..", __WASI_OFLAGS_DIRECTORY));
}

// Out and in again is out: the directory's own name outside is none of the program's business.
static void out_and_in_again(void) {
  OK(__wasi_path_create_directory(ROOT, "dir"));
  OK(__wasi_path_create_directory(ROOT, "dir/nested"));
  make_file(ROOT, "dir/nested/file", "");
  __wasi_fd_t dir = open_dir(ROOT, "dir");
  CHECK_OUTSIDE(open_error(dir, 0, "nested/../../dir/nested/file", 0));
  CHECK_OUTSIDE(open_error(dir, 0, "../dir/nested/file", 0));
}

static void dots_inside(void) {
  OK(__wasi_path_create_directory(ROOT, "dir"));
  OK(__wasi_path_create_directory(ROOT, "dir/nested"));
  make_file(ROOT, "dir/nested/file", "");
  OK(open_error(ROOT, 0, "dir/.//nested/../../dir/nested/../nested///./file", 0));
  OK(stat_error(ROOT, 0, "./dir//nested/./file"));
  OK(stat_error(ROOT, 0, "dir/.."));
  OK(stat_error(ROOT, 0, "."));
  OK(stat_error(ROOT, 0, "dir/."));
  CHECK(stat_of(ROOT, 0, "dir/..").ino, stat_of(ROOT, 0, ".").ino);
  CHECK(stat_error(ROOT, 0, "absent/../dir"), E(NOENT));
  CHECK(stat_error(ROOT, 0, "dir/nested/file/../file"), E(NOTDIR));
}

static void empty(void) {
  make_file(ROOT, "there", "");
  each_call("", 0, is_missing);
}

static void with_nul(void) {
  make_file(ROOT, "there", "");
  OK(__wasi_path_create_directory(ROOT, "dir"));
  each_call("there\0", 6, is_bad_nul);
  each_call("a\0b", 3, is_bad_nul);
  CHECK(stat_error(ROOT, 0, "a"), E(NOENT));
}

static void not_utf8(void) {
  make_file(ROOT, "there", "");
  each_call("\xff", 1, is_bad_utf8);
  each_call("a\xc3", 2, is_bad_utf8);
  each_call("\xed\xa0\x80", 3, is_bad_utf8);
  each_call("\xc0\xaf", 2, is_bad_utf8);
}

static void unicode(void) {
  make_file(ROOT, "na\xc3\xafve \xe2\x9c\x93 \xf0\x9f\x8e\x89", "x");
  check_text(ROOT, "na\xc3\xafve \xe2\x9c\x93 \xf0\x9f\x8e\x89", "x");
}

static void name_too_long(void) {
  static char path[256];
  make_file(ROOT, "there", "");
  memset(path, 'x', sizeof(path));
  each_call(path, 256, is_too_long);
}

// A path that the host would not take whole is too long even if each step of it is short (wasmtime walks
// some of these step by step and so gets through).
static void path_too_long(void) {
  static char path[5000];
  make_file(ROOT, "there", "");
  for (size_t i = 1; i < sizeof(path); i += 2) path[i] = '/';
  for (size_t i = 0; i < sizeof(path); i += 2) path[i] = '.';
  path[sizeof(path) - 1] = 'y';
  each_call(path, sizeof(path), is_too_long);
}

// A slash at the end asks for a directory.
static void slash_after_a_file(void) {
  uint8_t buffer[8];
  __wasi_size_t used;
  make_file(ROOT, "file", "");
  CHECK_ANY(open_error(ROOT, 0, "file/", 0), E(NOTDIR), E(NOENT));
  CHECK_ANY(open_error(ROOT, 0, "file///", 0), E(NOTDIR), E(NOENT));
  CHECK_ANY(open_error(ROOT, FOLLOW, "file/", 0), E(NOTDIR), E(NOENT));
  CHECK(stat_error(ROOT, 0, "file/"), E(NOTDIR));
  CHECK(stat_error(ROOT, FOLLOW, "file/"), E(NOTDIR));
  CHECK(__wasi_path_filestat_set_times(ROOT, 0, "file/", 0, 0, __WASI_FSTFLAGS_MTIM), E(NOTDIR));
  CHECK(__wasi_path_unlink_file(ROOT, "file/"), E(NOTDIR));
  CHECK(__wasi_path_remove_directory(ROOT, "file/"), E(NOTDIR));
  CHECK(__wasi_path_remove_directory(ROOT, "file"), E(NOTDIR));
  CHECK(__wasi_path_rename(ROOT, "file/", ROOT, "other"), E(NOTDIR));
  CHECK(__wasi_path_rename(ROOT, "file", ROOT, "other/"), E(NOTDIR));
  CHECK_ANY(__wasi_path_link(ROOT, 0, "file/", ROOT, "other"), E(NOTDIR), E(NOENT));
  CHECK(__wasi_path_link(ROOT, 0, "file", ROOT, "other/"), E(NOENT));
  CHECK_ANY(__wasi_path_create_directory(ROOT, "file/"), E(EXIST), E(NOTDIR));
  CHECK_ANY(__wasi_path_symlink("x", ROOT, "file/"), E(NOTDIR), E(EXIST), E(NOENT));
  CHECK_ANY(__wasi_path_readlink(ROOT, "file/", buffer, 8, &used), E(NOTDIR), E(INVAL));
  CHECK(stat_of(ROOT, 0, "file").nlink, 1);
}

static void slash_after_a_directory(void) {
  __wasi_fd_t fd;
  OK(__wasi_path_create_directory(ROOT, "dir/"));
  OK(__wasi_path_create_directory(ROOT, "dir/nested///"));
  OK(open_error(ROOT, 0, "dir/nested/", 0));
  OK(open_error(ROOT, 0, "dir/nested///", 0));
  OK(try_open(ROOT, "dir/", __WASI_OFLAGS_DIRECTORY, 0, &fd));
  CHECK(stat_of(ROOT, 0, "dir/").filetype, __WASI_FILETYPE_DIRECTORY);
  OK(__wasi_path_filestat_set_times(ROOT, 0, "dir/", 0, 5, __WASI_FSTFLAGS_MTIM));
  CHECK(__wasi_path_unlink_file(ROOT, "dir"), E(ISDIR));
  CHECK(__wasi_path_unlink_file(ROOT, "dir/"), E(ISDIR));
  CHECK_ANY(open_error(ROOT, 0, "absent/", __WASI_OFLAGS_CREAT), E(ISDIR), E(NOENT), E(INVAL));
  CHECK(stat_error(ROOT, 0, "absent"), E(NOENT));
}

// wasmtime 50 answers inval where the suite wants success: a known failure of its own.
static void remove_directory_with_slash(void) {
  OK(__wasi_path_create_directory(ROOT, "dir"));
  OK(__wasi_path_remove_directory(ROOT, "dir/"));
  CHECK(stat_error(ROOT, 0, "dir"), E(NOENT));
  OK(__wasi_path_create_directory(ROOT, "dir"));
  OK(__wasi_path_symlink("dir", ROOT, "to-dir"));
  CHECK(__wasi_path_remove_directory(ROOT, "to-dir/"), E(NOTDIR));
  OK(__wasi_path_remove_directory(ROOT, "dir"));
}

// A slash makes a symlink be followed, for all flags.
static void slash_after_a_symlink(void) {
  uint8_t buffer[8];
  __wasi_size_t used;
  OK(__wasi_path_create_directory(ROOT, "dir"));
  make_file(ROOT, "file", "");
  OK(__wasi_path_symlink("dir", ROOT, "to-dir"));
  OK(__wasi_path_symlink("file", ROOT, "to-file"));
  OK(__wasi_path_symlink("absent", ROOT, "to-nothing"));
  OK(open_error(ROOT, FOLLOW, "to-dir/", __WASI_OFLAGS_DIRECTORY));
  CHECK(stat_of(ROOT, FOLLOW, "to-dir/").filetype, __WASI_FILETYPE_DIRECTORY);
  CHECK(stat_of(ROOT, 0, "to-dir/").filetype, __WASI_FILETYPE_DIRECTORY);
  CHECK(stat_error(ROOT, 0, "to-file/"), E(NOTDIR));
  CHECK(stat_error(ROOT, 0, "to-nothing/"), E(NOENT));
  CHECK_ANY(__wasi_path_unlink_file(ROOT, "to-dir/"), E(NOTDIR), E(ISDIR));
  CHECK(__wasi_path_unlink_file(ROOT, "to-file/"), E(NOTDIR));
  CHECK_ANY(__wasi_path_readlink(ROOT, "to-dir/", buffer, 8, &used), E(INVAL));
  CHECK(stat_of(ROOT, 0, "to-dir").filetype, __WASI_FILETYPE_SYMBOLIC_LINK);
}

CASES({"absolute", absolute}, {"above-the-root", above_the_root}, {"out-and-in-again", out_and_in_again},
      {"dots-inside", dots_inside}, {"empty", empty}, {"with-nul", with_nul}, {"not-utf8", not_utf8},
      {"unicode", unicode}, {"name-too-long", name_too_long}, {"path-too-long", path_too_long}, {"slash-after-a-file", slash_after_a_file},
      {"slash-after-a-directory", slash_after_a_directory},
      {"remove-directory-with-slash", remove_directory_with_slash},
      {"slash-after-a-symlink", slash_after_a_symlink})
