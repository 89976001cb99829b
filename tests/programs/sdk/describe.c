/*
 * Describes its argdata, one line a value, on descriptor 1: what each getter says, and the entries of maps
 * and sequences, indented.
 */
#include <errno.h>
#include <inttypes.h>
#include <program.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *name_of(int error) {
  switch (error) {
    case EINVAL:
      return "EINVAL";
    case ERANGE:
      return "ERANGE";
    case EILSEQ:
      return "EILSEQ";
    case EBADF:
      return "EBADF";
    default:
      return "?";
  }
}

static void describe_int(const argdata_t *value) {
#define TRY(type, format)                                                     \
  do {                                                                        \
    type number;                                                              \
    int error = argdata_get_int(value, &number);                              \
    if (error == 0)                                                           \
      dprintf(1, " " format, number);                                         \
    else                                                                      \
      dprintf(1, " %s", name_of(error));                                      \
  } while (0)
  TRY(signed char, "%hhd");
  TRY(unsigned char, "%hhu");
  TRY(short, "%hd");
  TRY(unsigned short, "%hu");
  TRY(int, "%d");
  TRY(unsigned int, "%u");
  TRY(long long, "%lld");
  TRY(unsigned long long, "%llu");
}

static void describe(const argdata_t *value, int depth) {
  const void *bytes;
  const char *string;
  size_t length;
  bool truth;
  int fd, error;
  long long number;
  double real;
  struct timespec time;
  argdata_map_iterator_t map;
  argdata_seq_iterator_t seq;
  const argdata_t *key, *entry;

  argdata_map_iterate(value, &map);
  argdata_seq_iterate(value, &seq);
  size_t encoded;
  argdata_serialized_length(value, &encoded, NULL);
  dprintf(1, "%*s", depth * 2, "");
  if (argdata_get_binary(value, &bytes, &length) == 0) {
    dprintf(1, "binary");
    for (size_t i = 0; i < length; ++i)
      dprintf(1, " %02x", ((const unsigned char *)bytes)[i]);
  } else if (argdata_get_bool(value, &truth) == 0) {
    dprintf(1, "bool %s", truth ? "true" : "false");
  } else if ((error = argdata_get_fd(value, &fd)) != EINVAL) {
    if (error == 0)
      dprintf(1, "fd %d", fd);
    else
      dprintf(1, "fd %s", name_of(error));
  } else if (argdata_get_float(value, &real) == 0) {
    dprintf(1, "float %a", real);
  } else if ((error = argdata_get_int(value, &number)) != EINVAL) {
    dprintf(1, "int");
    describe_int(value);
  } else if ((error = argdata_get_str(value, &string, &length)) != EINVAL) {
    if (error != 0)
      dprintf(1, "str %s", name_of(error));
    else if (argdata_get_str_c(value, &string) == 0)
      dprintf(1, "str %zu %s", length, string);
    else
      dprintf(1, "str %zu with NUL", length);
  } else if ((error = argdata_get_timestamp(value, &time)) != EINVAL) {
    if (error == 0)
      dprintf(1, "timestamp %lld.%09ld", (long long)time.tv_sec, time.tv_nsec);
    else
      dprintf(1, "timestamp %s", name_of(error));
  } else if (map.index != ARGDATA_ITERATOR_INVALID) {
    dprintf(1, "map\n");
    for (; argdata_map_get(&map, &key, &entry) && depth < 8; argdata_map_next(&map)) {
      describe(key, depth + 1);
      describe(entry, depth + 1);
    }
    if (map.index == ARGDATA_ITERATOR_INVALID)
      dprintf(1, "%*smalformed\n", depth * 2 + 2, "");
    return;
  } else if (seq.index != ARGDATA_ITERATOR_INVALID) {
    dprintf(1, "seq\n");
    for (; argdata_seq_get(&seq, &entry) && depth < 8; argdata_seq_next(&seq))
      describe(entry, depth + 1);
    if (seq.index == ARGDATA_ITERATOR_INVALID)
      dprintf(1, "%*smalformed\n", depth * 2 + 2, "");
    return;
  } else if (encoded == 0) {
    dprintf(1, "null");
  } else {
    /* After a refusal, an iterator is valid and empty. */
    bool empty = !argdata_map_get(&map, &key, &entry) && !argdata_seq_get(&seq, &entry);
    dprintf(1, "malformed%s", empty ? "" : ", but an iterator has entries");
  }
  dprintf(1, "\n");
}

void program_main(const argdata_t *ad) {
  describe(ad, 0);
  describe(&argdata_null, 0);
  describe(&argdata_true, 0);
  describe(&argdata_false, 0);
}
