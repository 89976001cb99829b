/* The C library's own give a number for arguments below -1, where there is none (C11, F.10.2.1). */
#include <math.h>

#define LN2 0.693147180559945309417

double acosh(double x) {
  if (isless(x, 1))
    return (x - x) / (x - x);
  /* Near 1, log1p keeps the digits that log would lose. */
  if (isless(x, 2))
    return log1p(x - 1 + sqrt((x - 1) * (x - 1) + 2 * (x - 1)));
  if (isless(x, 0x1p26))
    return log(2 * x - 1 / (x + sqrt(x * x - 1)));
  return log(x) + LN2;
}

float acoshf(float x) {
  /* A double has all the digits that are wanted. */
  return (float)acosh(x);
}
