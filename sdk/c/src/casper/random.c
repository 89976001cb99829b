#include <errno.h>
#include <string.h>

#include "arguments.h"

/* Bytes of one answer; a channel may give fewer, and fails then. */
enum { PORTION = 4096 };

int cap_random_buf(cap_channel_t *channel, void *buffer, size_t length) {
  for (size_t done = 0; done < length;) {
    size_t count = length - done < PORTION ? length - done : PORTION;
    struct arguments arguments = {.count = 0};
    cap_add(&arguments, "count", argdata_create_int_u(count));
    const argdata_t *result;
    const void *bytes;
    size_t got;
    if (cap_call(channel, "bytes", &arguments, &result) != 0)
      return -1;
    if (argdata_get_binary(result, &bytes, &got) != 0 || got != count) {
      errno = EBADMSG;
      return -1;
    }
    memcpy((char *)buffer + done, bytes, count);
    done += count;
  }
  return 0;
}
