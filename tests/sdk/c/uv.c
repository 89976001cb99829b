/* Event loops: uv.h, without threads. */
#include "check.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

static uv_loop_t loop;
static char events[256];

static void note(const char *event) {
  if (strlen(events) + strlen(event) < sizeof(events))
    strcat(events, event);
}

static void begin(void) {
  events[0] = '\0';
  EQUAL(uv_loop_init(&loop), 0);
}

static void closed(uv_handle_t *handle) {
  (void)handle;
  note("X");
}

static void close_all(uv_handle_t *handle, void *argument) {
  (void)argument;
  if (!uv_is_closing(handle))
    uv_close(handle, NULL);
}

/* Closes what is left and the loop. */
static void end(void) {
  uv_walk(&loop, close_all, NULL);
  uv_run(&loop, UV_RUN_DEFAULT);
  EQUAL(uv_loop_close(&loop), 0);
}

#define EVENTS(wanted) CHECK(strcmp(events, wanted) == 0 || (dprintf(output, "# %s\n", events), false))

TEST(uv_versions_and_sizes) {
  EQUAL(uv_version(), UV_VERSION_HEX);
  CHECK(strncmp(uv_version_string(), "1.15.0", 6) == 0);
  EQUAL(uv_loop_size(), sizeof(uv_loop_t));
  EQUAL(uv_handle_size(UV_TIMER), sizeof(uv_timer_t));
  EQUAL(uv_handle_size(UV_TCP), sizeof(uv_tcp_t));
  CHECK(uv_handle_size(UV_UNKNOWN_HANDLE) == (size_t)-1);
  EQUAL(uv_req_size(UV_FS), sizeof(uv_fs_t));
  CHECK(uv_req_size(UV_UNKNOWN_REQ) == (size_t)-1);
}

TEST(uv_errors) {
  EQUAL(UV_ENOENT, -ENOENT);
  CHECK(strcmp(uv_err_name(UV_ENOENT), "ENOENT") == 0);
  CHECK(strcmp(uv_err_name(UV_EOF), "EOF") == 0);
  CHECK(strcmp(uv_err_name(12345), "UNKNOWN") == 0);
  CHECK(strcmp(uv_strerror(UV_ENOENT), strerror(ENOENT)) == 0);
  CHECK(strcmp(uv_strerror(UV_EOF), "end of file") == 0);
  CHECK(strcmp(uv_strerror(12345), "unknown error") == 0);
  EQUAL(uv_translate_sys_error(EPERM), UV_EPERM);
  EQUAL(uv_translate_sys_error(UV_EPERM), UV_EPERM);
}

TEST(uv_an_empty_loop_ends_at_once) {
  begin();
  EQUAL(uv_loop_alive(&loop), 0);
  EQUAL(uv_backend_timeout(&loop), 0);
  EQUAL(uv_run(&loop, UV_RUN_DEFAULT), 0);
  EQUAL(uv_run(&loop, UV_RUN_ONCE), 0);
  EQUAL(uv_run(&loop, UV_RUN_NOWAIT), 0);
  EQUAL(uv_loop_close(&loop), 0);
}

static void on_timer(uv_timer_t *timer) {
  note(timer->data);
  if (uv_timer_get_repeat(timer) > 0 && strlen(events) >= 5)
    uv_timer_stop(timer);
}

TEST(uv_timers_run_in_their_order) {
  begin();
  uv_timer_t timers[3];
  char *names[] = {"a", "b", "c"};
  for (int i = 0; i < 3; ++i) {
    EQUAL(uv_timer_init(&loop, &timers[i]), 0);
    timers[i].data = names[i];
  }
  EQUAL(uv_timer_start(&timers[0], NULL, 0, 0), UV_EINVAL);
  EQUAL(uv_timer_again(&timers[0]), UV_EINVAL);
  EQUAL(uv_timer_start(&timers[0], on_timer, 20, 0), 0);
  EQUAL(uv_timer_start(&timers[1], on_timer, 5, 0), 0);
  EQUAL(uv_timer_start(&timers[2], on_timer, 5, 0), 0);
  CHECK(uv_is_active((uv_handle_t *)&timers[0]));
  CHECK(uv_backend_timeout(&loop) > 0 && uv_backend_timeout(&loop) <= 5);
  uint64_t start = uv_now(&loop);
  EQUAL(uv_run(&loop, UV_RUN_DEFAULT), 0);
  CHECK(uv_now(&loop) - start >= 20);
  EVENTS("bca");
  CHECK(!uv_is_active((uv_handle_t *)&timers[0]));
  EQUAL(uv_loop_close(&loop), UV_EBUSY);
  end();
}

