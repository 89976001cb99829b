// Symbolic links: making, reading, following and not following, loops, dangling, leaving the directory.
#include "scratch.h"

#define DIRECTORY __WASI_OFLAGS_DIRECTORY

static void to_a_file(void) {
  make_file(ROOT, "target", "x");
  OK(__wasi_path_symlink("target", ROOT, "link"));
  OK(open_error(ROOT, FOLLOW, "link", 0));
  CHECK(open_error(ROOT, 0, "link", 0), E(LOOP));
  OK(__wasi_path_unlink_file(ROOT, "link"));
  OK(stat_error(ROOT, 0, "target"));
}

static void to_a_directory(void) {
  OK(__wasi_path_create_directory(ROOT, "target"));
  make_file(ROOT, "target/file", "x");
  OK(__wasi_path_symlink("target", ROOT, "link"));
  OK(open_error(ROOT, FOLLOW, "link", DIRECTORY));
  // A link on the way is followed for all flags.
  OK(open_error(ROOT, 0, "link/file", 0));
  check_text(ROOT, "link/file", "x");
  CHECK(__wasi_path_remove_directory(ROOT, "link"), E(NOTDIR));
  OK(__wasi_path_unlink_file(ROOT, "link"));
  OK(stat_error(ROOT, 0, "target/file"));
}

static void nofollow(void) {
  OK(__wasi_path_create_directory(ROOT, "target"));
  OK(__wasi_path_symlink("target", ROOT, "link"));
  CHECK_ANY(open_error(ROOT, 0, "link", DIRECTORY), E(NOTDIR), E(LOOP));
  CHECK(open_error(ROOT, 0, "link", 0), E(LOOP));
  OK(open_error(ROOT, FOLLOW, "link", DIRECTORY));
  OK(__wasi_path_remove_directory(ROOT, "target"));
  make_file(ROOT, "target", "");
  CHECK_ANY(open_error(ROOT, 0, "link", DIRECTORY), E(NOTDIR), E(LOOP));
  CHECK(open_error(ROOT, 0, "link", 0), E(LOOP));
  CHECK(open_error(ROOT, FOLLOW, "link", DIRECTORY), E(NOTDIR));
  CHECK(open_error(ROOT, 0, "link", __WASI_OFLAGS_TRUNC), E(LOOP));
}

static void dangling(void) {
  OK(__wasi_path_symlink("absent", ROOT, "link"));
  CHECK_ANY(open_error(ROOT, 0, "link", DIRECTORY), E(NOTDIR), E(LOOP));
  CHECK(open_error(ROOT, 0, "link", 0), E(LOOP));
  CHECK(open_error(ROOT, FOLLOW, "link", 0), E(NOENT));
  CHECK(open_error(ROOT, 0, "link", __WASI_OFLAGS_CREAT), E(LOOP));
  CHECK(stat_error(ROOT, FOLLOW, "link"), E(NOENT));
  CHECK(stat_of(ROOT, 0, "link").filetype, __WASI_FILETYPE_SYMBOLIC_LINK);
  CHECK(stat_of(ROOT, 0, "link").size, 6);
  CHECK(__wasi_path_filestat_set_times(ROOT, FOLLOW, "link", 0, 1, __WASI_FSTFLAGS_MTIM), E(NOENT));
  OK(__wasi_path_filestat_set_times(ROOT, 0, "link", 0, 1000, __WASI_FSTFLAGS_MTIM));
  CHECK(__wasi_path_create_directory(ROOT, "link"), E(EXIST));
  CHECK(stat_error(ROOT, 0, "absent"), E(NOENT));
}

// Creating through a dangling link makes its target, inside of the directory.
static void create_through_a_dangling_link(void) {
  OK(__wasi_path_symlink("absent", ROOT, "link"));
  OK(open_error(ROOT, FOLLOW, "link", __WASI_OFLAGS_CREAT));
  CHECK(stat_of(ROOT, 0, "absent").filetype, __WASI_FILETYPE_REGULAR_FILE);
}

static void loop(void) {
  OK(__wasi_path_symlink("self", ROOT, "self"));
  OK(__wasi_path_symlink("two", ROOT, "one"));
  OK(__wasi_path_symlink("one", ROOT, "two"));
  CHECK(open_error(ROOT, 0, "self", 0), E(LOOP));
  CHECK(open_error(ROOT, FOLLOW, "self", 0), E(LOOP));
  CHECK(open_error(ROOT, FOLLOW, "one", 0), E(LOOP));
  CHECK(stat_error(ROOT, FOLLOW, "one"), E(LOOP));
  CHECK(open_error(ROOT, 0, "self/x", 0), E(LOOP));
  OK(stat_error(ROOT, 0, "self"));
}

