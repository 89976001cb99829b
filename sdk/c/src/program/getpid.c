#include <program.h>
#include <stdio.h>
#include <unistd.h>

const char *program_getpid(void) {
  static char text[37];
  if (text[0] != '\0')
    return text;
  unsigned char bytes[16];
  getentropy(bytes, sizeof(bytes));
  /* Version 4, all of it random, and the variant of RFC 9562. */
  bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
  bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
  char made[37];
  for (size_t i = 0, at = 0; i < sizeof(bytes); ++i)
    at += (size_t)snprintf(made + at, sizeof(made) - at, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", bytes[i]);
  for (size_t i = sizeof(made); i-- > 0;)
    text[i] = made[i];
  return text;
}