TEST(uv_timers_repeat_and_stop) {
  begin();
  uv_timer_t timer;
  uv_timer_init(&loop, &timer);
  timer.data = "r";
  uv_timer_start(&timer, on_timer, 0, 1);
  uv_timer_set_repeat(&timer, 2);
  EQUAL(uv_timer_get_repeat(&timer), 2);
  EQUAL(uv_run(&loop, UV_RUN_DEFAULT), 0);
  EVENTS("rrrrr");
  events[0] = '\0';
  uv_timer_start(&timer, on_timer, 10000, 1);
  EQUAL(uv_timer_again(&timer), 0);
  EQUAL(uv_run(&loop, UV_RUN_DEFAULT), 0);
  EVENTS("rrrrr");
  end();
}

static void on_idle(uv_idle_t *idle) {
  note("i");
  if (strlen(events) > 6)
    uv_idle_stop(idle);
}
static void on_prepare(uv_prepare_t *prepare) {
  (void)prepare;
  note("p");
}
static void on_check(uv_check_t *check) {
  (void)check;
  note("c");
}

TEST(uv_rounds_call_idle_prepare_and_check) {
  begin();
  uv_idle_t idle;
  uv_prepare_t prepare;
  uv_check_t check;
  uv_idle_init(&loop, &idle);
  uv_prepare_init(&loop, &prepare);
  uv_check_init(&loop, &check);
  EQUAL(uv_idle_start(&idle, NULL), UV_EINVAL);
  EQUAL(uv_idle_start(&idle, on_idle), 0);
  EQUAL(uv_prepare_start(&prepare, on_prepare), 0);
  EQUAL(uv_check_start(&check, on_check), 0);
  /* These two alone do not keep the loop alive. */
  uv_unref((uv_handle_t *)&prepare);
  uv_unref((uv_handle_t *)&check);
  CHECK(!uv_has_ref((uv_handle_t *)&check) && uv_has_ref((uv_handle_t *)&idle));
  EQUAL(uv_backend_timeout(&loop), 0);
  EQUAL(uv_run(&loop, UV_RUN_DEFAULT), 0);
  EVENTS("ipcipcipc");
  EQUAL(uv_prepare_stop(&prepare), 0);
  EQUAL(uv_check_stop(&check), 0);
  uv_ref((uv_handle_t *)&check);
  EQUAL(uv_run(&loop, UV_RUN_NOWAIT), 0);
  EVENTS("ipcipcipc");
  end();
}

static void on_stop(uv_idle_t *idle) {
  note("s");
  uv_stop(idle->loop);
}

TEST(uv_stop_ends_after_the_round) {
  begin();
  uv_idle_t idle;
  uv_idle_init(&loop, &idle);
  uv_idle_start(&idle, on_stop);
  EQUAL(uv_run(&loop, UV_RUN_DEFAULT), 1);
  EQUAL(uv_run(&loop, UV_RUN_DEFAULT), 1);
  EVENTS("ss");
  uv_close((uv_handle_t *)&idle, closed);
  CHECK(uv_is_closing((uv_handle_t *)&idle));
  EQUAL(uv_loop_alive(&loop), 1);
  EQUAL(uv_run(&loop, UV_RUN_DEFAULT), 0);
  EVENTS("ssX");
  EQUAL(uv_loop_close(&loop), 0);
}

static void count_handles(uv_handle_t *handle, void *count) {
  (void)handle;
  ++*(int *)count;
}

TEST(uv_walk_and_print_list_the_handles) {
  begin();
  uv_timer_t timer;
  uv_idle_t idle;
  uv_timer_init(&loop, &timer);
  uv_idle_init(&loop, &idle);
  uv_idle_start(&idle, on_idle);
  int count = 0;
  uv_walk(&loop, count_handles, &count);
  EQUAL(count, 2);
  char *text;
  size_t length;
  FILE *stream = open_memstream(&text, &length);
  uv_print_all_handles(&loop, stream);
  fflush(stream);
  CHECK(strncmp(text, "[R--] timer", 11) == 0 && strstr(text, "[RA-] idle") != NULL);
  rewind(stream);
  uv_print_active_handles(&loop, stream);
  fclose(stream);
  CHECK(strncmp(text, "[RA-] idle", 10) == 0);
  free(text);
  end();
}

