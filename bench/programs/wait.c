/* Says hello, and waits until its standard input ends: a program that is there and does nothing. */
#include <stdio.h>

int main(void) {
  puts("Hello");
  fflush(stdout);
  return getchar() == EOF ? 0 : 1;
}
