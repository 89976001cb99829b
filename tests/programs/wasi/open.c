// path_open: creation, exclusion, directories, the rights that come out, the number that comes out.
#include "scratch.h"

#define CREAT __WASI_OFLAGS_CREAT
#define EXCL __WASI_OFLAGS_EXCL
#define TRUNC __WASI_OFLAGS_TRUNC
#define DIRECTORY __WASI_OFLAGS_DIRECTORY

static void missing(void) {
  CHECK(open_error(ROOT, 0, "file", 0), E(NOENT));
  CHECK(open_error(ROOT, 0, "dir/file", CREAT), E(NOENT));
  CHECK(open_error(ROOT, 0, "file", TRUNC), E(NOENT));
  CHECK(open_error(ROOT, 0, "file", DIRECTORY), E(NOENT));
}

static void create_existing(void) {
  make_file(ROOT, "file", "kept");
  CHECK(open_error(ROOT, 0, "file", CREAT | EXCL), E(EXIST));
  OK(open_error(ROOT, 0, "file", CREAT));
  check_text(ROOT, "file", "kept");
  OK(open_error(ROOT, 0, "new", CREAT | EXCL));
}

// An exclusive creation does not follow a symlink, not even a dangling one.
static void create_exclusively_at_a_symlink(void) {
  OK(__wasi_path_symlink("absent", ROOT, "link"));
  CHECK(open_error(ROOT, FOLLOW, "link", CREAT | EXCL), E(EXIST));
  CHECK(stat_error(ROOT, 0, "absent"), E(NOENT));
}

static void directory_of_a_file(void) {
  make_file(ROOT, "file", "");
  CHECK(open_error(ROOT, 0, "file", DIRECTORY), E(NOTDIR));
  CHECK(open_error(ROOT, 0, "file/x", CREAT), E(NOTDIR));
}

static void directory_with_no_rights(void) {
  __wasi_fd_t fd;
  OK(try_open(ROOT, ".", 0, 0, &fd));
  OK(try_open(ROOT, ".", DIRECTORY, 0, &fd));
  OK(try_open(ROOT, ".", DIRECTORY, R(FD_READ), &fd));
}

static void directory_for_writing(void) {
  __wasi_fd_t fd;
  CHECK(try_open(ROOT, ".", DIRECTORY, R(FD_READ) | R(FD_WRITE), &fd), E(ISDIR));
  OK(__wasi_path_create_directory(ROOT, "dir"));
  CHECK(try_open(ROOT, "dir", 0, R(FD_READ) | R(FD_WRITE), &fd), E(ISDIR));
  CHECK(try_open(ROOT, "dir", CREAT, R(FD_WRITE), &fd), E(ISDIR));
}

// O_CREAT|O_DIRECTORY would make a file or a directory depending on the host.
static void create_directory_by_open(void) {
  __wasi_fd_t fd;
  CHECK(try_open(ROOT, "new", CREAT | DIRECTORY, 0, &fd), E(INVAL));
  CHECK(stat_error(ROOT, 0, "new"), E(NOENT));
}

static void same_rights_again(void) {
  __wasi_fdstat_t stat = fdstat_of(ROOT);
  __wasi_fd_t fd;
  OK(__wasi_path_open(ROOT, 0, ".", 0, stat.fs_rights_base, stat.fs_rights_inheriting, 0, &fd));
  CHECK_TRUE(fd > ROOT);
}

// Userland takes these for granted on every directory.
static void rights_of_a_preopen(void) {
  const __wasi_rights_t base =
      R(PATH_CREATE_DIRECTORY) | R(PATH_CREATE_FILE) | R(PATH_LINK_SOURCE) | R(PATH_LINK_TARGET) | R(PATH_OPEN) |
      R(FD_READDIR) | R(PATH_READLINK) | R(PATH_RENAME_SOURCE) | R(PATH_RENAME_TARGET) | R(PATH_SYMLINK) |
      R(PATH_REMOVE_DIRECTORY) | R(PATH_UNLINK_FILE) | R(PATH_FILESTAT_GET) | R(PATH_FILESTAT_SET_TIMES) |
      R(FD_FILESTAT_GET) | R(FD_FILESTAT_SET_TIMES);
  __wasi_fdstat_t stat = fdstat_of(ROOT);
  CHECK(stat.fs_filetype, __WASI_FILETYPE_DIRECTORY);
  CHECK(stat.fs_flags, 0);
  CHECK(stat.fs_rights_base & base, base);
  CHECK(stat.fs_rights_inheriting & (base | ALL_FILE_RIGHTS), base | ALL_FILE_RIGHTS);
  CHECK(stat.fs_rights_base & (R(FD_SEEK) | R(FD_WRITE) | R(FD_FILESTAT_SET_SIZE)), 0);
}