static void on_async(uv_async_t *async) {
  note("A");
  uv_close((uv_handle_t *)async, closed);
}

TEST(uv_async_wakes_once) {
  begin();
  uv_async_t async;
  EQUAL(uv_async_init(&loop, &async, on_async), 0);
  EQUAL(uv_async_send(&async), 0);
  EQUAL(uv_async_send(&async), 0);
  EQUAL(uv_run(&loop, UV_RUN_DEFAULT), 0);
  EVENTS("AX");
  EQUAL(uv_loop_close(&loop), 0);
}

static void on_poll(uv_poll_t *poll, int status, int happened) {
  EQUAL(status, 0);
  if (happened & UV_WRITABLE)
    note("w");
  if (happened & UV_READABLE)
    note("r");
  if (happened & UV_DISCONNECT)
    note("d");
  uv_poll_stop(poll);
}

TEST(uv_poll_waits_for_a_descriptor) {
  begin();
  int ends[2];
  EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  uv_poll_t poll;
  EQUAL(uv_poll_init(&loop, &poll, -1), UV_EBADF);
  EQUAL(uv_poll_init_socket(&loop, &poll, ends[0]), 0);
  EQUAL(uv_poll_start(&poll, 8, on_poll), UV_EINVAL);
  EQUAL(uv_poll_start(&poll, UV_WRITABLE, on_poll), 0);
  uv_run(&loop, UV_RUN_DEFAULT);
  EVENTS("w");
  EQUAL(uv_poll_start(&poll, UV_READABLE, on_poll), 0);
  EQUAL(uv_run(&loop, UV_RUN_NOWAIT), 1);
  EVENTS("w");
  EQUAL(write(ends[1], "x", 1), 1);
  uv_run(&loop, UV_RUN_DEFAULT);
  EVENTS("wr");
  close(ends[1]);
  EQUAL(uv_poll_start(&poll, UV_READABLE | UV_DISCONNECT, on_poll), 0);
  uv_run(&loop, UV_RUN_DEFAULT);
  EVENTS("wrrd");
  int fd = -1;
  EQUAL(uv_fileno((uv_handle_t *)&poll, &fd), 0);
  EQUAL(fd, ends[0]);
  end();
  EQUAL(close(ends[0]), 0);
}

/* Streams. */

static char received[1 << 20];
static size_t received_length;

static void allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer) {
  (void)handle;
  static char bytes[4096];
  EQUAL(suggested, 65536);
  *buffer = uv_buf_init(bytes, sizeof(bytes));
}
static void allocate_nothing(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer) {
  (void)handle;
  (void)suggested;
  (void)buffer;
}
static void on_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer) {
  if (length == UV_EOF) {
    note("E");
    uv_close((uv_handle_t *)stream, closed);
  } else if (length == UV_ENOBUFS) {
    note("N");
    uv_read_stop(stream);
  } else if (length > 0) {
    memcpy(received + received_length, buffer->base, (size_t)length);
    received_length += (size_t)length;
  }
}
static void on_write(uv_write_t *request, int status) {
  note(status == 0 ? "W" : status == UV_ECANCELED ? "C" : "?");
  (void)request;
}
static void on_shutdown(uv_shutdown_t *request, int status) {
  note(status == 0 ? "S" : "?");
  CHECK(request->handle != NULL);
}

static void make_pair(uv_pipe_t *first, uv_pipe_t *second, int ipc) {
  int ends[2];
  EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  uv_pipe_init(&loop, first, ipc);
  uv_pipe_init(&loop, second, ipc);
  EQUAL(uv_pipe_open(first, ends[0]), 0);
  EQUAL(uv_pipe_open(second, ends[1]), 0);
}

