// Makes system calls that are named on its command line: "NUMBER ARGUMENT... , NUMBER ARGUMENT...". An argument is a
// number, "@N" for the result of the Nth call, "buf" for the address of zeroed memory, "s:TEXT" for the address of a
// text; "!int80" makes a call through the 32-bit entry point, "!exec" runs page-aligned memory at result N.
// The status is the errno of the first call that failed, or 0.
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char buf[65536] __attribute__((aligned(4096)));

int main(int argc, char **argv) {
  long results[64];
  int count = 0;
  int at = 1;
  while (at < argc) {
    long value[7] = {0};
    int used = 0;
    for (; at < argc && strcmp(argv[at], ",") != 0; at++) {
      const char *text = argv[at];
      if (used == 7) return 200;
      if (text[0] == '@')
        value[used++] = results[atoi(text + 1)];
      else if (strcmp(text, "buf") == 0)
        value[used++] = (long)buf;
      else if (strncmp(text, "s:", 2) == 0)
        value[used++] = (long)(text + 2);
      else if (strncmp(text, "hex:", 4) == 0) {
        // Bytes for the buffer; the argument is its address.
        for (int i = 0; text[4 + 2 * i] != 0; i++) {
          char byte[3] = {text[4 + 2 * i], text[5 + 2 * i], 0};
          buf[i] = (char)strtol(byte, NULL, 16);
        }
        value[used++] = (long)buf;
      } else
        value[used++] = strtol(text, NULL, 0);
    }
    at++;
    long result;
#ifdef __x86_64__
    if (value[0] == -80) {
      __asm__ volatile("int $0x80" : "=a"(result) : "a"(20L) : "memory");
    } else
#endif
      result = syscall(value[0], value[1], value[2], value[3], value[4], value[5], value[6]);
    if (result == -1) return errno;
    if (count < 64) results[count++] = result;
  }
  return 0;
}
