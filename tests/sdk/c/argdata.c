#include <argdata.h>
#include <cloudabi_syscalls.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"

static int plus_hundred(void *argument, size_t number) {
  *(size_t *)argument += 1;
  return number == 3 ? -1 : (int)number + 100;
}

TEST(argdata_converts_descriptors_of_a_buffer) {
  /* [fd 1, fd 3, fd 0xffffffff, "x"] */
  static const char bytes[] = "\x07\x85\x03\0\0\0\x01\x85\x03\0\0\0\x03\x85\x03\xff\xff\xff\xff\x83\x08x";
  size_t asked = 0;
  argdata_t *ad = argdata_from_buffer(bytes, sizeof(bytes), plus_hundred, &asked);
  argdata_seq_iterator_t it;
  const argdata_t *value;
  int fd = -5;
  argdata_seq_iterate(ad, &it);
  CHECK(argdata_seq_get(&it, &value));
  EQUAL(argdata_get_fd(value, &fd), 0);
  EQUAL(fd, 101);
  EQUAL(asked, 1);
  argdata_seq_next(&it);
  EQUAL(it.index, 1);
  CHECK(argdata_seq_get(&it, &value));
  EQUAL(argdata_get_fd(value, &fd), EBADF);
  argdata_seq_next(&it);
  CHECK(argdata_seq_get(&it, &value));
  EQUAL(argdata_get_fd(value, &fd), EBADF);
  EQUAL(asked, 2);
  argdata_seq_next(&it);
  argdata_seq_next(&it);
  EQUAL(it.index, ARGDATA_ITERATOR_END);
  argdata_seq_next(&it);
  EQUAL(it.index, ARGDATA_ITERATOR_END);
  CHECK(!argdata_seq_get(&it, &value));
  EQUAL(fd, 101);
  /* Without a function there are no descriptors at all. */
  argdata_t *none = argdata_from_buffer(bytes + 2, 5, NULL, NULL);
  EQUAL(argdata_get_fd(none, &fd), EBADF);
  argdata_free(none);
  argdata_free(ad);
}

TEST(argdata_built_trees_have_numbers_of_descriptors) {
  static const char bytes[] = "\x07\x85\x03\0\0\0\x01\x85\x03\0\0\0\x03";
  size_t asked = 0;
  argdata_t *foreign = argdata_from_buffer(bytes, sizeof(bytes) - 1, plus_hundred, &asked);
  argdata_t *own = argdata_create_fd(1);
  argdata_t *tree = argdata_create_seq((const argdata_t *[]){foreign, own}, 2);
  argdata_free(foreign);
  size_t length, count;
  argdata_serialized_length(tree, &length, &count);
  EQUAL(count, 2);
  unsigned char buffer[64];
  int descriptors[2] = {-1, -1};
  EQUAL(argdata_serialize(tree, buffer, descriptors), 2);
  EQUAL(descriptors[0], 101);
  EQUAL(descriptors[1], 1);
  /* The one that was not there is invalid still. */
  CHECK(memcmp(buffer + 9, "\x85\x03\xff\xff\xff\xff\x85\x03\0\0\0\x01", 12) == 0);
  argdata_free(tree);
  argdata_free(own);
}

TEST(argdata_deep_values_hide_no_unconverted_descriptor) {
  enum { DEPTH = 300 };
  static unsigned char bytes[DEPTH * 4 + 8];
  size_t length = 5, at = sizeof(bytes) - 5;
  memcpy(bytes + at, "\x03\0\0\0\x07", 5);
  for (int i = 0; i < DEPTH; ++i) {
    if (length < 128) {
      bytes[--at] = 0x80 | length;
    } else {
      bytes[--at] = 0x80 | (length & 0x7f);
      bytes[--at] = length >> 7;
    }
    bytes[--at] = 7;
    length = sizeof(bytes) - at;
  }
  size_t asked = 0;
  argdata_t *deep = argdata_from_buffer(bytes + at, length, plus_hundred, &asked);
  argdata_t *tree = argdata_create_seq((const argdata_t *const *)&deep, 1);
  static unsigned char out[2000];
  int descriptors[1] = {-1};
  EQUAL(argdata_serialize(tree, out, descriptors), 0);
  const argdata_t *value = tree;
  argdata_seq_iterator_t it[2];
  int depth = 0, fd;
  for (; argdata_seq_iterate(value, &it[depth % 2]), argdata_seq_get(&it[depth % 2], &value); ++depth)
    CHECK(argdata_get_fd(value, &fd) != 0);
  CHECK(depth < DEPTH);
  argdata_free(tree);
  argdata_free(deep);
}

