/* Builds a tree with a value of every type, and writes its serialization and its descriptors to descriptor 1. */
#include <errno.h>
#include <limits.h>
#include <program.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST = 64 };

static const argdata_t *parts[MOST];
static size_t used;

static void add(argdata_t *value) {
  if (value == NULL || used == MOST)
    exit(1);
  parts[used++] = value;
}

static void send(const argdata_t *tree) {
  size_t length, count;
  argdata_serialized_length(tree, &length, &count);
  uint8_t *bytes = malloc(length);
  int *descriptors = malloc((count + 1) * sizeof(*descriptors));
  if (bytes == NULL || descriptors == NULL)
    exit(2);
  size_t distinct = argdata_serialize(tree, bytes, descriptors);
  uint32_t head[3] = {length, count, distinct};
  write(1, head, sizeof(head));
  write(1, bytes, length);
  write(1, descriptors, distinct * sizeof(*descriptors));
}

/* Its own getters read what was built. */
static void check(const argdata_t *tree) {
  argdata_seq_iterator_t it;
  const argdata_t *value;
  long long number;
  const char *text;
  argdata_seq_iterate(tree, &it);
  if (it.index != 0 || !argdata_seq_get(&it, &value) ||
      argdata_get_int(value, &number) != 0 || number != CHAR_MIN)
    exit(3);
  for (; argdata_seq_get(&it, &value); argdata_seq_next(&it))
    if (argdata_get_str_c(value, &text) == 0 && strcmp(text, "text") == 0)
      return;
  exit(4);
}

void program_main(const argdata_t *ad) {
  (void)ad;
  add(argdata_create_int((char)CHAR_MIN));
  add(argdata_create_int((signed char)127));
  add(argdata_create_int((short)SHRT_MIN));
  add(argdata_create_int(0));
  add(argdata_create_int(128));
  add(argdata_create_int(-129));
  add(argdata_create_int(LONG_MIN));
  add(argdata_create_int(LLONG_MIN));
  add(argdata_create_int(LLONG_MAX));
  add(argdata_create_int((unsigned char)255));
  add(argdata_create_int((unsigned short)65535));
  add(argdata_create_int(UINT_MAX));
  add(argdata_create_int(ULONG_MAX));
  add(argdata_create_int(ULLONG_MAX));
  add(argdata_create_binary("a\0b", 3));
  add(argdata_create_binary(NULL, 0));
  add(argdata_create_bool(false));
  add(argdata_create_bool(true));
  add(argdata_create_float(1.5));
  add(argdata_create_str("x\0y", 3));
  add(argdata_create_str_c("text"));
  add(argdata_create_timestamp(&(struct timespec){.tv_sec = -1, .tv_nsec = 999999999}));
  add(argdata_create_timestamp(&(struct timespec){.tv_sec = LLONG_MAX, .tv_nsec = 1}));
  add(argdata_create_fd(7));
  add(argdata_create_fd(1));
  if (argdata_create_fd(-1) != NULL || errno != EBADF)
    exit(6);
  add(argdata_from_buffer("\x03\xff\xff\xff\xff", 5, NULL, NULL));
  char *big = calloc(1, 20000);
  add(argdata_create_binary(big, 20000));
  parts[used++] = &argdata_null;
  const argdata_t *keys[] = {argdata_create_str_c("fd"), argdata_create_int(2), &argdata_true};
  const argdata_t *values[] = {argdata_create_fd(7), argdata_create_seq(NULL, 0),
                               argdata_create_map(NULL, NULL, 0)};
  add(argdata_create_map(keys, values, 3));
  if (argdata_create_str("\xff", 1) != NULL)
    exit(5);

  argdata_t *tree = argdata_create_seq(parts, used);
  for (size_t i = 0; i < used; ++i)
    argdata_free((argdata_t *)parts[i]);
  memset(big, 1, 20000);
  check(tree);
  send(tree);
  argdata_free(tree);

  /* Deep, and with a part whose framing is broken: a sequence that claims more than it has. */
  tree = argdata_create_fd(9);
  for (int i = 0; i < 200; ++i)
    tree = argdata_create_seq((const argdata_t *const *)&tree, 1);
  argdata_t *broken = argdata_from_buffer("\x07\x85\x03\x00\x00\x00\x05\x8f\x03", 9, NULL, NULL);
  argdata_t *after = argdata_create_fd(8);
  send(argdata_create_seq((const argdata_t *[]){tree, broken, after}, 3));
}
