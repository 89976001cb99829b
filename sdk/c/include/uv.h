/*
 * uv.h: event loops, with the interface of libuv (https://docs.libuv.org) as far as a program without ambient authority
 * can use it. A handle is made of a descriptor that the program holds: nothing is opened by a path, bound, connected or
 * looked up. Fields that begin with an underscore are the library's own.
 */
#ifndef CLOUDABI_UV_H
#define CLOUDABI_UV_H

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define UV_VERSION_MAJOR 1
#define UV_VERSION_MINOR 15
#define UV_VERSION_PATCH 0
#define UV_VERSION_IS_RELEASE 0
#define UV_VERSION_SUFFIX "cloudabi"
#define UV_VERSION_HEX (UV_VERSION_MAJOR << 16 | UV_VERSION_MINOR << 8 | UV_VERSION_PATCH)

unsigned int uv_version(void);
const char *uv_version_string(void);

/* Errors: those of errno.h, negative, and some of libuv's own. */
#define _UV_ERRORS(X)                                                                                              \
  X(E2BIG) X(EACCES) X(EADDRINUSE) X(EADDRNOTAVAIL) X(EAFNOSUPPORT) X(EAGAIN) X(EALREADY) X(EBADF) X(EBUSY)          \
  X(ECANCELED) X(ECONNABORTED) X(ECONNREFUSED) X(ECONNRESET) X(EDESTADDRREQ) X(EEXIST) X(EFAULT) X(EFBIG)            \
  X(EHOSTUNREACH) X(EINTR) X(EINVAL) X(EIO) X(EISCONN) X(EISDIR) X(ELOOP) X(EMFILE) X(EMLINK) X(EMSGSIZE)            \
  X(ENAMETOOLONG) X(ENETDOWN) X(ENETUNREACH) X(ENFILE) X(ENOBUFS) X(ENODEV) X(ENOENT) X(ENOMEM) X(ENOPROTOOPT)       \
  X(ENOSPC) X(ENOSYS) X(ENOTCAPABLE) X(ENOTCONN) X(ENOTDIR) X(ENOTEMPTY) X(ENOTSOCK) X(ENOTSUP) X(ENXIO) X(EPERM)    \
  X(EPIPE) X(EPROTO) X(EPROTONOSUPPORT) X(EPROTOTYPE) X(ERANGE) X(EROFS) X(ESPIPE) X(ESRCH) X(ETIMEDOUT) X(ETXTBSY)  \
  X(EXDEV)

typedef enum {
#define _UV_ERROR(name) UV_##name = -(name),
  _UV_ERRORS(_UV_ERROR)
#undef _UV_ERROR
  UV_EAI_ADDRFAMILY = -3000,
  UV_EAI_AGAIN = -3001,
  UV_EAI_BADFLAGS = -3002,
  UV_EAI_CANCELED = -3003,
  UV_EAI_FAIL = -3004,
  UV_EAI_FAMILY = -3005,
  UV_EAI_MEMORY = -3006,
  UV_EAI_NODATA = -3007,
  UV_EAI_NONAME = -3008,
  UV_EAI_OVERFLOW = -3009,
  UV_EAI_SERVICE = -3010,
  UV_EAI_SOCKTYPE = -3011,
  UV_EAI_BADHINTS = -3013,
  UV_EAI_PROTOCOL = -3014,
  UV_ECHARSET = -4080,
  UV_ENONET = -4056,
  UV_EOF = -4095,
  UV_ESHUTDOWN = -4042,
  UV_UNKNOWN = -4094,
} uv_errno_t;

const char *uv_err_name(int error);
const char *uv_strerror(int error);
/* Gives the error for a value of errno. */
int uv_translate_sys_error(int error);

typedef enum {
  UV_UNKNOWN_HANDLE = 0,
  UV_ASYNC,
  UV_CHECK,
  UV_HANDLE,
  UV_IDLE,
  UV_NAMED_PIPE,
  UV_POLL,
  UV_PREPARE,
  UV_PROCESS,
  UV_STREAM,
  UV_TCP,
  UV_TIMER,
  UV_TTY,
  UV_UDP,
  UV_FILE,
  UV_HANDLE_TYPE_MAX,
} uv_handle_type;

