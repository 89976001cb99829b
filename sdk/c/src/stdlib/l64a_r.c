#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

int l64a_r(long number, char *string, int size) {
  static const char digits[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  int at = 0;
  uint32_t rest = (uint32_t)number;
  for (; rest != 0; rest >>= 6) {
    if (at + 1 >= size)
      return ERANGE;
    string[at++] = digits[rest & 63];
  }
  if (at >= size)
    return ERANGE;
  string[at] = '\0';
  return 0;
}