TEST(uv_streams_read_write_and_shut_down) {
  begin();
  received_length = 0;
  uv_pipe_t from, to;
  make_pair(&from, &to, 0);
  uv_stream_t *out = (uv_stream_t *)&from, *in = (uv_stream_t *)&to;
  CHECK(uv_is_readable(in) && uv_is_writable(out));
  EQUAL(uv_pipe_open(&from, 3), UV_EBUSY);
  EQUAL(uv_read_start(in, NULL, NULL), UV_EINVAL);
  EQUAL(uv_read_start(in, allocate, on_read), 0);
  uv_buf_t buffers[] = {uv_buf_init("hello, ", 7), uv_buf_init("world", 5)};
  EQUAL(uv_try_write(out, buffers, 2), 12);
  uv_write_t writes[2];
  EQUAL(uv_write(&writes[0], out, buffers, 0, on_write), UV_EINVAL);
  EQUAL(uv_write(&writes[0], out, buffers, 2, on_write), 0);
  /* More than the socket takes at once. */
  static char many[600000];
  memset(many, 'm', sizeof(many));
  uv_buf_t large = uv_buf_init(many, sizeof(many));
  EQUAL(uv_write(&writes[1], out, &large, 1, on_write), 0);
  CHECK(from.write_queue_size > 0);
  EQUAL(uv_try_write(out, buffers, 2), UV_EAGAIN);
  uv_shutdown_t shutdown;
  EQUAL(uv_shutdown(&shutdown, out, on_shutdown), 0);
  EQUAL(uv_shutdown(&shutdown, out, on_shutdown), UV_ENOTCONN);
  CHECK(!uv_is_writable(out));
  EQUAL(uv_try_write(out, buffers, 2), UV_EPIPE);
  uv_run(&loop, UV_RUN_DEFAULT);
  CHECK(strcmp(events, "WWSEX") == 0 || strcmp(events, "WWESX") == 0 || strcmp(events, "WWEXS") == 0);
  EQUAL(received_length, 24 + sizeof(many));
  CHECK(memcmp(received, "hello, worldhello, worldmmm", 27) == 0);
  EQUAL(from.write_queue_size, 0);
  end();
}

TEST(uv_reading_without_a_buffer_is_an_error) {
  begin();
  uv_pipe_t from, to;
  make_pair(&from, &to, 0);
  uv_buf_t buffer = uv_buf_init("x", 1);
  EQUAL(uv_try_write((uv_stream_t *)&from, &buffer, 1), 1);
  EQUAL(uv_read_start((uv_stream_t *)&to, allocate_nothing, on_read), 0);
  uv_run(&loop, UV_RUN_DEFAULT);
  EVENTS("N");
  end();
}

TEST(uv_closing_cancels_writes) {
  begin();
  uv_pipe_t from, to;
  make_pair(&from, &to, 0);
  static char many[2000000];
  uv_buf_t large = uv_buf_init(many, sizeof(many));
  uv_write_t writes[2];
  EQUAL(uv_write(&writes[0], (uv_stream_t *)&from, &large, 1, on_write), 0);
  EQUAL(uv_write(&writes[1], (uv_stream_t *)&from, &large, 1, on_write), 0);
  uv_close((uv_handle_t *)&from, closed);
  int fd;
  EQUAL(uv_fileno((uv_handle_t *)&from, &fd), UV_EBADF);
  uv_run(&loop, UV_RUN_DEFAULT);
  EVENTS("CCX");
  end();
}

TEST(uv_a_broken_stream_fails_its_writes) {
  begin();
  uv_pipe_t from, to;
  make_pair(&from, &to, 0);
  uv_close((uv_handle_t *)&to, NULL);
  uv_run(&loop, UV_RUN_NOWAIT);
  uv_buf_t buffer = uv_buf_init("x", 1);
  EQUAL(uv_try_write((uv_stream_t *)&from, &buffer, 1), UV_EPIPE);
  EQUAL(uv_stream_set_blocking((uv_stream_t *)&from, 1), 0);
  EQUAL(uv_stream_set_blocking((uv_stream_t *)&from, 0), 0);
  end();
}

static uv_pipe_t accepted;

static void on_ipc_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer) {
  EQUAL(length, 2);
  CHECK(memcmp(buffer->base, "fd", 2) == 0);
  uv_pipe_t *pipe = (uv_pipe_t *)stream;
  EQUAL(uv_pipe_pending_count(pipe), 1);
  EQUAL(uv_pipe_pending_type(pipe), UV_NAMED_PIPE);
  uv_pipe_init(stream->loop, &accepted, 0);
  EQUAL(uv_accept(stream, (uv_stream_t *)&accepted), 0);
  EQUAL(uv_accept(stream, (uv_stream_t *)&accepted), UV_EAGAIN);
  EQUAL(uv_pipe_pending_count(pipe), 0);
  EQUAL(uv_pipe_pending_type(pipe), UV_UNKNOWN_HANDLE);
  uv_read_stop(stream);
}