typedef enum {
  UV_UNKNOWN_REQ = 0,
  UV_REQ,
  UV_WRITE,
  UV_SHUTDOWN,
  UV_FS,
  UV_WORK,
  UV_GETADDRINFO,
  UV_GETNAMEINFO,
  UV_REQ_TYPE_MAX,
} uv_req_type;

typedef int uv_file;
typedef int uv_os_fd_t;
typedef int uv_os_sock_t;

typedef struct uv_loop_s uv_loop_t;
typedef struct uv_handle_s uv_handle_t;
typedef struct uv_req_s uv_req_t;
typedef struct uv_stream_s uv_stream_t;
typedef struct uv_tcp_s uv_tcp_t;
typedef struct uv_pipe_s uv_pipe_t;
typedef struct uv_tty_s uv_tty_t;
typedef struct uv_udp_s uv_udp_t;
typedef struct uv_poll_s uv_poll_t;
typedef struct uv_timer_s uv_timer_t;
typedef struct uv_prepare_s uv_prepare_t;
typedef struct uv_check_s uv_check_t;
typedef struct uv_idle_s uv_idle_t;
typedef struct uv_async_s uv_async_t;
typedef struct uv_process_s uv_process_t;
typedef struct uv_write_s uv_write_t;
typedef struct uv_shutdown_s uv_shutdown_t;
typedef struct uv_work_s uv_work_t;
typedef struct uv_fs_s uv_fs_t;
typedef struct uv_getaddrinfo_s uv_getaddrinfo_t;
typedef struct uv_getnameinfo_s uv_getnameinfo_t;

typedef struct {
  char *base;
  size_t len;
} uv_buf_t;

uv_buf_t uv_buf_init(char *base, size_t length);

/* Loops. */

struct uv_loop_s {
  void *data;
  uint64_t _now;
  uint64_t _sequence;
  bool _stop;
  /* Requests that are under way. */
  unsigned _requests;
  uv_handle_t *_handles, *_last_handle;
  uv_handle_t *_closing;
  /* Requests that are done, whose callbacks are due; and work that this thread is to do itself. */
  uv_req_t *_done, *_last_done;
  uv_req_t *_work, *_last_work;
  /* Requests that other threads have done. */
  pthread_mutex_t _lock;
  uv_req_t *_finished, *_last_finished;
  /* A pair of sockets by which other threads wake the loop; -1 until they are needed. */
  int _wake[2];
  int _woken;
};

typedef enum { UV_RUN_DEFAULT = 0, UV_RUN_ONCE, UV_RUN_NOWAIT } uv_run_mode;
typedef void (*uv_walk_cb)(uv_handle_t *handle, void *argument);

int uv_loop_init(uv_loop_t *loop);
/* Returns UV_EBUSY while there are handles or requests. */
int uv_loop_close(uv_loop_t *loop);
size_t uv_loop_size(void);
int uv_loop_alive(const uv_loop_t *loop);
int uv_run(uv_loop_t *loop, uv_run_mode mode);
void uv_stop(uv_loop_t *loop);
/* Milliseconds since some point in time, as of the start of this round. */
uint64_t uv_now(const uv_loop_t *loop);
void uv_update_time(uv_loop_t *loop);
/* Milliseconds that the loop would wait now: 0 for none, -1 for ever. */
int uv_backend_timeout(const uv_loop_t *loop);
void uv_walk(uv_loop_t *loop, uv_walk_cb visit, void *argument);
void uv_print_all_handles(uv_loop_t *loop, FILE *stream);
void uv_print_active_handles(uv_loop_t *loop, FILE *stream);

/* Handles. */

typedef void (*uv_close_cb)(uv_handle_t *handle);
typedef void (*uv_alloc_cb)(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer);

#define _UV_HANDLE_FIELDS                                                                                          \
  void *data;                                                                                                      \
  uv_loop_t *loop;                                                                                                 \
  uv_handle_type type;                                                                                             \
  unsigned _flags;                                                                                                 \
  /* The moment of its start, as a number of the loop. */                                                              \
  uint64_t _started;                                                                                               \
  uv_close_cb _close_cb;                                                                                           \
  uv_handle_t *_next, *_previous, *_next_closing;

