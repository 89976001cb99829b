/* Accepts one connection with uv.h, and sends back what comes on it. */
#include <cloudabi.h>
#include <program.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

static uv_tcp_t server, connection;
static uv_write_t request;
static char bytes[256];

static void allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer) {
  (void)handle;
  (void)suggested;
  *buffer = uv_buf_init(bytes, sizeof(bytes));
}

static void written(uv_write_t *done, int status) {
  if (status != 0)
    exit(10);
  (void)done;
}

static void read_some(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer) {
  if (length == UV_EOF) {
    uv_close((uv_handle_t *)stream, NULL);
    return;
  }
  uv_buf_t answer = uv_buf_init(buffer->base, (size_t)length);
  if (length < 0 || uv_write(&request, stream, &answer, 1, written) != 0)
    exit(11);
}

static void connected(uv_stream_t *listening, int status) {
  if (status != 0 || uv_tcp_init(listening->loop, &connection) != 0)
    exit(12);
  uv_stream_t *stream = (uv_stream_t *)&connection;
  if (uv_accept(listening, stream) != 0 || uv_read_start(stream, allocate, read_some) != 0)
    exit(13);
  uv_close((uv_handle_t *)listening, NULL);
}

void program_main(const argdata_t *ad) {
  int output, listener;
  if (program_argument_fd(ad, "output", &output) != 0 || program_argument_fd(ad, "listener", &listener) != 0)
    exit(1);
  uv_loop_t loop;
  uv_loop_init(&loop);
  uv_tcp_init(&loop, &server);
  if (uv_tcp_open(&server, listener) != 0 || uv_listen((uv_stream_t *)&server, 16, connected) != 0)
    exit(2);
  dprintf(output, "listening\n");
  uv_run(&loop, UV_RUN_DEFAULT);
  exit(uv_loop_close(&loop) == 0 ? 0 : 3);
}
