// Rights: asked for at opening, taken away for good, never gained. wasmtime keeps no rights (set_rights is
// notsup there), so these follow the documentation and the suite's hosts that have them.
#include "scratch.h"

static void set(__wasi_fd_t fd, __wasi_rights_t base, __wasi_rights_t inheriting) {
  OK(__wasi_fd_fdstat_set_rights(fd, base, inheriting));
  CHECK(fdstat_of(fd).fs_rights_base, base);
  CHECK(fdstat_of(fd).fs_rights_inheriting, inheriting);
}

static void taken_from_a_file(void) {
  char bytes[4];
  __wasi_size_t moved;
  __wasi_filesize_t at;
  const __wasi_rights_t rights = R(FD_READ) | R(FD_WRITE) | R(FD_SEEK) | R(FD_TELL);
  __wasi_fd_t fd = open_file(ROOT, "file", __WASI_OFLAGS_CREAT, rights);
  CHECK(fdstat_of(fd).fs_rights_base, rights);
  write_text(fd, "data");
  OK(__wasi_fd_seek(fd, 0, __WASI_WHENCE_SET, &at));
  OK(try_read(fd, bytes, 4, &moved));
  set(fd, R(FD_SEEK) | R(FD_TELL), 0);
  CHECK_NO_RIGHT(try_read(fd, bytes, 4, &moved));
  CHECK_NO_RIGHT(try_write(fd, "x", &moved));
  OK(__wasi_fd_seek(fd, 0, __WASI_WHENCE_SET, &at));
  CHECK(__wasi_fd_fdstat_set_rights(fd, rights, 0), E(NOTCAPABLE));
  CHECK(__wasi_fd_fdstat_set_rights(fd, R(FD_SEEK) | R(FD_TELL), R(FD_READ)), E(NOTCAPABLE));
  CHECK(__wasi_fd_fdstat_set_rights(fd, R(FD_SEEK) | R(FD_ALLOCATE), 0), E(NOTCAPABLE));
  CHECK(fdstat_of(fd).fs_rights_base, R(FD_SEEK) | R(FD_TELL));
}

// Each right of a file, missing, stops its call.
static void each_file_right(void) {
  char bytes[4];
  __wasi_size_t moved;
  __wasi_filesize_t at;
  __wasi_filestat_t stat;
  __wasi_fd_t fd = open_file(ROOT, "file", __WASI_OFLAGS_CREAT, R(FD_TELL));
  CHECK(try_read(fd, bytes, 4, &moved), E(NOTCAPABLE));
  CHECK(try_write(fd, "x", &moved), E(NOTCAPABLE));
  CHECK(__wasi_fd_seek(fd, 0, __WASI_WHENCE_SET, &at), E(NOTCAPABLE));
  CHECK(__wasi_fd_advise(fd, 0, 0, 0), E(NOTCAPABLE));
  CHECK(__wasi_fd_allocate(fd, 0, 1), E(NOTCAPABLE));
  CHECK(__wasi_fd_datasync(fd), E(NOTCAPABLE));
  CHECK(__wasi_fd_sync(fd), E(NOTCAPABLE));
  CHECK(__wasi_fd_fdstat_set_flags(fd, 0), E(NOTCAPABLE));
  CHECK(__wasi_fd_filestat_get(fd, &stat), E(NOTCAPABLE));
  CHECK(__wasi_fd_filestat_set_size(fd, 0), E(NOTCAPABLE));
  CHECK(__wasi_fd_filestat_set_times(fd, 0, 0, __WASI_FSTFLAGS_MTIM), E(NOTCAPABLE));
  OK(__wasi_fd_tell(fd, &at));
  __wasi_fd_t none = open_file(ROOT, "file", 0, 0);
  CHECK(fdstat_of(none).fs_rights_base, 0);
  CHECK(__wasi_fd_tell(none, &at), E(NOTCAPABLE));
}

static void each_directory_right(void) {
  uint8_t bytes[64];
  __wasi_size_t moved;
  __wasi_filestat_t stat;
  make_file(ROOT, "file", "");
  __wasi_fd_t dir = open_file(ROOT, ".", __WASI_OFLAGS_DIRECTORY, 0);
  CHECK(open_error(dir, 0, "file", 0), E(NOTCAPABLE));
  CHECK(__wasi_fd_readdir(dir, bytes, 64, 0, &moved), E(NOTCAPABLE));
  CHECK(__wasi_path_create_directory(dir, "x"), E(NOTCAPABLE));
  CHECK(__wasi_path_link(dir, 0, "file", ROOT, "x"), E(NOTCAPABLE));
  CHECK(__wasi_path_link(ROOT, 0, "file", dir, "x"), E(NOTCAPABLE));
  CHECK(__wasi_path_readlink(dir, "file", bytes, 64, &moved), E(NOTCAPABLE));
  CHECK(__wasi_path_rename(dir, "file", ROOT, "x"), E(NOTCAPABLE));
  CHECK(__wasi_path_rename(ROOT, "file", dir, "x"), E(NOTCAPABLE));
  CHECK(__wasi_path_filestat_get(dir, 0, "file", &stat), E(NOTCAPABLE));
  CHECK(__wasi_path_filestat_set_times(dir, 0, "file", 0, 0, __WASI_FSTFLAGS_MTIM), E(NOTCAPABLE));
  CHECK(__wasi_path_symlink("x", dir, "x"), E(NOTCAPABLE));
  CHECK(__wasi_path_remove_directory(dir, "x"), E(NOTCAPABLE));
  CHECK(__wasi_path_unlink_file(dir, "file"), E(NOTCAPABLE));
  CHECK(__wasi_fd_filestat_get(dir, &stat), E(NOTCAPABLE));
  OK(stat_error(ROOT, 0, "file"));
}

