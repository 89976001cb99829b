#include <cloudabi_syscalls.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "message.h"
#include "value.h"

struct argdata_writer_t {
  /* The value that was set and not looked at yet. */
  const argdata_t *next;
  uint8_t *bytes;
  size_t length;
  size_t sent;
  int *descriptors;
  /* The number of descriptors that are not sent yet: all of them, or none. */
  size_t count;
};

argdata_writer_t *argdata_writer_create(void) {
  return calloc(1, sizeof(argdata_writer_t));
}

static void forget(argdata_writer_t *writer) {
  free(writer->bytes);
  free(writer->descriptors);
  *writer = (argdata_writer_t){0};
}

void argdata_writer_free(argdata_writer_t *writer) {
  if (writer == NULL)
    return;
  forget(writer);
  free(writer);
}

void argdata_writer_set(argdata_writer_t *writer, const argdata_t *value) {
  forget(writer);
  writer->next = value;
}

static void put_number(uint8_t *bytes, size_t size, uint64_t number) {
  for (size_t i = 0; i < size; ++i)
    bytes[i] = (uint8_t)(number >> (8 * (size - 1 - i)));
}

static int prepare(argdata_writer_t *writer) {
  size_t length, count;
  argdata_serialized_length(writer->next, &length, &count);
  writer->bytes = length > SIZE_MAX - HEADER_SIZE ? NULL : malloc(HEADER_SIZE + length);
  writer->descriptors = calloc(count + 1, sizeof(int));
  if (writer->bytes == NULL || writer->descriptors == NULL) {
    const argdata_t *next = writer->next;
    argdata_writer_set(writer, next);
    return ENOMEM;
  }
  writer->length = HEADER_SIZE + length;
  writer->count = argdata_serialize(writer->next, writer->bytes + HEADER_SIZE, writer->descriptors);
  put_number(writer->bytes, 8, length);
  put_number(writer->bytes + 8, 4, writer->count);
  writer->next = NULL;
  return 0;
}

static int send_some(argdata_writer_t *writer, int fd, size_t *sent) {
  const uint8_t *bytes = writer->bytes + writer->sent;
  size_t length = writer->length - writer->sent;
  if (writer->count == 0) {
    ssize_t count = write(fd, bytes, length);
    if (count < 0)
      return errno;
    *sent = (size_t)count;
    return 0;
  }
  cloudabi_ciovec_t vector = {.buf = bytes, .buf_len = length};
  cloudabi_send_in_t in = {
      .si_data = &vector,
      .si_data_len = 1,
      .si_fds = (const cloudabi_fd_t *)writer->descriptors,
      .si_fds_len = writer->count,
  };
  cloudabi_send_out_t out;
  int error = cloudabi_sys_sock_send((cloudabi_fd_t)fd, &in, &out);
  if (error == 0)
    *sent = out.so_datalen;
  return error;
}

int argdata_writer_push(argdata_writer_t *writer, int fd) {
  int error = writer->next == NULL ? 0 : prepare(writer);
  while (error == 0 && writer->sent < writer->length) {
    size_t sent = 0;
    error = send_some(writer, fd, &sent);
    if (error == 0) {
      writer->sent += sent;
      writer->count = 0;
    }
  }
  if (error == 0)
    forget(writer);
  return error;
}