struct uv_handle_s {
  _UV_HANDLE_FIELDS
};

void uv_close(uv_handle_t *handle, uv_close_cb closed);
int uv_is_active(const uv_handle_t *handle);
int uv_is_closing(const uv_handle_t *handle);
void uv_ref(uv_handle_t *handle);
void uv_unref(uv_handle_t *handle);
int uv_has_ref(const uv_handle_t *handle);
size_t uv_handle_size(uv_handle_type type);
int uv_fileno(const uv_handle_t *handle, uv_os_fd_t *fd);

/* Requests. */

#define _UV_REQ_FIELDS                                                                                             \
  void *data;                                                                                                      \
  uv_req_type type;                                                                                                \
  uv_req_t *_next;                                                                                                 \
  int _status;                                                                                                     \
  /* Calls the callback. */                                                                                        \
  void (*_finish)(uv_req_t *request);

struct uv_req_s {
  _UV_REQ_FIELDS
};

/* Takes back work that has not begun; UV_EBUSY for other work. */
int uv_cancel(uv_req_t *request);
size_t uv_req_size(uv_req_type type);

/* Timers, in milliseconds. */

typedef void (*uv_timer_cb)(uv_timer_t *timer);

struct uv_timer_s {
  _UV_HANDLE_FIELDS
  uv_timer_cb _cb;
  uint64_t _due, _repeat;
};

int uv_timer_init(uv_loop_t *loop, uv_timer_t *timer);
int uv_timer_start(uv_timer_t *timer, uv_timer_cb callback, uint64_t timeout, uint64_t repeat);
int uv_timer_stop(uv_timer_t *timer);
int uv_timer_again(uv_timer_t *timer);
void uv_timer_set_repeat(uv_timer_t *timer, uint64_t repeat);
uint64_t uv_timer_get_repeat(const uv_timer_t *timer);

/* Callbacks before waiting, after it, and in each round. */

typedef void (*uv_prepare_cb)(uv_prepare_t *prepare);
struct uv_prepare_s {
  _UV_HANDLE_FIELDS
  uv_prepare_cb _cb;
};
int uv_prepare_init(uv_loop_t *loop, uv_prepare_t *prepare);
int uv_prepare_start(uv_prepare_t *prepare, uv_prepare_cb callback);
int uv_prepare_stop(uv_prepare_t *prepare);

typedef void (*uv_check_cb)(uv_check_t *check);
struct uv_check_s {
  _UV_HANDLE_FIELDS
  uv_check_cb _cb;
};
int uv_check_init(uv_loop_t *loop, uv_check_t *check);
int uv_check_start(uv_check_t *check, uv_check_cb callback);
int uv_check_stop(uv_check_t *check);

typedef void (*uv_idle_cb)(uv_idle_t *idle);
struct uv_idle_s {
  _UV_HANDLE_FIELDS
  uv_idle_cb _cb;
};
int uv_idle_init(uv_loop_t *loop, uv_idle_t *idle);
int uv_idle_start(uv_idle_t *idle, uv_idle_cb callback);
int uv_idle_stop(uv_idle_t *idle);

/* Wakes the loop of another thread. */

typedef void (*uv_async_cb)(uv_async_t *async);
struct uv_async_s {
  _UV_HANDLE_FIELDS
  uv_async_cb _cb;
  int _pending;
};
int uv_async_init(uv_loop_t *loop, uv_async_t *async, uv_async_cb callback);
int uv_async_send(uv_async_t *async);

/* Waits for a descriptor, which stays the program's. */

enum uv_poll_event { UV_READABLE = 1, UV_WRITABLE = 2, UV_DISCONNECT = 4 };
typedef void (*uv_poll_cb)(uv_poll_t *poll, int status, int events);
struct uv_poll_s {
  _UV_HANDLE_FIELDS
  uv_poll_cb _cb;
  int _fd;
  int _events;
};
int uv_poll_init(uv_loop_t *loop, uv_poll_t *poll, int fd);
int uv_poll_init_socket(uv_loop_t *loop, uv_poll_t *poll, uv_os_sock_t fd);
int uv_poll_start(uv_poll_t *poll, int events, uv_poll_cb callback);
int uv_poll_stop(uv_poll_t *poll);

