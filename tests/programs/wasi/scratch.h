// Short ways to make and open things in a directory, each checked: what a case needs before its subject starts.
#pragma once
#include "check.h"

#define ALL_FILE_RIGHTS                                                                                       \
  (R(FD_READ) | R(FD_WRITE) | R(FD_SEEK) | R(FD_TELL) | R(FD_ADVISE) | R(FD_ALLOCATE) | R(FD_DATASYNC) |      \
   R(FD_SYNC) | R(FD_FDSTAT_SET_FLAGS) | R(FD_FILESTAT_GET) | R(FD_FILESTAT_SET_SIZE) |                       \
   R(FD_FILESTAT_SET_TIMES) | R(POLL_FD_READWRITE))

// Opens without following a last symlink; flags are oflags.
static inline __wasi_errno_t try_open(__wasi_fd_t dir, const char *path, __wasi_oflags_t flags, __wasi_rights_t rights,
                               __wasi_fd_t *out) {
  *out = (__wasi_fd_t)-1;
  return __wasi_path_open(dir, 0, path, flags, rights, 0, 0, out);
}

// The error of opening `path` with no rights asked for; a descriptor that comes out is closed.
static inline __wasi_errno_t open_error(__wasi_fd_t dir, __wasi_lookupflags_t lookup, const char *path,
                                 __wasi_oflags_t flags) {
  __wasi_fd_t fd;
  __wasi_errno_t error = __wasi_path_open(dir, lookup, path, flags, 0, 0, 0, &fd);
  if (error == E(SUCCESS)) OK(__wasi_fd_close(fd));
  return error;
}

static inline __wasi_fd_t open_file(__wasi_fd_t dir, const char *path, __wasi_oflags_t flags, __wasi_rights_t rights) {
  __wasi_fd_t fd;
  OK(try_open(dir, path, flags, rights, &fd));
  CHECK_TRUE(fd > 2);
  return fd;
}

// A file opened with everything a regular file can do.
static inline __wasi_fd_t create_file(__wasi_fd_t dir, const char *path) {
  return open_file(dir, path, __WASI_OFLAGS_CREAT, ALL_FILE_RIGHTS);
}

// A directory opened with all that `dir` has and passes on.
static inline __wasi_fd_t open_dir(__wasi_fd_t dir, const char *path) {
  __wasi_fdstat_t stat;
  __wasi_fd_t fd;
  OK(__wasi_fd_fdstat_get(dir, &stat));
  OK(__wasi_path_open(dir, 0, path, __WASI_OFLAGS_DIRECTORY, stat.fs_rights_base, stat.fs_rights_inheriting, 0,
                      &fd));
  return fd;
}

static inline __wasi_fd_t make_dir(__wasi_fd_t dir, const char *path) {
  OK(__wasi_path_create_directory(dir, path));
  return open_dir(dir, path);
}

static inline __wasi_errno_t try_write(__wasi_fd_t fd, const char *text, __wasi_size_t *written) {
  __wasi_ciovec_t piece = {(const uint8_t *)text, strlen(text)};
  return __wasi_fd_write(fd, &piece, 1, written);
}

static inline void write_text(__wasi_fd_t fd, const char *text) {
  __wasi_size_t written;
  OK(try_write(fd, text, &written));
  CHECK(written, strlen(text));
}

static inline __wasi_errno_t try_read(__wasi_fd_t fd, void *into, size_t length, __wasi_size_t *got) {
  __wasi_iovec_t piece = {into, length};
  return __wasi_fd_read(fd, &piece, 1, got);
}

static inline void make_file(__wasi_fd_t dir, const char *path, const char *text) {
  __wasi_fd_t fd = open_file(dir, path, __WASI_OFLAGS_CREAT, R(FD_WRITE));
  if (*text) write_text(fd, text);
  OK(__wasi_fd_close(fd));
}

// The file at `path` holds exactly `text`.
static inline void check_text(__wasi_fd_t dir, const char *path, const char *text) {
  char found[256];
  __wasi_size_t got;
  __wasi_fd_t fd = open_file(dir, path, 0, R(FD_READ));
  OK(try_read(fd, found, sizeof(found), &got));
  OK(__wasi_fd_close(fd));
  CHECK(got, strlen(text));
  CHECK(memcmp(found, text, got), 0);
}

static inline __wasi_filestat_t stat_of(__wasi_fd_t dir, __wasi_lookupflags_t lookup, const char *path) {
  __wasi_filestat_t stat;
  OK(__wasi_path_filestat_get(dir, lookup, path, &stat));
  return stat;
}

static inline __wasi_errno_t stat_error(__wasi_fd_t dir, __wasi_lookupflags_t lookup, const char *path) {
  __wasi_filestat_t stat;
  return __wasi_path_filestat_get(dir, lookup, path, &stat);
}

static inline __wasi_fdstat_t fdstat_of(__wasi_fd_t fd) {
  __wasi_fdstat_t stat;
  OK(__wasi_fd_fdstat_get(fd, &stat));
  return stat;
}
