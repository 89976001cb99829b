#include "channel.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HEAD_SIZE = 8, MARK_LOW = 0x5e, MARK_HIGH = 0xca, MAX_REQUEST = 0x10000, MAX_REPLY = 0x100000, ARGUMENTS_MAX = 4 };

static bool write_all(int fd, const uint8_t *bytes, size_t length) {
  while (length > 0) {
    ssize_t written = write(fd, bytes, length);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return false;
    bytes += written;
    length -= (size_t)written;
  }
  return true;
}

/* Reads so many bytes; those beyond the room are let go of. */
static bool read_all(int fd, uint8_t *bytes, size_t room, size_t length) {
  uint8_t rest[256];
  while (length > 0) {
    uint8_t *to = room > 0 ? bytes : rest;
    size_t most = room > 0 ? room : sizeof(rest);
    ssize_t got = read(fd, to, length < most ? length : most);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return false;
    if (room > 0) {
      bytes += got;
      room -= (size_t)got;
    }
    length -= (size_t)got;
  }
  return true;
}

static bool send_value(int channel, const argdata_t *value) {
  size_t length, descriptors;
  argdata_serialized_length(value, &length, &descriptors);
  uint8_t *message = length > MAX_REQUEST ? NULL : malloc(HEAD_SIZE + length);
  if (message == NULL)
    return false;
  for (int i = 0; i < 4; ++i)
    message[i] = (uint8_t)(length >> (8 * i));
  message[4] = message[5] = 0;
  message[6] = MARK_LOW;
  message[7] = MARK_HIGH;
  argdata_serialize(value, message + HEAD_SIZE, NULL);
  bool sent = write_all(channel, message, HEAD_SIZE + length);
  free(message);
  return sent;
}

static bool skip_answer(int channel) {
  uint8_t head[HEAD_SIZE];
  if (!read_all(channel, head, sizeof(head), sizeof(head)) || head[6] != MARK_LOW || head[7] != MARK_HIGH)
    return false;
  size_t length = head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16 | (size_t)head[3] << 24;
  return length <= MAX_REPLY && read_all(channel, NULL, 0, length);
}

int service_call(int channel, const char *call, const struct text_argument *arguments, size_t count) {
  argdata_t *names[ARGUMENTS_MAX] = {NULL}, *texts[ARGUMENTS_MAX] = {NULL};
  for (size_t i = 0; i < count; ++i) {
    names[i] = argdata_create_str_c(arguments[i].name);
    texts[i] = argdata_create_str_c(arguments[i].text);
  }
  argdata_t *keys[] = {argdata_create_str_c("call"), argdata_create_str_c("arguments")};
  argdata_t *values[] = {argdata_create_str_c(call), argdata_create_map((const argdata_t **)names, (const argdata_t **)texts, count)};
  argdata_t *request = argdata_create_map((const argdata_t **)keys, (const argdata_t **)values, 2);
  bool done = request != NULL && send_value(channel, request) && skip_answer(channel);
  argdata_free(request);
  for (int i = 0; i < 2; ++i) {
    argdata_free(keys[i]);
    argdata_free(values[i]);
  }
  for (size_t i = 0; i < count; ++i) {
    argdata_free(names[i]);
    argdata_free(texts[i]);
  }
  return done ? 0 : -1;
}