/* Processes. */

typedef void (*uv_exit_cb)(uv_process_t *process, int64_t status, int signal);
struct uv_process_s {
  _UV_HANDLE_FIELDS
  uv_exit_cb exit_cb;
  int _fd;
};
/*
 * Waits for the end of a process by its descriptor (sys/procdesc.h), which belongs to the handle then. The signal that
 * ended it has the host's number. Not in libuv.
 */
int uv_process_open(uv_loop_t *loop, uv_process_t *process, int fd, uv_exit_cb ended);
/* Sends one of the signals of pdkill; UV_ESRCH for a process that has ended. */
int uv_process_kill(uv_process_t *process, int signal);
/* Nothing is inherited here: does nothing. */
void uv_disable_stdio_inheritance(void);

/* Streams. */

typedef void (*uv_read_cb)(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer);
typedef void (*uv_write_cb)(uv_write_t *request, int status);
typedef void (*uv_shutdown_cb)(uv_shutdown_t *request, int status);
typedef void (*uv_connection_cb)(uv_stream_t *server, int status);

#define _UV_STREAM_FIELDS                                                                                          \
  size_t write_queue_size;                                                                                         \
  uv_alloc_cb _alloc_cb;                                                                                           \
  uv_read_cb _read_cb;                                                                                             \
  uv_connection_cb _connection_cb;                                                                                 \
  int _fd;                                                                                                         \
  /* True if descriptors travel on it; those that have come and are not accepted yet. */                           \
  bool _ipc;                                                                                                       \
  int *_pending;                                                                                                   \
  size_t _pending_count;                                                                                           \
  uv_write_t *_writes, *_last_write;                                                                               \
  uv_shutdown_t *_shutdown;

struct uv_stream_s {
  _UV_HANDLE_FIELDS
  _UV_STREAM_FIELDS
};
struct uv_tcp_s {
  _UV_HANDLE_FIELDS
  _UV_STREAM_FIELDS
};
struct uv_pipe_s {
  _UV_HANDLE_FIELDS
  _UV_STREAM_FIELDS
};
struct uv_tty_s {
  _UV_HANDLE_FIELDS
  _UV_STREAM_FIELDS
};

struct uv_write_s {
  _UV_REQ_FIELDS
  uv_stream_t *handle;
  uv_stream_t *send_handle;
  uv_write_cb _cb;
  uv_write_t *_next_write;
  uv_buf_t *_bufs;
  unsigned _count, _at;
  bool _sent;
};

struct uv_shutdown_s {
  _UV_REQ_FIELDS
  uv_stream_t *handle;
  uv_shutdown_cb _cb;
};

/* Calls back for each connection to a socket that was handed over listening; uv_accept takes it. */
int uv_listen(uv_stream_t *server, int backlog, uv_connection_cb callback);
/* Gives a connection of a listening socket, or the next descriptor that came on a pipe, to an initialized handle. */
int uv_accept(uv_stream_t *server, uv_stream_t *client);
int uv_read_start(uv_stream_t *stream, uv_alloc_cb allocate, uv_read_cb callback);
int uv_read_stop(uv_stream_t *stream);
int uv_write(uv_write_t *request, uv_stream_t *stream, const uv_buf_t *buffers, unsigned int count, uv_write_cb callback);
/* Sends the descriptor of another handle with the first byte. */
int uv_write2(uv_write_t *request, uv_stream_t *stream, const uv_buf_t *buffers, unsigned int count,
              uv_stream_t *send_handle, uv_write_cb callback);
int uv_try_write(uv_stream_t *stream, const uv_buf_t *buffers, unsigned int count);
int uv_shutdown(uv_shutdown_t *request, uv_stream_t *stream, uv_shutdown_cb callback);
int uv_is_readable(const uv_stream_t *stream);
int uv_is_writable(const uv_stream_t *stream);
int uv_stream_set_blocking(uv_stream_t *stream, int blocking);