TEST(uv_descriptors_travel_with_write2) {
  begin();
  received_length = 0;
  uv_pipe_t from, to, sent, other;
  make_pair(&from, &to, 1);
  make_pair(&sent, &other, 0);
  uv_buf_t buffer = uv_buf_init("fd", 2);
  uv_write_t request;
  EQUAL(uv_write2(&request, (uv_stream_t *)&sent, &buffer, 1, (uv_stream_t *)&other, on_write), UV_EINVAL);
  EQUAL(uv_write2(&request, (uv_stream_t *)&from, &buffer, 1, (uv_stream_t *)&sent, on_write), 0);
  EQUAL(uv_read_start((uv_stream_t *)&to, allocate, on_ipc_read), 0);
  uv_run(&loop, UV_RUN_DEFAULT);
  EVENTS("W");
  /* The accepted one is the other end of a pair that was made here. */
  uv_buf_t text = uv_buf_init("through", 7);
  EQUAL(uv_try_write((uv_stream_t *)&accepted, &text, 1), 7);
  uv_close((uv_handle_t *)&accepted, NULL);
  uv_close((uv_handle_t *)&sent, NULL);
  EQUAL(uv_read_start((uv_stream_t *)&other, allocate, on_read), 0);
  uv_run(&loop, UV_RUN_DEFAULT);
  EQUAL(received_length, 7);
  EVENTS("WEX");
  end();
}

TEST(uv_descriptors_that_are_not_accepted_are_closed) {
  begin();
  received_length = 0;
  uv_pipe_t from, to, sent, other;
  make_pair(&from, &to, 1);
  make_pair(&sent, &other, 0);
  uv_buf_t buffer = uv_buf_init("fd", 2);
  uv_write_t request;
  EQUAL(uv_write2(&request, (uv_stream_t *)&from, &buffer, 1, (uv_stream_t *)&sent, on_write), 0);
  EQUAL(uv_read_start((uv_stream_t *)&to, allocate, on_read), 0);
  while (received_length < 2)
    uv_run(&loop, UV_RUN_ONCE);
  EQUAL(uv_pipe_pending_count(&to), 1);
  uv_close((uv_handle_t *)&sent, NULL);
  uv_close((uv_handle_t *)&to, NULL);
  EQUAL(uv_read_start((uv_stream_t *)&other, allocate, on_read), 0);
  uv_run(&loop, UV_RUN_DEFAULT);
  EVENTS("WEX");
  end();
}

TEST(uv_tcp_and_terminals_take_descriptors) {
  begin();
  received_length = 0;
  int ends[2];
  EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  uv_tcp_t tcp;
  uv_tty_t tty;
  EQUAL(uv_tcp_init_ex(&loop, &tcp, 99), UV_EINVAL);
  EQUAL(uv_tcp_init_ex(&loop, &tcp, AF_INET), UV_EAFNOSUPPORT);
  EQUAL(uv_tcp_init_ex(&loop, &tcp, AF_UNSPEC), 0);
  EQUAL(uv_tcp_open(&tcp, ends[0]), 0);
  EQUAL(uv_tty_init(&loop, &tty, -1, 1), UV_EBADF);
  EQUAL(uv_tty_init(&loop, &tty, ends[1], 1), 0);
  EQUAL(uv_tty_reset_mode(), 0);
  uv_buf_t buffer = uv_buf_init("tcp", 3);
  EQUAL(uv_try_write((uv_stream_t *)&tcp, &buffer, 1), 3);
  uv_close((uv_handle_t *)&tcp, NULL);
  EQUAL(uv_read_start((uv_stream_t *)&tty, allocate, on_read), 0);
  uv_run(&loop, UV_RUN_DEFAULT);
  EQUAL(received_length, 3);
  uv_tcp_t plain;
  EQUAL(uv_tcp_init(&loop, &plain), 0);
  EQUAL(uv_listen((uv_stream_t *)&plain, 1, NULL), UV_EINVAL);
  end();
}

