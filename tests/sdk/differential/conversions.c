/* Options of command lines, and characters of other encodings. */
#define _GNU_SOURCE 1
#include "say.h"

#include <getopt.h>
#include <iconv.h>
#include <unistd.h>

static void options(void) {
  static const char *const lines_of[][7] = {{"p", "-a", "-b", "value", "rest"}, {"p", "-abvalue", "rest"}, {"p", "-x"},        {"p", "-b"},        {"p", "--", "-a"},
                                            {"p", "-a", "--", "-b"},            {"p", "-a", "rest", "-c"}, {"p", "-"},         {"p", "-ac", "-b"}, {"p"},
                                            {"p", "-b", "--", "x"},             {"p", "-b-a"},             {"p", "-a-", "-c"}, {"p", "-d", "x"},   {"p", "-dvalue"}};
  static const char *const forms[] = {"+ab:c", "+:ab:c"};
  for (size_t f = 0; f < COUNT(forms); ++f)
    for (size_t l = 0; l < COUNT(lines_of); ++l) {
      char *arguments[8] = {0};
      int count = 0;
      while (count < 7 && lines_of[l][count] != NULL) {
        arguments[count] = (char *)lines_of[l][count];
        ++count;
      }
      optind = 0;
      opterr = 0;
      for (int found; (found = getopt(count, arguments, forms[f])) != -1;)
        say("%zu %zu: %c %s %c %d", f, l, found, optarg != NULL && found == 'b' ? optarg : "none", found == '?' || found == ':' ? optopt : '-', optind > count ? count : optind);
      /* It is beyond the end when a value is missing (POSIX), which glibc leaves out. */
      say("%zu %zu: %d", f, l, optind > count ? count : optind);
    }
  static const struct option known[] = {{"all", no_argument, NULL, 'a'}, {"size", required_argument, NULL, 's'}, {"maybe", optional_argument, NULL, 'm'}, {"sizes", no_argument, NULL, 'z'}, {0}};
  static const char *const long_lines[][6] = {{"p", "--all", "--size", "3"}, {"p", "--size=3", "x"}, {"p", "--maybe", "x"}, {"p", "--maybe=5"}, {"p", "--al"}, {"p", "--si=1"}, {"p", "--none"}, {"p", "--all=1"}, {"p", "--size"}};
  for (size_t l = 0; l < COUNT(long_lines); ++l) {
    char *arguments[8] = {0};
    int count = 0;
    while (count < 6 && long_lines[l][count] != NULL) {
      arguments[count] = (char *)long_lines[l][count];
      ++count;
    }
    optind = 0;
    opterr = 0;
    for (int found, place = -1; (found = getopt_long(count, arguments, "+", known, &place)) != -1;)
      say("long %zu: %c %s %d", l, found, optarg != NULL && found != '?' ? optarg : "none", optind);
    say("long %zu: %d", l, optind);
  }
}

static void convert(const char *to, const char *from, const char *bytes, size_t length, size_t room) {
  iconv_t descriptor = iconv_open(to, from);
  if (descriptor == (iconv_t)-1) {
    say("%s to %s: none", from, to);
    return;
  }
  char made[64] = {0}, *in = (char *)bytes, *out = made;
  size_t left = length, free_bytes = room;
  errno = 0;
  size_t result = iconv(descriptor, &in, &left, &out, &free_bytes);
  char text[160] = "";
  for (size_t i = 0; i < room - free_bytes; ++i)
    snprintf(text + 2 * i, 3, "%02x", made[i] & 255);
  say("%s to %s (%zu): %d %zu %zu %s %s", from, to, room, (int)result, left, free_bytes, text, errno == E2BIG ? "E2BIG" : error_name(errno));
  iconv_close(descriptor);
}

static void encodings(void) {
  static const char *const encodings_of[] = {"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UCS-2LE", "ISO-8859-1", "ISO-8859-15", "CP1252", "KOI8-R", "US-ASCII"};
  static const char text[] = "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z";
  for (size_t e = 0; e < COUNT(encodings_of); ++e) {
    /* Characters that an encoding has; others are replaced by some libraries. */
    convert(encodings_of[e], "UTF-8", text, e >= 5 ? 1 : e == 4 ? 6 : sizeof(text) - 1, 60);
    if (e >= 5 && e <= 7)
      convert(encodings_of[e], "UTF-8", text, 3, 60);
    convert("UTF-8", encodings_of[e], "az12", 4, 60);
    for (int c = 0xa1; e >= 5 && e < 9 && c < 256; ++c)
      convert("UTF-8", encodings_of[e], (char[]){(char)c}, 1, 60);
  }
  for (size_t room = 0; room < 12; ++room)
    convert("UTF-16LE", "UTF-8", text, sizeof(text) - 1, room);
  convert("UTF-16LE", "UTF-8", "a\xc3", 2, 60);
  convert("UTF-16LE", "UTF-8", "a\xff", 2, 60);
  convert("UTF-8", "UTF-16LE", "\x3d\xd8\x00\xde", 4, 60);
  convert("UTF-8", "UTF-16LE", "\x3d\xd8", 2, 60);
  convert("UTF-8", "UTF-16LE", "\x00\xde", 2, 60);
  say("%d", iconv_open("UTF-8", "no such encoding") == (iconv_t)-1);
}

void compare(void) {
  options();
  encodings();
}