// A directory that passes on less than the first one.
static __wasi_fd_t lessened(__wasi_rights_t base, __wasi_rights_t inheriting) {
  __wasi_fd_t dir = open_dir(ROOT, ".");
  set(dir, base, inheriting);
  return dir;
}

// Rights that a directory does not pass on are never had below it: asking to write fails, the rest is left out.
static void not_passed_on(void) {
  char byte;
  __wasi_size_t moved;
  __wasi_fd_t fd, deeper;
  make_file(ROOT, "file", "x");
  __wasi_fd_t dir = lessened(R(PATH_OPEN), R(FD_READ) | R(PATH_OPEN));
  OK(try_open(dir, "file", 0, R(FD_READ), &fd));
  CHECK(try_open(dir, "file", 0, R(FD_WRITE), &fd), E(NOTCAPABLE));
  CHECK(try_open(dir, "file", 0, R(FD_READ) | R(FD_WRITE), &fd), E(NOTCAPABLE));
  OK(try_open(dir, "file", 0, R(FD_READ) | R(FD_SEEK), &fd));
  CHECK(fdstat_of(fd).fs_rights_base, R(FD_READ));
  OK(try_read(fd, &byte, 1, &moved));
  CHECK(__wasi_fd_fdstat_set_rights(fd, R(FD_READ) | R(FD_SEEK), 0), E(NOTCAPABLE));
  OK(__wasi_path_open(dir, 0, ".", 0, R(PATH_OPEN) | R(PATH_UNLINK_FILE), R(FD_WRITE), 0, &deeper));
  CHECK(fdstat_of(deeper).fs_rights_base, R(PATH_OPEN));
  CHECK(fdstat_of(deeper).fs_rights_inheriting, R(FD_READ) | R(PATH_OPEN));
  CHECK(try_open(deeper, "file", 0, R(FD_WRITE), &fd), E(NOTCAPABLE));
  CHECK(__wasi_path_unlink_file(deeper, "file"), E(NOTCAPABLE));
  CHECK(try_open(dir, "new", __WASI_OFLAGS_CREAT, R(FD_READ), &fd), E(NOTCAPABLE));
  CHECK(try_open(dir, "file", __WASI_OFLAGS_TRUNC, R(FD_READ), &fd), E(NOTCAPABLE));
  dir = lessened(R(PATH_OPEN), R(FD_WRITE) | R(PATH_OPEN));
  CHECK(try_open(dir, "file", 0, R(FD_READ), &fd), E(NOTCAPABLE));
  OK(try_open(dir, ".", __WASI_OFLAGS_DIRECTORY, R(FD_READ), &fd));
  check_text(ROOT, "file", "x");
}

// Libraries ask for every right that there is, and for more, and write through none of them.
static void asked_for_everything(void) {
  const __wasi_rights_t readable = R(FD_READ) | R(FD_SEEK) | R(FD_TELL) | R(FD_FILESTAT_GET) | R(FD_READDIR) |
                                   R(PATH_OPEN) | R(PATH_FILESTAT_GET);
  __wasi_fd_t fd;
  make_file(ROOT, "file", "kept");
  OK(__wasi_path_create_directory(ROOT, "dir"));
  __wasi_fd_t dir = lessened(R(PATH_OPEN), readable);
  OK(try_open(dir, "file", 0, ~R(FD_WRITE), &fd));
  CHECK(fdstat_of(fd).fs_rights_base, R(FD_READ) | R(FD_SEEK) | R(FD_TELL) | R(FD_FILESTAT_GET));
  CHECK(__wasi_fd_filestat_set_size(fd, 0), E(NOTCAPABLE));
  CHECK(try_open(dir, "file", 0, UINT64_MAX, &fd), E(NOTCAPABLE));
  OK(try_open(dir, "dir", 0, ~R(FD_WRITE), &fd));
  CHECK(fdstat_of(fd).fs_rights_base, R(FD_READDIR) | R(FD_FILESTAT_GET) | R(PATH_OPEN) | R(PATH_FILESTAT_GET));
  OK(__wasi_path_open(dir, 0, "file", 0, R(FD_READ), 0, __WASI_FDFLAGS_SYNC, &fd));
  check_text(ROOT, "file", "kept");
}