static void read_only_and_write_only(void) {
  char bytes[100];
  __wasi_size_t moved;
  make_file(ROOT, "file", "");
  __wasi_fd_t reader = open_file(ROOT, "file", 0, R(FD_READ));
  CHECK(fdstat_of(reader).fs_rights_base & (R(FD_READ) | R(FD_WRITE)), R(FD_READ));
  OK(try_read(reader, bytes, sizeof(bytes), &moved));
  CHECK(moved, 0);
  CHECK_NO_RIGHT(try_write(reader, "x", &moved));
  __wasi_fd_t writer = open_file(ROOT, "file", 0, R(FD_WRITE));
  CHECK(fdstat_of(writer).fs_rights_base & (R(FD_READ) | R(FD_WRITE)), R(FD_WRITE));
  CHECK_NO_RIGHT(try_read(writer, bytes, sizeof(bytes), &moved));
  write_text(writer, "one");
  __wasi_fd_t both = open_file(ROOT, "file", 0, R(FD_READ) | R(FD_WRITE) | R(FD_FILESTAT_GET));
  CHECK(fdstat_of(both).fs_rights_base & (R(FD_READ) | R(FD_WRITE)), R(FD_READ) | R(FD_WRITE));
  OK(try_read(both, bytes, sizeof(bytes), &moved));
  CHECK(moved, 3);
  write_text(both, "two");
  check_text(ROOT, "file", "onetwo");
}

static void nonblock_directory(void) {
  __wasi_fd_t fd;
  OK(__wasi_path_open(ROOT, 0, ".", 0, 0, 0, __WASI_FDFLAGS_NONBLOCK, &fd));
}

// A new descriptor has the lowest free number above the standard streams and preopens, as libc's dup counts on.
static void reuses_numbers(void) {
  __wasi_fd_t first = create_file(ROOT, "a"), second = create_file(ROOT, "b");
  CHECK_TRUE(first != second);
  OK(__wasi_fd_close(first));
  for (int i = 0; i < 5000; i++) {
    __wasi_fd_t fd = create_file(ROOT, "c");
    CHECK_TRUE(fd < 1000);
    OK(__wasi_fd_close(fd));
  }
}

// Bits outside of oflags, lookupflags and fdflags. wasmtime traps; the documentation gives inval.
static void unknown_oflags(void) {
  __wasi_fd_t fd;
  CHECK(__wasi_path_open(ROOT, 0, ".", 0x10, 0, 0, 0, &fd), E(INVAL));
}

static void unknown_fdflags(void) {
  __wasi_fd_t fd;
  CHECK(__wasi_path_open(ROOT, 0, ".", 0, 0, 0, 0x20, &fd), E(INVAL));
}

static void unknown_lookupflags(void) {
  __wasi_fd_t fd;
  CHECK(__wasi_path_open(ROOT, 2, ".", 0, 0, 0, 0, &fd), E(INVAL));
}

CASES({"missing", missing}, {"create-existing", create_existing},
      {"create-exclusively-at-a-symlink", create_exclusively_at_a_symlink},
      {"directory-of-a-file", directory_of_a_file}, {"directory-with-no-rights", directory_with_no_rights},
      {"directory-for-writing", directory_for_writing}, {"create-directory-by-open", create_directory_by_open},
      {"same-rights-again", same_rights_again}, {"rights-of-a-preopen", rights_of_a_preopen},
      {"read-only-and-write-only", read_only_and_write_only}, {"nonblock-directory", nonblock_directory},
      {"reuses-numbers", reuses_numbers}, {"unknown-oflags", unknown_oflags},
      {"unknown-fdflags", unknown_fdflags}, {"unknown-lookupflags", unknown_lookupflags})
