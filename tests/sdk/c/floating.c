/* Floating-point environment: WebAssembly rounds to nearest and sees no exceptions. */
#include "check.h"

#include <fenv.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

TEST(rounding_is_to_nearest) {
  EQUAL(fegetround(), FE_TONEAREST);
  EQUAL(fesetround(FE_TONEAREST), 0);
  volatile double one = 1, zero = 0;
  volatile double infinite = one / zero;
  CHECK(infinite > 1e308);
  EQUAL(fetestexcept(FE_ALL_EXCEPT), 0);
  EQUAL(feclearexcept(FE_ALL_EXCEPT), 0);
  EQUAL(feraiseexcept(0), 0);
  fexcept_t flags;
  EQUAL(fegetexceptflag(&flags, FE_ALL_EXCEPT), 0);
  EQUAL(fesetexceptflag(&flags, FE_ALL_EXCEPT), 0);
  fenv_t environment;
  EQUAL(fegetenv(&environment), 0);
  EQUAL(feholdexcept(&environment), 0);
  EQUAL(fesetenv(FE_DFL_ENV), 0);
  EQUAL(feupdateenv(&environment), 0);
}

TEST(long_double_is_read_and_printed) {
  char text[64];
  volatile long double third = 1.0L / 3;
  snprintf(text, sizeof(text), "%.25Lf", third);
  CHECK(strcmp(text, "0.3333333333333333333333333") == 0);
  CHECK(strtold("0.5", NULL) == 0.5L && wcstold(L"0.25", NULL) == 0.25L);
}