int uv_tcp_init(uv_loop_t *loop, uv_tcp_t *tcp);
/* The flags name a family of addresses; nothing is made of them here. */
int uv_tcp_init_ex(uv_loop_t *loop, uv_tcp_t *tcp, unsigned int flags);
int uv_tcp_open(uv_tcp_t *tcp, uv_os_sock_t fd);

int uv_pipe_init(uv_loop_t *loop, uv_pipe_t *pipe, int ipc);
int uv_pipe_open(uv_pipe_t *pipe, uv_file fd);
int uv_pipe_pending_count(uv_pipe_t *pipe);
uv_handle_type uv_pipe_pending_type(uv_pipe_t *pipe);

int uv_tty_init(uv_loop_t *loop, uv_tty_t *tty, uv_file fd, int readable);
int uv_tty_reset_mode(void);

/* Datagrams of a socket that was handed over. Senders have no addresses here. */

typedef void (*uv_udp_recv_cb)(uv_udp_t *udp, ssize_t length, const uv_buf_t *buffer, const struct sockaddr *sender,
                               unsigned flags);
enum uv_udp_flags { UV_UDP_IPV6ONLY = 1, UV_UDP_PARTIAL = 2, UV_UDP_REUSEADDR = 4 };
struct uv_udp_s {
  _UV_HANDLE_FIELDS
  uv_alloc_cb _alloc_cb;
  uv_udp_recv_cb _cb;
  int _fd;
};
int uv_udp_init(uv_loop_t *loop, uv_udp_t *udp);
int uv_udp_init_ex(uv_loop_t *loop, uv_udp_t *udp, unsigned int flags);
int uv_udp_open(uv_udp_t *udp, uv_os_sock_t fd);
int uv_udp_recv_start(uv_udp_t *udp, uv_alloc_cb allocate, uv_udp_recv_cb callback);
int uv_udp_recv_stop(uv_udp_t *udp);

/*
 * Work in other threads, with -pthread; otherwise the loop does it itself, between two rounds.
 */

#define _UV_WORK_FIELDS                                                                                            \
  _UV_REQ_FIELDS                                                                                                   \
  uv_loop_t *loop;                                                                                                 \
  void (*_run)(uv_req_t *request);                                                                                 \
  int _state;

typedef struct {
  _UV_WORK_FIELDS
} _uv_task_t;

typedef void (*uv_work_cb)(uv_work_t *request);
typedef void (*uv_after_work_cb)(uv_work_t *request, int status);
struct uv_work_s {
  _UV_WORK_FIELDS
  uv_work_cb _work_cb;
  uv_after_work_cb _after_cb;
};
int uv_queue_work(uv_loop_t *loop, uv_work_t *request, uv_work_cb work, uv_after_work_cb after);

/* Files, by descriptors. Without a callback, a function returns the result; with one, the request has it. */

typedef enum {
  UV_FS_UNKNOWN = -1,
  UV_FS_CUSTOM,
  UV_FS_CLOSE,
  UV_FS_READ,
  UV_FS_WRITE,
  UV_FS_SENDFILE,
  UV_FS_FSTAT,
  UV_FS_FTRUNCATE,
  UV_FS_FUTIME,
  UV_FS_FSYNC,
  UV_FS_FDATASYNC,
} uv_fs_type;

typedef struct {
  long tv_sec;
  long tv_nsec;
} uv_timespec_t;

typedef struct {
  uint64_t st_dev;
  uint64_t st_mode;
  uint64_t st_nlink;
  uint64_t st_ino;
  uint64_t st_size;
  uv_timespec_t st_atim;
  uv_timespec_t st_mtim;
  uv_timespec_t st_ctim;
} uv_stat_t;

typedef void (*uv_fs_cb)(uv_fs_t *request);
struct uv_fs_s {
  _UV_WORK_FIELDS
  uv_fs_type fs_type;
  ssize_t result;
  void *ptr;
  uv_stat_t statbuf;
  uv_fs_cb _cb;
  uv_file _fd, _other;
  uv_buf_t *_bufs;
  unsigned _count;
  int64_t _offset;
  size_t _length;
  double _times[2];
};
int uv_fs_close(uv_loop_t *loop, uv_fs_t *request, uv_file fd, uv_fs_cb callback);
/* An offset below 0 means the place that the descriptor is at. */
int uv_fs_read(uv_loop_t *loop, uv_fs_t *request, uv_file fd, const uv_buf_t *buffers, unsigned int count, int64_t offset,
               uv_fs_cb callback);