static void on_datagram(uv_udp_t *udp, ssize_t length, const uv_buf_t *buffer, const struct sockaddr *sender,
                        unsigned flags) {
  CHECK(sender == NULL);
  if (length == 5 && memcmp(buffer->base, "datag", 5) == 0)
    note("D");
  if (flags & UV_UDP_PARTIAL)
    note("P");
  if (strlen(events) > 1)
    uv_udp_recv_stop(udp);
}

TEST(uv_datagrams) {
  begin();
  int ends[2];
  EQUAL(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends), 0);
  uv_udp_t udp;
  EQUAL(uv_udp_init_ex(&loop, &udp, AF_INET), UV_EAFNOSUPPORT);
  EQUAL(uv_udp_init(&loop, &udp), 0);
  EQUAL(uv_udp_recv_start(&udp, allocate_nothing, on_datagram), UV_EINVAL);
  EQUAL(uv_udp_open(&udp, -1), UV_EBADF);
  EQUAL(uv_guess_handle(ends[0]), UV_UDP);
  EQUAL(uv_udp_open(&udp, ends[0]), 0);
  EQUAL(uv_udp_open(&udp, ends[1]), UV_EBUSY);
  EQUAL(write(ends[1], "datag", 5), 5);
  EQUAL(write(ends[1], "datag", 5), 5);
  EQUAL(uv_udp_recv_start(&udp, allocate, on_datagram), 0);
  EQUAL(uv_udp_recv_start(&udp, allocate, on_datagram), UV_EALREADY);
  uv_run(&loop, UV_RUN_DEFAULT);
  EVENTS("DD");
  close(ends[1]);
  end();
}

/* Files. */

static void on_fs(uv_fs_t *request) {
  EQUAL(request->fs_type, UV_FS_READ);
  EQUAL(request->result, 4);
  note("F");
  uv_fs_req_cleanup(request);
}

TEST(uv_files) {
  begin();
  int fd = openat(folder, "uv", O_RDWR | O_CREAT | O_TRUNC, 0600);
  int copy = openat(folder, "uv-copy", O_RDWR | O_CREAT | O_TRUNC, 0600);
  CHECK(fd >= 0 && copy >= 0);
  uv_fs_t request;
  uv_buf_t two[] = {uv_buf_init("0123", 4), uv_buf_init("456789", 6)};
  EQUAL(uv_fs_write(&loop, &request, fd, two, 0, -1, NULL), UV_EINVAL);
  EQUAL(uv_fs_write(&loop, &request, fd, two, 2, -1, NULL), 10);
  uv_fs_req_cleanup(&request);
  EQUAL(uv_fs_write(&loop, &request, fd, two, 1, 8, NULL), 4);
  uv_fs_req_cleanup(&request);
  char bytes[4];
  uv_buf_t into = uv_buf_init(bytes, sizeof(bytes));
  EQUAL(uv_fs_read(&loop, &request, fd, &into, 1, 6, on_fs), 0);
  EQUAL(uv_loop_alive(&loop), 1);
  uv_run(&loop, UV_RUN_DEFAULT);
  EVENTS("F");
  CHECK(memcmp(bytes, "6701", 4) == 0);
  EQUAL(uv_fs_fstat(&loop, &request, fd, NULL), 0);
  EQUAL(request.statbuf.st_size, 12);
  CHECK(S_ISREG(request.statbuf.st_mode) && request.ptr == &request.statbuf);
  uv_fs_req_cleanup(&request);
  EQUAL(uv_fs_ftruncate(&loop, &request, fd, 5, NULL), 0);
  EQUAL(uv_fs_sendfile(&loop, &request, copy, fd, 1, 100, NULL), 4);
  EQUAL(uv_fs_read(&loop, &request, copy, &into, 1, 0, NULL), 4);
  uv_fs_req_cleanup(&request);
  CHECK(memcmp(bytes, "1234", 4) == 0);
  EQUAL(uv_fs_futime(&loop, &request, fd, 1000.5, 2000.25, NULL), 0);
  EQUAL(uv_fs_fstat(&loop, &request, fd, NULL), 0);
  EQUAL(request.statbuf.st_mtim.tv_sec, 2000);
  EQUAL(request.statbuf.st_mtim.tv_nsec, 250000000);
  EQUAL(request.statbuf.st_atim.tv_sec, 1000);
  EQUAL(uv_fs_fsync(&loop, &request, fd, NULL), 0);
  EQUAL(uv_fs_fdatasync(&loop, &request, fd, NULL), 0);
  EQUAL(uv_guess_handle(fd), UV_FILE);
  EQUAL(uv_get_osfhandle(fd), fd);
  EQUAL(uv_fs_close(&loop, &request, fd, NULL), 0);
  EQUAL(uv_fs_close(&loop, &request, fd, NULL), UV_EBADF);
  EQUAL(uv_guess_handle(fd), UV_UNKNOWN_HANDLE);
  close(copy);
  end();
}