TEST(argdata_entries_before_a_malformed_one_are_given) {
  argdata_map_iterator_t it;
  const argdata_t *key, *value;
  int number;
  /* {1: 2, 3} */
  argdata_t *odd = argdata_from_buffer("\x06\x82\x05\x01\x82\x05\x02\x82\x05\x03", 10, NULL, NULL);
  argdata_map_iterate(odd, &it);
  EQUAL(it.index, 0);
  CHECK(argdata_map_get(&it, &key, &value));
  EQUAL(argdata_get_int(value, &number), 0);
  EQUAL(number, 2);
  argdata_map_iterator_t copy = it;
  argdata_map_next(&it);
  EQUAL(it.index, ARGDATA_ITERATOR_INVALID);
  CHECK(!argdata_map_get(&it, &key, &value));
  CHECK(argdata_map_get(&copy, &key, &value));
  EQUAL(argdata_get_int(key, &number), 0);
  EQUAL(number, 1);
  argdata_map_iterate(&argdata_true, &it);
  EQUAL(it.index, ARGDATA_ITERATOR_INVALID);
  argdata_seq_iterator_t seq;
  argdata_seq_iterate(odd, &seq);
  EQUAL(seq.index, ARGDATA_ITERATOR_INVALID);
  argdata_free(odd);
}

TEST(argdata_integers_keep_to_their_range) {
  argdata_t *ad = argdata_create_int_s(INTMAX_MIN);
  intmax_t number = 5;
  uintmax_t large = 5;
  EQUAL(argdata_get_int_s(ad, &number, INTMAX_MIN + 1, 0), ERANGE);
  EQUAL(number, 5);
  EQUAL(argdata_get_int_s(ad, &number, INTMAX_MIN, 0), 0);
  CHECK(number == INTMAX_MIN);
  EQUAL(argdata_get_int_u(ad, &large, UINTMAX_MAX), ERANGE);
  argdata_free(ad);
  ad = argdata_create_int_u(UINTMAX_MAX);
  EQUAL(argdata_get_int_s(ad, &number, INTMAX_MIN, INTMAX_MAX), ERANGE);
  EQUAL(argdata_get_int_u(ad, &large, UINTMAX_MAX - 1), ERANGE);
  EQUAL(argdata_get_int_u(ad, &large, UINTMAX_MAX), 0);
  CHECK(large == UINTMAX_MAX);
  EQUAL(argdata_get_int_u(&argdata_null, &large, 1), EINVAL);
  argdata_free(ad);
}

TEST(argdata_refuses_to_make_what_cannot_be) {
  errno = 0;
  CHECK(argdata_create_fd(-1) == NULL);
  EQUAL(errno, EBADF);
  CHECK(argdata_create_timestamp(&(struct timespec){.tv_nsec = 1000000000}) == NULL);
  EQUAL(errno, EINVAL);
  errno = 0;
  CHECK(argdata_create_timestamp(&(struct timespec){.tv_nsec = -1}) == NULL);
  EQUAL(errno, EINVAL);
  CHECK(argdata_create_str_c("\xc0\x80") == NULL);
  EQUAL(errno, EILSEQ);
  const char *text;
  argdata_t *ad = argdata_create_str("a\0b", 3);
  EQUAL(argdata_get_str_c(ad, &text), EILSEQ);
  argdata_free(ad);
  argdata_free(NULL);
}