// Changing the size needs a file that is open for writing. A directory, or a file that only may be read, opens without.
static void size_without_writing(void) {
  char byte;
  __wasi_size_t moved;
  __wasi_fd_t fd;
  make_file(ROOT, "file", "kept");
  OK(__wasi_path_create_directory(ROOT, "dir"));
  OK(try_open(ROOT, "dir", 0, R(FD_READ) | R(FD_FILESTAT_SET_SIZE) | R(FD_ALLOCATE) | R(FD_READDIR), &fd));
  CHECK(fdstat_of(fd).fs_rights_base, R(FD_READDIR));
  OK(try_open(ROOT, "file", 0, R(FD_READ) | R(FD_FILESTAT_SET_SIZE), &fd));
  OK(try_read(fd, &byte, 1, &moved));
  OK(__wasi_fd_filestat_set_size(fd, 2));
  check_text(ROOT, "file", "ke");
}

// The rights of a file in a subdirectory do not depend on the rights with which that was opened.
static void passed_on_whole(void) {
  __wasi_fd_t dir, fd;
  OK(__wasi_fd_close(make_dir(ROOT, "dir")));
  OK(__wasi_path_open(ROOT, 0, "dir", __WASI_OFLAGS_DIRECTORY, R(PATH_OPEN) | R(PATH_CREATE_FILE), 0, 0, &dir));
  CHECK(fdstat_of(dir).fs_rights_inheriting, fdstat_of(ROOT).fs_rights_inheriting);
  OK(try_open(dir, "file", __WASI_OFLAGS_CREAT, R(FD_WRITE), &fd));
  write_text(fd, "x");
  check_text(dir, "file", "x");
}

static void truncation(void) {
  __wasi_fd_t dir = open_dir(ROOT, ".");
  make_file(ROOT, "file", "x");
  __wasi_fdstat_t stat = fdstat_of(dir);
  CHECK(stat.fs_flags, 0);
  CHECK(stat.fs_rights_base & R(FD_FILESTAT_SET_SIZE), 0);
  CHECK_TRUE(stat.fs_rights_base & R(PATH_FILESTAT_SET_SIZE));
  OK(open_error(dir, 0, "file", __WASI_OFLAGS_TRUNC));
  CHECK(stat_of(ROOT, 0, "file").size, 0);
  stat.fs_rights_inheriting &= ~R(FD_FILESTAT_SET_SIZE);
  set(dir, stat.fs_rights_base, stat.fs_rights_inheriting);
  OK(open_error(dir, 0, "file", __WASI_OFLAGS_TRUNC));
  stat.fs_rights_base &= ~R(PATH_FILESTAT_SET_SIZE);
  set(dir, stat.fs_rights_base, stat.fs_rights_inheriting);
  CHECK_ANY(open_error(dir, 0, "file", __WASI_OFLAGS_TRUNC), E(NOTCAPABLE), E(PERM));
  OK(open_error(dir, 0, "file", 0));
}

// A file opened below a directory that lost the right to read cannot be read, nor can the right be asked for.
static void reading_taken_from_a_directory(void) {
  char byte;
  __wasi_size_t moved;
  __wasi_fd_t fd, dir = make_dir(ROOT, "dir");
  make_file(dir, "file", "x");
  __wasi_fdstat_t stat = fdstat_of(dir);
  set(dir, stat.fs_rights_base & ~R(FD_READ), stat.fs_rights_inheriting & ~R(FD_READ));
  OK(try_open(dir, "file", 0, 0, &fd));
  CHECK(fdstat_of(fd).fs_rights_base & R(FD_READ), 0);
  CHECK(fdstat_of(fd).fs_rights_inheriting & R(FD_READ), 0);
  CHECK_NO_RIGHT(try_read(fd, &byte, 1, &moved));
  CHECK(try_open(dir, "file", 0, R(FD_READ), &fd), E(NOTCAPABLE));
}

// Bits above the defined ones are no rights.
static void unknown_bits(void) {
  __wasi_fd_t fd = create_file(ROOT, "file");
  __wasi_rights_t base = fdstat_of(fd).fs_rights_base;
  CHECK_ANY(__wasi_fd_fdstat_set_rights(fd, base | (1ull << 60), 0), E(NOTCAPABLE), E(INVAL));
}

CASES({"taken-from-a-file", taken_from_a_file}, {"each-file-right", each_file_right},
      {"each-directory-right", each_directory_right}, {"not-passed-on", not_passed_on},
      {"asked-for-everything", asked_for_everything}, {"size-without-writing", size_without_writing},
      {"passed-on-whole", passed_on_whole},
      {"truncation", truncation}, {"reading-taken-from-a-directory", reading_taken_from_a_directory},
      {"unknown-bits", unknown_bits})