static int worked;
static void do_work(uv_work_t *request) { worked += *(int *)request->data; }
static void after_work(uv_work_t *request, int status) {
  (void)request;
  note(status == 0 ? "w" : status == UV_ECANCELED ? "c" : "?");
}

TEST(uv_work_is_done_and_cancelled) {
  begin();
  worked = 0;
  int one = 1;
  uv_work_t works[3];
  for (int i = 0; i < 3; ++i) {
    works[i].data = &one;
    EQUAL(uv_queue_work(&loop, &works[i], do_work, after_work), 0);
  }
  EQUAL(uv_queue_work(&loop, &works[0], NULL, after_work), UV_EINVAL);
  EQUAL(uv_cancel((uv_req_t *)&works[1]), 0);
  uv_run(&loop, UV_RUN_DEFAULT);
  EQUAL(worked, 2);
  EVENTS("cww");
  EQUAL(uv_cancel((uv_req_t *)&works[0]), UV_EBUSY);
  uv_req_t other = {.type = UV_WRITE};
  EQUAL(uv_cancel(&other), UV_EINVAL);
  end();
}

static void on_address(uv_getaddrinfo_t *request, int status, struct addrinfo *found) {
  EQUAL(status, 0);
  EQUAL(((struct sockaddr_in *)found->ai_addr)->sin_port, htons(80));
  note("G");
  uv_freeaddrinfo(found);
  (void)request;
}
static void on_name(uv_getnameinfo_t *request, int status, const char *host, const char *service) {
  (void)request;
  EQUAL(status, 0);
  CHECK(strcmp(host, "192.0.2.1") == 0 && strcmp(service, "http") == 0);
  note("H");
}

TEST(uv_addresses) {
  begin();
  struct sockaddr_in in;
  struct sockaddr_in6 in6;
  char text[64];
  EQUAL(uv_ip4_addr("192.0.2.1", 80, &in), 0);
  EQUAL(in.sin_port, htons(80));
  EQUAL(uv_ip4_addr("192.0.2", 80, &in), UV_EINVAL);
  uv_ip4_addr("192.0.2.1", 80, &in);
  EQUAL(uv_ip4_name(&in, text, sizeof(text)), 0);
  CHECK(strcmp(text, "192.0.2.1") == 0);
  EQUAL(uv_ip6_addr("2001:db8::1", 80, &in6), 0);
  EQUAL(uv_ip6_name(&in6, text, sizeof(text)), 0);
  CHECK(strcmp(text, "2001:db8::1") == 0);
  EQUAL(uv_ip6_name(&in6, text, 3), UV_ENOSPC);
  EQUAL(uv_inet_pton(AF_UNIX, "x", text), UV_EAFNOSUPPORT);
  EQUAL(uv_inet_ntop(AF_UNIX, &in, text, sizeof(text)), UV_EAFNOSUPPORT);
  uv_getaddrinfo_t address;
  EQUAL(uv_getaddrinfo(&loop, &address, on_address, NULL, NULL, NULL), UV_EINVAL);
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
  EQUAL(uv_getaddrinfo(&loop, &address, on_address, "192.0.2.1", "http", &hints), 0);
  uv_getnameinfo_t name;
  EQUAL(uv_getnameinfo(&loop, &name, on_name, (struct sockaddr *)&in, 0), 0);
  uv_run(&loop, UV_RUN_DEFAULT);
  EVENTS("GH");
  EQUAL(uv_getaddrinfo(&loop, &address, NULL, "example.org", NULL, NULL), UV_EAI_NONAME);
  end();
}

