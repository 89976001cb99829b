#include <cloudabi_syscalls.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "message.h"
#include "value.h"

struct argdata_reader_t {
  size_t bytes_max;
  size_t descriptors_max;
  uint8_t header[HEADER_SIZE];
  /* The number of bytes that have come, those of the header first. */
  size_t received;
  uint8_t *bytes;
  size_t length;
  /* Descriptors that have come: room for descriptors_max. A released one is -1. */
  int *descriptors;
  size_t count;
  /* True when the value, or the end of the stream, is there. */
  bool finished;
  bool has_value;
  argdata_t value;
};

argdata_reader_t *argdata_reader_create(size_t bytes_max, size_t descriptors_max) {
  argdata_reader_t *reader = calloc(1, sizeof(*reader));
  if (reader == NULL)
    return NULL;
  /* One more, since an allocation of nothing may give NULL. */
  reader->descriptors = descriptors_max == SIZE_MAX ? NULL : calloc(descriptors_max + 1, sizeof(int));
  if (reader->descriptors == NULL) {
    free(reader);
    errno = ENOMEM;
    return NULL;
  }
  reader->bytes_max = bytes_max;
  reader->descriptors_max = descriptors_max;
  return reader;
}

/* Forgets the value, and closes descriptors that belong to the reader still. */
static void forget(argdata_reader_t *reader) {
  for (size_t i = 0; i < reader->count; ++i)
    if (reader->descriptors[i] >= 0)
      close(reader->descriptors[i]);
  free(reader->bytes);
  reader->bytes = NULL;
  reader->received = reader->length = reader->count = 0;
  reader->finished = reader->has_value = false;
}

void argdata_reader_free(argdata_reader_t *reader) {
  if (reader == NULL)
    return;
  forget(reader);
  free(reader->descriptors);
  free(reader);
}

const argdata_t *argdata_reader_get(const argdata_reader_t *reader) {
  return reader->has_value ? &reader->value : NULL;
}

static int convert(void *argument, size_t number) {
  const argdata_reader_t *reader = argument;
  return number < reader->count ? reader->descriptors[number] : -1;
}

void argdata_reader_release_fd(argdata_reader_t *reader, int fd) {
  for (size_t i = 0; i < reader->count; ++i)
    if (reader->descriptors[i] == fd)
      reader->descriptors[i] = -1;
}

/* Reads at most length bytes, and the descriptors beside them. */
static int receive(argdata_reader_t *reader, int fd, uint8_t *bytes, size_t length, size_t *received) {
  cloudabi_iovec_t vector = {.buf = bytes, .buf_len = length};
  cloudabi_recv_in_t in = {
      .ri_data = &vector,
      .ri_data_len = 1,
      .ri_fds = (cloudabi_fd_t *)reader->descriptors + reader->count,
      .ri_fds_len = reader->descriptors_max - reader->count,
  };
  cloudabi_recv_out_t out;
  int error = cloudabi_sys_sock_recv((cloudabi_fd_t)fd, &in, &out);
  if (error == ENOTSOCK) {
    ssize_t count = read(fd, bytes, length);
    if (count < 0)
      return errno;
    *received = (size_t)count;
    return 0;
  }
  if (error != 0)
    return error;
  reader->count += out.ro_fdslen;
  *received = out.ro_datalen;
  return (out.ro_flags & CLOUDABI_SOCK_RECV_FDS_TRUNCATED) != 0 ? EBADMSG : 0;
}

static uint64_t number_at(const uint8_t *bytes, size_t size) {
  uint64_t number = 0;
  for (size_t i = 0; i < size; ++i)
    number = number << 8 | bytes[i];
  return number;
}

int argdata_reader_pull(argdata_reader_t *reader, int fd) {
  if (reader->finished)
    forget(reader);
  for (;;) {
    size_t header = reader->received < HEADER_SIZE ? HEADER_SIZE - reader->received : 0;
    if (header == 0 && reader->bytes == NULL) {
      uint64_t length = number_at(reader->header, 8);
      if (length > reader->bytes_max || number_at(reader->header + 8, 4) > reader->descriptors_max)
        return EMSGSIZE;
      reader->bytes = malloc((size_t)length + 1);
      if (reader->bytes == NULL)
        return ENOMEM;
      reader->length = (size_t)length;
    }
    size_t taken = header > 0 ? 0 : reader->received - HEADER_SIZE;
    if (header == 0 && taken == reader->length)
      break;
    uint8_t *place = header > 0 ? reader->header + reader->received : reader->bytes + taken;
    size_t count;
    int error = receive(reader, fd, place, header > 0 ? header : reader->length - taken, &count);
    if (error != 0)
      return error;
    if (count == 0 && reader->received > 0)
      return EBADMSG;
    if (count == 0) {
      reader->finished = true;
      return 0;
    }
    reader->received += count;
  }
  if (reader->count != number_at(reader->header + 8, 4))
    return EBADMSG;
  reader->value = (argdata_t){reader->bytes, reader->length, convert, reader};
  reader->finished = reader->has_value = true;
  return 0;
}
