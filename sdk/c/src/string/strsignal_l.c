#include <string.h>

char *strsignal_l(int signal, locale_t locale) {
  (void)locale;
  return strsignal(signal);
}