// Forty links in a row are followed on Linux, one more is a loop.
static void long_chain(void) {
  char from[4] = "l00", to[4] = "l00";
  make_file(ROOT, "l00", "end");
  for (int i = 1; i <= 41; i++) {
    from[1] = (char)('0' + i / 10);
    from[2] = (char)('0' + i % 10);
    OK(__wasi_path_symlink(to, ROOT, from));
    memcpy(to, from, 4);
  }
  OK(open_error(ROOT, FOLLOW, "l20", 0));
  CHECK(open_error(ROOT, FOLLOW, "l41", 0), E(LOOP));
}

static void read_link(void) {
  uint8_t buffer[10] = {0};
  __wasi_size_t used = 99;
  make_file(ROOT, "target", "");
  OK(__wasi_path_symlink("target", ROOT, "link"));
  OK(__wasi_path_readlink(ROOT, "link", buffer, sizeof(buffer), &used));
  CHECK(used, 6);
  CHECK(memcmp(buffer, "target\0\0\0\0", 10), 0);
  memset(buffer, 0, sizeof(buffer));
  OK(__wasi_path_readlink(ROOT, "link", buffer, 4, &used));
  CHECK(used, 4);
  CHECK(memcmp(buffer, "targ\0\0", 6), 0);
  OK(__wasi_path_readlink(ROOT, "link", buffer, 6, &used));
  CHECK(used, 6);
}

static void read_link_without_room(void) {
  uint8_t buffer[1] = {7};
  __wasi_size_t used = 99;
  OK(__wasi_path_symlink("target", ROOT, "link"));
  OK(__wasi_path_readlink(ROOT, "link", buffer, 0, &used));
  CHECK(used, 0);
  CHECK(buffer[0], 7);
}

static void read_link_of_others(void) {
  uint8_t buffer[10];
  __wasi_size_t used;
  make_file(ROOT, "file", "");
  OK(__wasi_path_create_directory(ROOT, "dir"));
  CHECK(__wasi_path_readlink(ROOT, "file", buffer, 10, &used), E(INVAL));
  CHECK(__wasi_path_readlink(ROOT, "dir", buffer, 10, &used), E(INVAL));
  CHECK(__wasi_path_readlink(ROOT, "absent", buffer, 10, &used), E(NOENT));
}

static void existing_name(void) {
  CHECK(__wasi_path_symlink("source", ROOT, "target/"), E(NOENT));
  OK(__wasi_path_symlink("source", ROOT, "target"));
  CHECK(__wasi_path_symlink("source", ROOT, "target"), E(EXIST));
  OK(__wasi_path_unlink_file(ROOT, "target"));
  OK(__wasi_path_create_directory(ROOT, "target"));
  CHECK(__wasi_path_symlink("source", ROOT, "target/"), E(EXIST));
  CHECK(__wasi_path_symlink("source", ROOT, "target"), E(EXIST));
  OK(__wasi_path_remove_directory(ROOT, "target"));
  make_file(ROOT, "target", "");
  CHECK_ANY(__wasi_path_symlink("source", ROOT, "target/"), E(NOTDIR), E(EXIST), E(NOENT));
  CHECK(__wasi_path_symlink("source", ROOT, "target"), E(EXIST));
}

// A program may not leave a link behind that names a place outside of every directory it has.
static void absolute_target(void) {
  CHECK_OUTSIDE(__wasi_path_symlink("/", ROOT, "link"));
  CHECK_OUTSIDE(__wasi_path_symlink("/etc/passwd", ROOT, "link"));
  CHECK(stat_error(ROOT, 0, "link"), E(NOENT));
}

static void empty_target(void) {
  CHECK_ANY(__wasi_path_symlink("", ROOT, "link"), E(NOENT), E(INVAL));
}

