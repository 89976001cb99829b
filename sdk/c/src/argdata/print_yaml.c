#include <float.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "value.h"

/* A tree that is nested deeper, which may be a stranger's, is cut off there: the function calls itself. */
enum { DEPTH_MAX = 256 };

static void print(const argdata_t *value, FILE *stream, int depth);

static void new_line(FILE *stream, int depth) {
  fprintf(stream, "\n%*s", depth * 2, "");
}

static void print_binary(const uint8_t *bytes, size_t length, FILE *stream) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  fputs("!!binary \"", stream);
  for (size_t i = 0; i < length; i += 3) {
    size_t left = length - i;
    uint32_t bits = (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) | (left > 2 ? bytes[i + 2] : 0);
    fputc(digits[bits >> 18], stream);
    fputc(digits[bits >> 12 & 63], stream);
    fputc(left > 1 ? digits[bits >> 6 & 63] : '=', stream);
    fputc(left > 2 ? digits[bits & 63] : '=', stream);
  }
  fputc('"', stream);
}

static void print_float(double real, FILE *stream) {
  if (isnan(real))
    fputs("!!float \".nan\"", stream);
  else if (isinf(real))
    fprintf(stream, "!!float \"%s.inf\"", real < 0 ? "-" : "");
  else
    fprintf(stream, "!!float \"%.*g\"", DBL_DECIMAL_DIG, real);
}

/* Takes one character off valid UTF-8, as many bytes as its first one says. */
static uint32_t take_character(const char **string, size_t *length) {
  const uint8_t *bytes = (const uint8_t *)*string;
  size_t size = bytes[0] < 0x80 ? 1 : bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 : 4;
  uint32_t character = size == 1 ? bytes[0] : bytes[0] & (0x7fu >> size);
  for (size_t i = 1; i < size; ++i)
    character = character << 6 | (bytes[i] & 0x3f);
  *string += size;
  *length -= size;
  return character;
}

/* The letter of YAML's short escape for a character; 0 when there is none. */
static char escape_of(uint32_t character) {
  static const char letters[][2] = {{'\0', '0'}, {'\a', 'a'}, {'\b', 'b'}, {'\t', 't'}, {'\n', 'n'}, {'\v', 'v'},
                                    {'\f', 'f'}, {'\r', 'r'}, {0x1b, 'e'}, {'"', '"'},  {'\\', '\\'}};
  for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); ++i)
    if ((uint32_t)letters[i][0] == character)
      return letters[i][1];
  return character == 0x85 ? 'N' : character == 0xa0 ? '_' : character == 0x2028 ? 'L' : character == 0x2029 ? 'P' : 0;
}

/* Says whether YAML lets a character stand as it is: a terminal must not take it for a command either. */
static bool is_plain(uint32_t character) {
  return (character >= 0x20 && character < 0x7f) || (character >= 0xa1 && character < 0xd800) ||
         (character >= 0xe000 && character < 0xfeff) || (character > 0xfeff && character < 0xfffe) ||
         character >= 0x10000;
}

static void print_str(const char *string, size_t length, FILE *stream) {
  fputs("!!str \"", stream);
  while (length > 0) {
    const char *start = string;
    uint32_t character = take_character(&string, &length);
    char escape = escape_of(character);
    if (escape != 0)
      fprintf(stream, "\\%c", escape);
    else if (is_plain(character))
      fwrite(start, 1, (size_t)(string - start), stream);
    else if (character <= 0xff)
      fprintf(stream, "\\x%02" PRIx32, character);
    else
      fprintf(stream, "\\u%04" PRIx32, character);
  }
  fputc('"', stream);
}

static void print_map(argdata_map_iterator_t it, FILE *stream, int depth) {
  const argdata_t *key, *value;
  fputs("!!map {", stream);
  bool empty = true;
  for (; argdata_map_get(&it, &key, &value); argdata_map_next(&it), empty = false) {
    new_line(stream, depth + 1);
    fputs("? ", stream);
    print(key, stream, depth + 1);
    new_line(stream, depth + 1);
    fputs(": ", stream);
    print(value, stream, depth + 1);
    fputc(',', stream);
  }
  if (!empty)
    new_line(stream, depth);
  fputc('}', stream);
}

static void print_seq(argdata_seq_iterator_t it, FILE *stream, int depth) {
  const argdata_t *value;
  fputs("!!seq [", stream);
  bool empty = true;
  for (; argdata_seq_get(&it, &value); argdata_seq_next(&it), empty = false) {
    new_line(stream, depth + 1);
    print(value, stream, depth + 1);
    fputc(',', stream);
  }
  if (!empty)
    new_line(stream, depth);
  fputc(']', stream);
}

static void print(const argdata_t *value, FILE *stream, int depth) {
  const void *bytes;
  const char *string;
  size_t length;
  bool truth;
  int fd;
  double real;
  intmax_t number;
  uintmax_t large;
  struct timespec time;
  struct tm date;
  argdata_map_iterator_t map;
  argdata_seq_iterator_t seq;
  argdata_map_iterate(value, &map);
  argdata_seq_iterate(value, &seq);
  int fd_error = argdata_get_fd(value, &fd);
  if (argdata_get_binary(value, &bytes, &length) == 0)
    print_binary(bytes, length, stream);
  else if (argdata_get_bool(value, &truth) == 0)
    fprintf(stream, "!!bool \"%s\"", truth ? "true" : "false");
  else if (fd_error == 0)
    fprintf(stream, "!fd \"%d\"", fd);
  else if (fd_error == EBADF)
    fputs("!fd \"invalid\"", stream);
  else if (argdata_get_float(value, &real) == 0)
    print_float(real, stream);
  else if (argdata_get_int_s(value, &number, INTMAX_MIN, INTMAX_MAX) == 0)
    fprintf(stream, "!!int \"%" PRIdMAX "\"", number);
  else if (argdata_get_int_u(value, &large, UINTMAX_MAX) == 0)
    fprintf(stream, "!!int \"%" PRIuMAX "\"", large);
  else if (map.index != ARGDATA_ITERATOR_INVALID && depth < DEPTH_MAX)
    print_map(map, stream, depth);
  else if (seq.index != ARGDATA_ITERATOR_INVALID && depth < DEPTH_MAX)
    print_seq(seq, stream, depth);
  else if (argdata_get_str(value, &string, &length) == 0)
    print_str(string, length, stream);
  else if (argdata_get_timestamp(value, &time) == 0 && gmtime_r(&time.tv_sec, &date) != NULL)
    fprintf(stream, "!!timestamp \"%04d-%02d-%02dT%02d:%02d:%02d.%09ldZ\"", date.tm_year + 1900, date.tm_mon + 1,
            date.tm_mday, date.tm_hour, date.tm_min, date.tm_sec, time.tv_nsec);
  else
    fputs("!!null \"null\"", stream);
}

void argdata_print_yaml(const argdata_t *value, FILE *stream) {
  fputs("%TAG ! tag:nuxi.nl,2015:cloudabi/\n---\n", stream);
  print(value, stream, 0);
  fputc('\n', stream);
}
