#include <signal.h>

#include "../result.h"

/* The bit of a signal, or 0 with EINVAL for a number that is none. */
static sigset_t bit_of(int signal) {
  if (signal < 1 || signal >= _NSIG) {
    errno = EINVAL;
    return 0;
  }
  return (sigset_t)1 << (signal - 1);
}

int sigemptyset(sigset_t *set) {
  *set = 0;
  return 0;
}

int sigfillset(sigset_t *set) {
  *set = ~(sigset_t)0;
  return 0;
}

int sigaddset(sigset_t *set, int signal) {
  sigset_t bit = bit_of(signal);
  *set |= bit;
  return bit == 0 ? -1 : 0;
}

int sigdelset(sigset_t *set, int signal) {
  sigset_t bit = bit_of(signal);
  *set &= ~bit;
  return bit == 0 ? -1 : 0;
}

int sigismember(const sigset_t *set, int signal) {
  sigset_t bit = bit_of(signal);
  return bit == 0 ? -1 : (*set & bit) != 0;
}