// Such a link can be made (it may make sense elsewhere), read and stat'ed, but not walked through.
static void upward_target(void) {
  uint8_t buffer[16];
  __wasi_size_t used;
  OK(__wasi_path_symlink("../outside", ROOT, "link"));
  OK(__wasi_path_readlink(ROOT, "link", buffer, sizeof(buffer), &used));
  CHECK(used, 10);
  OK(stat_error(ROOT, 0, "link"));
  CHECK_OUTSIDE(open_error(ROOT, FOLLOW, "link", 0));
  CHECK_OUTSIDE(open_error(ROOT, FOLLOW, "link", __WASI_OFLAGS_CREAT));
  CHECK_OUTSIDE(open_error(ROOT, 0, "link/x", 0));
  CHECK_OUTSIDE(stat_error(ROOT, FOLLOW, "link"));
  CHECK_OUTSIDE(__wasi_path_filestat_set_times(ROOT, FOLLOW, "link", 0, 0, __WASI_FSTFLAGS_MTIM_NOW));
  CHECK_OUTSIDE(__wasi_path_create_directory(ROOT, "link/x"));
}

// Upwards within the directory is no escape.
static void upward_inside(void) {
  OK(__wasi_path_create_directory(ROOT, "dir"));
  make_file(ROOT, "file", "x");
  OK(__wasi_path_symlink("../file", ROOT, "dir/link"));
  OK(open_error(ROOT, FOLLOW, "dir/link", 0));
  __wasi_fd_t dir = open_dir(ROOT, "dir");
  CHECK_OUTSIDE(open_error(dir, FOLLOW, "link", 0));
}

// The host put these here: `absolute` -> /etc, `up` -> ../.., `passwd` -> /etc/passwd.
static void made_by_the_host(void) {
  CHECK_OUTSIDE(open_error(ROOT, FOLLOW, "absolute", DIRECTORY));
  CHECK_OUTSIDE(open_error(ROOT, 0, "absolute/passwd", 0));
  CHECK_OUTSIDE(stat_error(ROOT, 0, "absolute/passwd"));
  CHECK_OUTSIDE(stat_error(ROOT, FOLLOW, "passwd"));
  CHECK_OUTSIDE(open_error(ROOT, FOLLOW, "up", DIRECTORY));
  CHECK_OUTSIDE(open_error(ROOT, 0, "up/x", __WASI_OFLAGS_CREAT));
  CHECK_OUTSIDE(__wasi_path_rename(ROOT, "file", ROOT, "up/file"));
  CHECK_OUTSIDE(__wasi_path_link(ROOT, 0, "file", ROOT, "up/file"));
  CHECK_OUTSIDE(__wasi_path_unlink_file(ROOT, "up/x"));
  CHECK_OUTSIDE(__wasi_path_symlink("x", ROOT, "up/x"));
  CHECK(stat_of(ROOT, 0, "passwd").filetype, __WASI_FILETYPE_SYMBOLIC_LINK);
  CHECK(open_error(ROOT, 0, "passwd", 0), E(LOOP));
}

static void exists(void) {
  OK(__wasi_path_create_directory(ROOT, "dir"));
  make_file(ROOT, "dir/file", "");
  OK(__wasi_path_symlink("dir/file", ROOT, "to-file"));
  OK(__wasi_path_symlink("dir", ROOT, "to-dir"));
  CHECK(stat_of(ROOT, 0, "dir").filetype, __WASI_FILETYPE_DIRECTORY);
  CHECK(stat_of(ROOT, FOLLOW, "dir").filetype, __WASI_FILETYPE_DIRECTORY);
  CHECK(stat_of(ROOT, 0, "dir/file").filetype, __WASI_FILETYPE_REGULAR_FILE);
  CHECK(stat_of(ROOT, FOLLOW, "dir/file").filetype, __WASI_FILETYPE_REGULAR_FILE);
  CHECK(stat_of(ROOT, 0, "to-file").filetype, __WASI_FILETYPE_SYMBOLIC_LINK);
  CHECK(stat_of(ROOT, FOLLOW, "to-file").filetype, __WASI_FILETYPE_REGULAR_FILE);
  CHECK(stat_of(ROOT, 0, "to-dir").filetype, __WASI_FILETYPE_SYMBOLIC_LINK);
  CHECK(stat_of(ROOT, FOLLOW, "to-dir").filetype, __WASI_FILETYPE_DIRECTORY);
}

CASES({"to-a-file", to_a_file}, {"to-a-directory", to_a_directory}, {"nofollow", nofollow},
      {"dangling", dangling}, {"create-through-a-dangling-link", create_through_a_dangling_link}, {"loop", loop},
      {"long-chain", long_chain}, {"read-link", read_link}, {"read-link-without-room", read_link_without_room},
      {"read-link-of-others", read_link_of_others}, {"existing-name", existing_name},
      {"absolute-target", absolute_target}, {"empty-target", empty_target}, {"upward-target", upward_target},
      {"upward-inside", upward_inside}, {"made-by-the-host", made_by_the_host}, {"exists", exists})
