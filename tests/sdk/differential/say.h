/*
 * say.h: pure functions of the C library, called by the same program on CloudABI and on the machine itself. A program defines
 * `compare`, which writes lines of results; c-differential.test.ts compares the lines.
 */
#ifndef TESTS_SDK_DIFFERENTIAL_SAY_H
#define TESTS_SDK_DIFFERENTIAL_SAY_H

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void compare(void);

static FILE *lines;

/* Writes a line, with the numbers of characters that would end it. */
__attribute__((format(printf, 1, 2))) static inline void say(const char *format, ...) {
  static char line[8192];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof(line), format, arguments);
  va_end(arguments);
  for (const char *at = line; *at != '\0'; ++at)
    if ((unsigned char)*at < ' ')
      fprintf(lines, "\\%d", *at);
    else
      fputc(*at, lines);
  fputc('\n', lines);
}

/* Names of the errors that are compared: their numbers differ. */
static inline const char *error_name(int error) {
  return error == 0        ? "0"
         : error == ERANGE ? "ERANGE"
         : error == EINVAL ? "EINVAL"
         : error == EILSEQ ? "EILSEQ"
         : error == EDOM   ? "EDOM"
         : error == ENOMEM ? "ENOMEM"
         : error == EOVERFLOW ? "EOVERFLOW"
                           : "another";
}

/* The bits of a number; all that are no number are one. */
static inline uint64_t bits(double value) {
  uint64_t made;
  memcpy(&made, &value, sizeof(made));
  return isnan(value) ? 0x7ff8000000000000 : made;
}
static inline uint32_t bits_f(float value) {
  uint32_t made;
  memcpy(&made, &value, sizeof(made));
  return isnan(value) ? 0x7fc00000 : made;
}

/* The same numbers on every machine (Knuth's MMIX). */
static uint64_t seed = 1;
static inline uint32_t next_number(void) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(seed >> 32);
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

int main(void) {
  lines = stdout;
  compare();
  return 0;
}

#endif