int uv_fs_write(uv_loop_t *loop, uv_fs_t *request, uv_file fd, const uv_buf_t *buffers, unsigned int count,
                int64_t offset, uv_fs_cb callback);
int uv_fs_sendfile(uv_loop_t *loop, uv_fs_t *request, uv_file to, uv_file from, int64_t offset, size_t length,
                   uv_fs_cb callback);
int uv_fs_fstat(uv_loop_t *loop, uv_fs_t *request, uv_file fd, uv_fs_cb callback);
int uv_fs_ftruncate(uv_loop_t *loop, uv_fs_t *request, uv_file fd, int64_t length, uv_fs_cb callback);
int uv_fs_futime(uv_loop_t *loop, uv_fs_t *request, uv_file fd, double atime, double mtime, uv_fs_cb callback);
int uv_fs_fsync(uv_loop_t *loop, uv_fs_t *request, uv_file fd, uv_fs_cb callback);
int uv_fs_fdatasync(uv_loop_t *loop, uv_fs_t *request, uv_file fd, uv_fs_cb callback);
void uv_fs_req_cleanup(uv_fs_t *request);
uv_os_fd_t uv_get_osfhandle(int fd);

/* Addresses, as netdb.h has them: numeric ones. */

typedef void (*uv_getaddrinfo_cb)(uv_getaddrinfo_t *request, int status, struct addrinfo *found);
struct uv_getaddrinfo_s {
  _UV_WORK_FIELDS
  struct addrinfo *addrinfo;
  uv_getaddrinfo_cb _cb;
  int _result;
  char *_node, *_service;
  struct addrinfo _hints;
};
typedef void (*uv_getnameinfo_cb)(uv_getnameinfo_t *request, int status, const char *host, const char *service);
struct uv_getnameinfo_s {
  _UV_WORK_FIELDS
  char host[64];
  char service[32];
  uv_getnameinfo_cb _cb;
  int _result;
  union {
    struct sockaddr any;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
  } _address;
  int _flags;
};
int uv_getaddrinfo(uv_loop_t *loop, uv_getaddrinfo_t *request, uv_getaddrinfo_cb callback, const char *node,
                   const char *service, const struct addrinfo *hints);
void uv_freeaddrinfo(struct addrinfo *found);
int uv_getnameinfo(uv_loop_t *loop, uv_getnameinfo_t *request, uv_getnameinfo_cb callback, const struct sockaddr *address,
                   int flags);

/* Threads, over pthread.h. */

typedef pthread_t uv_thread_t;
typedef pthread_mutex_t uv_mutex_t;
typedef pthread_rwlock_t uv_rwlock_t;
typedef pthread_cond_t uv_cond_t;
typedef pthread_barrier_t uv_barrier_t;
typedef pthread_key_t uv_key_t;
typedef pthread_once_t uv_once_t;
typedef sem_t uv_sem_t;
typedef void (*uv_thread_cb)(void *argument);
#define UV_ONCE_INIT PTHREAD_ONCE_INIT