TEST(uv_small_things) {
  uint64_t before = uv_hrtime();
  CHECK(uv_hrtime() >= before);
  uv_rusage_t usage;
  EQUAL(uv_getrusage(&usage), 0);
  CHECK(usage.ru_utime.tv_sec + usage.ru_utime.tv_usec > 0);
  char text[UV_IF_NAMESIZE];
  size_t size = sizeof(text);
  EQUAL(uv_if_indextoname(1, text, &size), UV_ENXIO);
  EQUAL(uv_if_indextoiid(1, text, NULL), UV_EINVAL);
  EQUAL(uv_os_getenv("HOME", text, &size), UV_ENOENT);
  EQUAL(uv_os_getenv(NULL, text, &size), UV_EINVAL);
  uv_disable_stdio_inheritance();
  begin();
  uv_update_time(&loop);
  CHECK(uv_now(&loop) > 0);
  uv_process_t process;
  EQUAL(uv_process_open(&loop, &process, -1, NULL), UV_EBADF);
  end();
}

static int64_t exit_status;
static int exit_signal;
static void on_exit_of_process(uv_process_t *process, int64_t status, int signal) {
  (void)process;
  exit_status = status;
  exit_signal = signal;
  note("Q");
}

/* Opens a process whose launcher is the other end of a pair. */
static int open_process(uv_process_t *process) {
  int ends[2];
  EQUAL(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends), 0);
  EQUAL(uv_process_open(&loop, process, ends[0], on_exit_of_process), 0);
  return ends[1];
}

TEST(uv_processes_are_killed_and_end) {
  begin();
  uv_process_t process;
  int launcher = open_process(&process);
  EQUAL(uv_process_kill(&process, 0), 0);
  EQUAL(uv_process_kill(&process, SIGTERM), 0);
  EQUAL(uv_process_kill(&process, 99), UV_EINVAL);
  char signal = 0;
  EQUAL(read(launcher, &signal, 1), 1);
  EQUAL(signal, 15);
  EQUAL(uv_run(&loop, UV_RUN_NOWAIT), 1);
  EVENTS("");
  EQUAL(write(launcher, "\1\0\0\0\17\0\0\0SIGTERM", 15), 15);
  EQUAL(uv_process_kill(&process, SIGTERM), UV_ESRCH);
  uv_run(&loop, UV_RUN_DEFAULT);
  EVENTS("Q");
  EQUAL(exit_status, 0);
  EQUAL(exit_signal, 15);
  EQUAL(uv_process_kill(&process, SIGTERM), UV_ESRCH);
  close(launcher);
  uv_process_t other;
  launcher = open_process(&other);
  EQUAL(write(launcher, "\0\0\0\0\7\0\0\0", 8), 8);
  uv_run(&loop, UV_RUN_DEFAULT);
  EVENTS("QQ");
  EQUAL(exit_status, 7);
  EQUAL(exit_signal, 0);
  close(launcher);
  end();
}

static int initialized;
static void initialize(void) { ++initialized; }

TEST(uv_locks_of_one_thread) {
  uv_mutex_t mutex;
  EQUAL(uv_mutex_init(&mutex), 0);
  uv_mutex_lock(&mutex);
  uv_mutex_unlock(&mutex);
  EQUAL(uv_mutex_trylock(&mutex), 0);
  uv_mutex_unlock(&mutex);
  uv_mutex_destroy(&mutex);
  uv_rwlock_t lock;
  EQUAL(uv_rwlock_init(&lock), 0);
  uv_rwlock_rdlock(&lock);
  EQUAL(uv_rwlock_tryrdlock(&lock), 0);
  uv_rwlock_rdunlock(&lock);
  uv_rwlock_rdunlock(&lock);
  uv_rwlock_wrlock(&lock);
  uv_rwlock_wrunlock(&lock);
  uv_rwlock_destroy(&lock);
  uv_sem_t semaphore;
  EQUAL(uv_sem_init(&semaphore, 1), 0);
  uv_sem_wait(&semaphore);
  EQUAL(uv_sem_trywait(&semaphore), UV_EAGAIN);
  uv_sem_post(&semaphore);
  EQUAL(uv_sem_trywait(&semaphore), 0);
  uv_sem_destroy(&semaphore);
  uv_key_t key;
  EQUAL(uv_key_create(&key), 0);
  uv_key_set(&key, &key);
  CHECK(uv_key_get(&key) == &key);
  uv_key_delete(&key);
  uv_once_t once = UV_ONCE_INIT;
  uv_once(&once, initialize);
  uv_once(&once, initialize);
  EQUAL(initialized, 1);
  uv_thread_t self = uv_thread_self(), same = uv_thread_self();
  CHECK(uv_thread_equal(&self, &same));
}
