/* Waiting, by one call of CloudABI for all descriptors. */
#include "loop.h"

#include <cloudabi_syscalls.h>
#include <stdlib.h>

enum { NANOSECONDS_PER_MILLISECOND = 1000000 };

/* A thing that is waited for; a handle may be there twice. */
struct watch {
  uv_handle_t *handle;
  cloudabi_eventtype_t type;
  int fd;
};

/* Tells what a handle waits for: how many things, of at most two. */
static size_t watches_of(uv_handle_t *handle, struct watch found[2]) {
  size_t count = 0;
  bool active = uv__is(handle, ACTIVE);
  switch (handle->type) {
  case UV_TCP:
  case UV_NAMED_PIPE:
  case UV_TTY: {
    const uv_stream_t *stream = STREAM(handle);
    if (stream->_fd < 0 || uv__is(handle, CLOSING))
      break;
    if (stream->_read_cb != NULL || stream->_connection_cb != NULL)
      found[count++] = (struct watch){handle, CLOUDABI_EVENTTYPE_FD_READ, stream->_fd};
    if (stream->_writes != NULL || stream->_shutdown != NULL)
      found[count++] = (struct watch){handle, CLOUDABI_EVENTTYPE_FD_WRITE, stream->_fd};
    break;
  }
  case UV_UDP:
    if (active)
      found[count++] = (struct watch){handle, CLOUDABI_EVENTTYPE_FD_READ, ((uv_udp_t *)handle)->_fd};
    break;
  case UV_POLL: {
    const uv_poll_t *poll = (uv_poll_t *)handle;
    if (active && (poll->_events & (UV_READABLE | UV_DISCONNECT)) != 0)
      found[count++] = (struct watch){handle, CLOUDABI_EVENTTYPE_FD_READ, poll->_fd};
    if (active && (poll->_events & UV_WRITABLE) != 0)
      found[count++] = (struct watch){handle, CLOUDABI_EVENTTYPE_FD_WRITE, poll->_fd};
    break;
  }
  case UV_PROCESS:
    if (active)
      found[count++] = (struct watch){handle, CLOUDABI_EVENTTYPE_FD_READ, ((uv_process_t *)handle)->_fd};
    break;
  default:
    break;
  }
  return count;
}

static void dispatch(const struct watch *watch, const cloudabi_event_t *event) {
  /* An earlier callback may have closed or stopped it; its memory is there until the end of the round. */
  struct watch still[2];
  size_t count = watches_of(watch->handle, still);
  bool waits = false;
  for (size_t i = 0; i < count; ++i)
    waits = waits || (still[i].type == watch->type && still[i].fd == watch->fd);
  if (!waits)
    return;
  bool reads = watch->type == CLOUDABI_EVENTTYPE_FD_READ;
  switch (watch->handle->type) {
  case UV_UDP:
    uv__udp_readable((uv_udp_t *)watch->handle);
    break;
  case UV_POLL: {
    bool hangup = event->error == 0 && (event->fd_readwrite.flags & CLOUDABI_EVENT_FD_READWRITE_HANGUP) != 0;
    uv__poll_ready((uv_poll_t *)watch->handle, event->error,
                   (reads ? UV_READABLE : UV_WRITABLE) | (hangup ? UV_DISCONNECT : 0));
    break;
  }
  case UV_PROCESS:
    uv__process_ended((uv_process_t *)watch->handle);
    break;
  default:
    if (reads)
      uv__stream_readable(STREAM(watch->handle));
    else
      uv__stream_writable(STREAM(watch->handle));
  }
}

void uv__wait(uv_loop_t *loop, int timeout) {
  size_t room = 2;
  for (const uv_handle_t *handle = loop->_handles; handle != NULL; handle = handle->_next)
    room += 2;
  struct watch *watches = calloc(room, sizeof(*watches));
  cloudabi_subscription_t *in = calloc(room, sizeof(*in));
  cloudabi_event_t *out = calloc(room, sizeof(*out));
  if (watches == NULL || in == NULL || out == NULL)
    abort();
  size_t count = 0;
  if (loop->_wake[0] >= 0)
    watches[count++] = (struct watch){NULL, CLOUDABI_EVENTTYPE_FD_READ, loop->_wake[0]};
  for (uv_handle_t *handle = loop->_handles; handle != NULL; handle = handle->_next)
    count += watches_of(handle, &watches[count]);
  for (size_t i = 0; i < count; ++i) {
    in[i].userdata = i;
    in[i].type = watches[i].type;
    in[i].fd_readwrite.fd = (cloudabi_fd_t)watches[i].fd;
  }
  size_t asked = count;
  if (timeout >= 0) {
    in[asked].userdata = count;
    in[asked].type = CLOUDABI_EVENTTYPE_CLOCK;
    in[asked].clock.clock_id = CLOUDABI_CLOCK_MONOTONIC;
    in[asked].clock.timeout = (cloudabi_timestamp_t)timeout * NANOSECONDS_PER_MILLISECOND;
    ++asked;
  }
  size_t happened = 0;
  /* Nothing to wait for and no time to wait: no call. */
  if (asked > 0 && !(count == 0 && timeout == 0) && cloudabi_sys_poll(in, out, asked, &happened) != 0)
    happened = 0;
  uv_update_time(loop);
  for (size_t i = 0; i < happened; ++i) {
    if (out[i].userdata >= count)
      continue;
    const struct watch *watch = &watches[out[i].userdata];
    if (watch->handle == NULL)
      uv__woken(loop);
    else
      dispatch(watch, &out[i]);
  }
  free(watches);
  free(in);
  free(out);
}