TEST(argdata_prints_yaml) {
  const argdata_t *keys[] = {argdata_create_str_c("a\"\n\x1b\xc2\x85\xe2\x80\xa8\xc3\xa9\xc2\x90"), argdata_create_int(-1), &argdata_true};
  const argdata_t *values[] = {argdata_create_binary("abcd", 4), argdata_create_float(0.5), argdata_create_seq(NULL, 0)};
  const argdata_t *parts[] = {
      argdata_create_map(keys, values, 3), argdata_create_fd(4), argdata_from_buffer("\x03\0\0\0\x01", 5, NULL, NULL),
      argdata_create_int(UINTMAX_MAX), argdata_create_timestamp(&(struct timespec){.tv_sec = 86400, .tv_nsec = 5}),
      &argdata_null, argdata_create_float(-1.0 / 0.0), argdata_from_buffer("\x63", 1, NULL, NULL)};
  char *text = NULL;
  size_t length;
  FILE *stream = open_memstream(&text, &length);
  argdata_print_yaml(argdata_create_seq(parts, 8), stream);
  fclose(stream);
  static const char wanted[] = "%TAG ! tag:nuxi.nl,2015:cloudabi/\n---\n!!seq [\n  !!map {\n"
                               "    ? !!str \"a\\\"\\n\\e\\N\\L\xc3\xa9\\x90\"\n    : !!binary \"YWJjZA==\",\n"
                               "    ? !!int \"-1\"\n    : !!float \"0.5\",\n    ? !!bool \"true\"\n    : !!seq [],\n  },\n"
                               "  !fd \"4\",\n  !fd \"invalid\",\n  !!int \"18446744073709551615\",\n"
                               "  !!timestamp \"1970-01-02T00:00:00.000000005Z\",\n  !!null \"null\",\n"
                               "  !!float \"-.inf\",\n  !!null \"null\",\n]\n";
  if (strcmp(text, wanted) != 0)
    dprintf(output, "%s", text);
  EQUAL(strcmp(text, wanted), 0);
  free(text);
}

static void make_pair(int ends[2]) {
  cloudabi_fd_t pair[2];
  EQUAL(cloudabi_sys_fd_create2(CLOUDABI_FILETYPE_SOCKET_STREAM, &pair[0], &pair[1]), 0);
  ends[0] = (int)pair[0];
  ends[1] = (int)pair[1];
}

TEST(argdata_readers_and_writers_pass_values_with_descriptors) {
  int ends[2], passed[2];
  make_pair(ends);
  make_pair(passed);
  argdata_t *fd = argdata_create_fd(passed[0]), *text = argdata_create_str_c("hello");
  argdata_t *tree = argdata_create_seq((const argdata_t *[]){fd, text, fd}, 3);
  argdata_writer_t *writer = argdata_writer_create();
  EQUAL(argdata_writer_push(writer, ends[0]), 0);
  argdata_writer_set(writer, tree);
  EQUAL(argdata_writer_push(writer, ends[0]), 0);
  argdata_writer_set(writer, &argdata_null);
  EQUAL(argdata_writer_push(writer, ends[0]), 0);
  argdata_free(tree);
  close(passed[0]);

  argdata_reader_t *reader = argdata_reader_create(1000, 2);
  EQUAL(argdata_reader_pull(reader, ends[1]), 0);
  const argdata_t *value;
  argdata_seq_iterator_t it;
  int received = -1, again = -1;
  argdata_seq_iterate(argdata_reader_get(reader), &it);
  CHECK(argdata_seq_get(&it, &value));
  EQUAL(argdata_get_fd(value, &received), 0);
  argdata_reader_release_fd(reader, received);
  EQUAL(argdata_get_fd(value, &again), EBADF);
  argdata_seq_next(&it);
  const char *word = "";
  CHECK(argdata_seq_get(&it, &value));
  EQUAL(argdata_get_str_c(value, &word), 0);
  EQUAL(strcmp(word, "hello"), 0);
  EQUAL(argdata_reader_pull(reader, ends[1]), 0);
  size_t length = 5;
  argdata_serialized_length(argdata_reader_get(reader), &length, NULL);
  EQUAL(length, 0);
  /* The released descriptor is ours, and leads to the other end. */
  char byte = 0;
  EQUAL(write(received, "x", 1), 1);
  EQUAL(read(passed[1], &byte, 1), 1);
  EQUAL(byte, 'x');
  close(ends[0]);
  EQUAL(argdata_reader_pull(reader, ends[1]), 0);
  CHECK(argdata_reader_get(reader) == NULL);
  argdata_reader_free(reader);
  argdata_writer_free(writer);
  close(ends[1]);
  close(received);
  close(passed[1]);
}