int uv_thread_create(uv_thread_t *thread, uv_thread_cb entry, void *argument);
int uv_thread_join(uv_thread_t *thread);
int uv_thread_equal(const uv_thread_t *first, const uv_thread_t *second);
uv_thread_t uv_thread_self(void);
int uv_mutex_init(uv_mutex_t *mutex);
int uv_mutex_init_recursive(uv_mutex_t *mutex);
void uv_mutex_destroy(uv_mutex_t *mutex);
void uv_mutex_lock(uv_mutex_t *mutex);
int uv_mutex_trylock(uv_mutex_t *mutex);
void uv_mutex_unlock(uv_mutex_t *mutex);
int uv_rwlock_init(uv_rwlock_t *lock);
void uv_rwlock_destroy(uv_rwlock_t *lock);
void uv_rwlock_rdlock(uv_rwlock_t *lock);
int uv_rwlock_tryrdlock(uv_rwlock_t *lock);
void uv_rwlock_rdunlock(uv_rwlock_t *lock);
void uv_rwlock_wrlock(uv_rwlock_t *lock);
int uv_rwlock_trywrlock(uv_rwlock_t *lock);
void uv_rwlock_wrunlock(uv_rwlock_t *lock);
int uv_cond_init(uv_cond_t *cond);
void uv_cond_destroy(uv_cond_t *cond);
void uv_cond_signal(uv_cond_t *cond);
void uv_cond_broadcast(uv_cond_t *cond);
void uv_cond_wait(uv_cond_t *cond, uv_mutex_t *mutex);
/* In nanoseconds; UV_ETIMEDOUT. */
int uv_cond_timedwait(uv_cond_t *cond, uv_mutex_t *mutex, uint64_t timeout);
int uv_sem_init(uv_sem_t *semaphore, unsigned int value);
void uv_sem_destroy(uv_sem_t *semaphore);
void uv_sem_post(uv_sem_t *semaphore);
void uv_sem_wait(uv_sem_t *semaphore);
int uv_sem_trywait(uv_sem_t *semaphore);
int uv_barrier_init(uv_barrier_t *barrier, unsigned int count);
void uv_barrier_destroy(uv_barrier_t *barrier);
/* Returns a positive number in one of the threads. */
int uv_barrier_wait(uv_barrier_t *barrier);
int uv_key_create(uv_key_t *key);
void uv_key_delete(uv_key_t *key);
void *uv_key_get(uv_key_t *key);
void uv_key_set(uv_key_t *key, void *value);
void uv_once(uv_once_t *guard, void (*run)(void));

/* The rest. */

typedef struct {
  long tv_sec;
  long tv_usec;
} uv_timeval_t;
typedef struct {
  uv_timeval_t ru_utime;
  uv_timeval_t ru_stime;
  uint64_t ru_maxrss, ru_ixrss, ru_idrss, ru_isrss, ru_minflt, ru_majflt, ru_nswap, ru_inblock, ru_oublock, ru_msgsnd,
      ru_msgrcv, ru_nsignals, ru_nvcsw, ru_nivcsw;
} uv_rusage_t;

int uv_getrusage(uv_rusage_t *usage);
/* Tells what a descriptor is. */
uv_handle_type uv_guess_handle(uv_file fd);
/* Nanoseconds since some point in time. */
uint64_t uv_hrtime(void);
int uv_inet_ntop(int family, const void *address, char *text, size_t size);
int uv_inet_pton(int family, const char *text, void *address);
int uv_ip4_addr(const char *text, int port, struct sockaddr_in *address);
int uv_ip6_addr(const char *text, int port, struct sockaddr_in6 *address);
int uv_ip4_name(const struct sockaddr_in *address, char *text, size_t size);
int uv_ip6_name(const struct sockaddr_in6 *address, char *text, size_t size);
/* No program has interfaces or an environment: UV_ENXIO and UV_ENOENT. */
#define UV_IF_NAMESIZE 16
int uv_if_indextoname(unsigned int index, char *text, size_t *size);
int uv_if_indextoiid(unsigned int index, char *text, size_t *size);
int uv_os_getenv(const char *name, char *text, size_t *size);

union uv_any_handle {
  uv_async_t async;
  uv_check_t check;
  uv_handle_t handle;
  uv_idle_t idle;
  uv_pipe_t pipe;
  uv_poll_t poll;
  uv_prepare_t prepare;
  uv_process_t process;
  uv_stream_t stream;
  uv_tcp_t tcp;
  uv_timer_t timer;
  uv_tty_t tty;
  uv_udp_t udp;
};

union uv_any_req {
  uv_req_t req;
  uv_write_t write;
  uv_shutdown_t shutdown;
  uv_fs_t fs;
  uv_work_t work;
  uv_getaddrinfo_t getaddrinfo;
  uv_getnameinfo_t getnameinfo;
};

#ifdef __cplusplus
}
#endif

#endif
