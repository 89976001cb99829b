/* Files, by descriptors. */
#include "loop.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { COPY_SIZE = 65536 };

static uv_timespec_t time_of(struct timespec time) { return (uv_timespec_t){time.tv_sec, time.tv_nsec}; }

static ssize_t run_stat(uv_fs_t *request) {
  struct stat found;
  if (fstat(request->_fd, &found) != 0)
    return -1;
  request->statbuf = (uv_stat_t){
      .st_dev = found.st_dev,
      .st_mode = found.st_mode,
      .st_nlink = found.st_nlink,
      .st_ino = found.st_ino,
      .st_size = (uint64_t)found.st_size,
      .st_atim = time_of(found.st_atim),
      .st_mtim = time_of(found.st_mtim),
      .st_ctim = time_of(found.st_ctim),
  };
  request->ptr = &request->statbuf;
  return 0;
}

static struct timespec seconds(double time) {
  time_t whole = (time_t)time;
  double rest = time - (double)whole;
  if (rest < 0) {
    rest += 1;
    --whole;
  }
  return (struct timespec){.tv_sec = whole, .tv_nsec = (long)(rest * 1e6) * 1000};
}

/* Copies from one descriptor to another: how many bytes, if there were any. */
static ssize_t run_sendfile(uv_fs_t *request) {
  char *buffer = malloc(COPY_SIZE);
  if (buffer == NULL)
    return -1;
  size_t copied = 0;
  ssize_t result = 0;
  while (copied < request->_length) {
    size_t wanted = request->_length - copied < COPY_SIZE ? request->_length - copied : COPY_SIZE;
    ssize_t got = pread(request->_other, buffer, wanted, request->_offset + (off_t)copied);
    if (got <= 0) {
      result = got;
      break;
    }
    ssize_t put = write(request->_fd, buffer, (size_t)got);
    if (put < 0) {
      result = put;
      break;
    }
    copied += (size_t)put;
    if (put < got)
      break;
  }
  int error = errno;
  free(buffer);
  errno = error;
  return copied > 0 ? (ssize_t)copied : result;
}

static ssize_t run_fs(uv_fs_t *request) {
  const struct iovec *vectors = (const struct iovec *)request->_bufs;
  int count = (int)request->_count;
  switch (request->fs_type) {
  case UV_FS_CLOSE:
    return close(request->_fd);
  case UV_FS_READ:
    return request->_offset < 0 ? readv(request->_fd, vectors, count)
                                : preadv(request->_fd, vectors, count, request->_offset);
  case UV_FS_WRITE:
    return request->_offset < 0 ? writev(request->_fd, vectors, count)
                                : pwritev(request->_fd, vectors, count, request->_offset);
  case UV_FS_SENDFILE:
    return run_sendfile(request);
  case UV_FS_FSTAT:
    return run_stat(request);
  case UV_FS_FTRUNCATE:
    return ftruncate(request->_fd, request->_offset);
  case UV_FS_FUTIME: {
    struct timespec times[2] = {seconds(request->_times[0]), seconds(request->_times[1])};
    return futimens(request->_fd, times);
  }
  case UV_FS_FSYNC:
    return fsync(request->_fd);
  case UV_FS_FDATASYNC:
    return fdatasync(request->_fd);
  default:
    errno = ENOSYS;
    return -1;
  }
}

static void run(uv_req_t *base) {
  uv_fs_t *request = (uv_fs_t *)base;
  ssize_t result;
  do
    result = run_fs(request);
  while (result < 0 && errno == EINTR && request->fs_type != UV_FS_CLOSE);
  request->result = result < 0 ? -errno : result;
}

static void finish(uv_req_t *base) {
  uv_fs_t *request = (uv_fs_t *)base;
  if (request->_status != 0)
    request->result = request->_status;
  request->_cb(request);
}

/* Starts an operation, or does it at once if there is no callback. */
static int start(uv_loop_t *loop, uv_fs_t *request, uv_fs_cb callback) {
  if (callback == NULL) {
    request->type = UV_FS;
    run(REQUEST(request));
    return (int)request->result;
  }
  uv__begin(loop, REQUEST(request), UV_FS, finish);
  uv__submit(loop, (_uv_task_t *)request, run);
  return 0;
}

static void prepare(uv_loop_t *loop, uv_fs_t *request, uv_fs_type type, uv_file fd, uv_fs_cb callback) {
  request->loop = loop;
  request->fs_type = type;
  request->result = 0;
  request->ptr = NULL;
  request->_fd = fd;
  request->_bufs = NULL;
  request->_cb = callback;
}

static int start_buffers(uv_loop_t *loop, uv_fs_t *request, uv_fs_type type, uv_file fd, const uv_buf_t *buffers,
                         unsigned count, int64_t offset, uv_fs_cb callback) {
  prepare(loop, request, type, fd, callback);
  if (buffers == NULL || count == 0)
    return UV_EINVAL;
  request->_bufs = malloc(count * sizeof(uv_buf_t));
  if (request->_bufs == NULL)
    return UV_ENOMEM;
  memcpy(request->_bufs, buffers, count * sizeof(uv_buf_t));
  request->_count = count;
  request->_offset = offset;
  return start(loop, request, callback);
}

int uv_fs_read(uv_loop_t *loop, uv_fs_t *request, uv_file fd, const uv_buf_t *buffers, unsigned int count,
               int64_t offset, uv_fs_cb callback) {
  return start_buffers(loop, request, UV_FS_READ, fd, buffers, count, offset, callback);
}

int uv_fs_write(uv_loop_t *loop, uv_fs_t *request, uv_file fd, const uv_buf_t *buffers, unsigned int count,
                int64_t offset, uv_fs_cb callback) {
  return start_buffers(loop, request, UV_FS_WRITE, fd, buffers, count, offset, callback);
}

int uv_fs_sendfile(uv_loop_t *loop, uv_fs_t *request, uv_file to, uv_file from, int64_t offset, size_t length,
                   uv_fs_cb callback) {
  prepare(loop, request, UV_FS_SENDFILE, to, callback);
  request->_other = from;
  request->_offset = offset;
  request->_length = length;
  return start(loop, request, callback);
}

int uv_fs_ftruncate(uv_loop_t *loop, uv_fs_t *request, uv_file fd, int64_t length, uv_fs_cb callback) {
  prepare(loop, request, UV_FS_FTRUNCATE, fd, callback);
  request->_offset = length;
  return start(loop, request, callback);
}

int uv_fs_futime(uv_loop_t *loop, uv_fs_t *request, uv_file fd, double atime, double mtime, uv_fs_cb callback) {
  prepare(loop, request, UV_FS_FUTIME, fd, callback);
  request->_times[0] = atime;
  request->_times[1] = mtime;
  return start(loop, request, callback);
}

#define ON_DESCRIPTOR(name, operation)                                                                                 \
  int uv_fs_##name(uv_loop_t *loop, uv_fs_t *request, uv_file fd, uv_fs_cb callback) {                                 \
    prepare(loop, request, operation, fd, callback);                                                                   \
    return start(loop, request, callback);                                                                             \
  }

ON_DESCRIPTOR(close, UV_FS_CLOSE)
ON_DESCRIPTOR(fstat, UV_FS_FSTAT)
ON_DESCRIPTOR(fsync, UV_FS_FSYNC)
ON_DESCRIPTOR(fdatasync, UV_FS_FDATASYNC)

void uv_fs_req_cleanup(uv_fs_t *request) {
  free(request->_bufs);
  request->_bufs = NULL;
  request->ptr = NULL;
}

uv_os_fd_t uv_get_osfhandle(int fd) { return fd; }