TEST(argdata_readers_close_what_was_not_released) {
  int ends[2], passed[2];
  make_pair(ends);
  make_pair(passed);
  argdata_t *fd = argdata_create_fd(passed[0]);
  argdata_writer_t *writer = argdata_writer_create();
  argdata_writer_set(writer, fd);
  EQUAL(argdata_writer_push(writer, ends[0]), 0);
  close(passed[0]);
  argdata_reader_t *reader = argdata_reader_create(100, 1);
  EQUAL(argdata_reader_pull(reader, ends[1]), 0);
  argdata_reader_free(reader);
  /* The last descriptor of that end is closed, so the other one sees the end. */
  char byte;
  EQUAL(read(passed[1], &byte, 1), 0);
  argdata_writer_free(writer);
  argdata_free(fd);
  close(ends[0]);
  close(ends[1]);
  close(passed[1]);
}

TEST(argdata_readers_refuse_what_is_too_large_or_cut_short) {
  int ends[2];
  make_pair(ends);
  argdata_reader_t *reader = argdata_reader_create(4, 1);
  EQUAL(write(ends[0], "\0\0\0\0\0\0\0\x05\0\0\0\0", 12), 12);
  EQUAL(argdata_reader_pull(reader, ends[1]), EMSGSIZE);
  argdata_reader_free(reader);
  reader = argdata_reader_create(4, 1);
  EQUAL(write(ends[0], "\0\0\0\0\0\0\0\x01\0\0\0\x02", 12), 12);
  EQUAL(argdata_reader_pull(reader, ends[1]), EMSGSIZE);
  argdata_reader_free(reader);
  /* A descriptor that is announced and does not come. */
  reader = argdata_reader_create(4, 1);
  EQUAL(write(ends[0], "\0\0\0\0\0\0\0\x01\0\0\0\x01\x02", 13), 13);
  EQUAL(argdata_reader_pull(reader, ends[1]), EBADMSG);
  argdata_reader_free(reader);
  reader = argdata_reader_create(4, 1);
  EQUAL(write(ends[0], "\0\0\0\0\0\0\0\x02\0\0\0\0\x02", 13), 13);
  close(ends[0]);
  EQUAL(argdata_reader_pull(reader, ends[1]), EBADMSG);
  argdata_reader_free(reader);
  close(ends[1]);
}

TEST(argdata_readers_and_writers_go_on_after_eagain) {
  int ends[2];
  make_pair(ends);
  EQUAL(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
  EQUAL(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
  enum { LARGE = 4000000 };
  char *bytes = malloc(LARGE);
  memset(bytes, 'x', LARGE);
  argdata_t *large = argdata_create_binary(bytes, LARGE);
  argdata_writer_t *writer = argdata_writer_create();
  argdata_reader_t *reader = argdata_reader_create(LARGE + 10, 0);
  EQUAL(argdata_reader_pull(reader, ends[1]), EAGAIN);
  argdata_writer_set(writer, large);
  int sent = EAGAIN, received = EAGAIN, rounds = 0;
  while (received == EAGAIN) {
    if (sent == EAGAIN)
      sent = argdata_writer_push(writer, ends[0]);
    received = argdata_reader_pull(reader, ends[1]);
    ++rounds;
  }
  EQUAL(sent, 0);
  EQUAL(received, 0);
  CHECK(rounds > 1);
  const void *found;
  size_t length = 0;
  EQUAL(argdata_get_binary(argdata_reader_get(reader), &found, &length), 0);
  EQUAL(length, LARGE);
  EQUAL(memcmp(found, bytes, LARGE), 0);
  argdata_reader_free(reader);
  argdata_writer_free(writer);
  argdata_free(large);
  free(bytes);
  close(ends[0]);
  close(ends[1]);
}

TEST(argdata_values_go_through_files_without_descriptors) {
  int file = openat(folder, "argdata", O_RDWR | O_CREAT | O_TRUNC, 0666);
  argdata_writer_t *writer = argdata_writer_create();
  argdata_writer_set(writer, &argdata_true);
  EQUAL(argdata_writer_push(writer, file), 0);
  argdata_t *fd = argdata_create_fd(file);
  argdata_writer_set(writer, fd);
  EQUAL(argdata_writer_push(writer, file), ENOTSOCK);
  EQUAL(lseek(file, 0, SEEK_SET), 0);
  argdata_reader_t *reader = argdata_reader_create(10, 0);
  EQUAL(argdata_reader_pull(reader, file), 0);
  bool truth = false;
  EQUAL(argdata_get_bool(argdata_reader_get(reader), &truth), 0);
  CHECK(truth);
  argdata_reader_free(reader);
  argdata_writer_free(writer);
  argdata_free(fd);
  close(file);
}
