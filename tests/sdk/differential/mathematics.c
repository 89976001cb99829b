/*
 * math.h. Functions that are exact give the same bits. The others give the same special values (C11, annex F), and
 * elsewhere the same number up to its last digits.
 */
#include "say.h"

#include <complex.h>

static const double values[] = {0.0,  -0.0, 1.0,  -1.0, 0.5,   -0.5,  1.5,   -1.5,    2.0,     -2.0,    2.5,   -2.5,    3.0,    -3.0,   0.1,   10.0,
                                1e10, 1e-10, 1e300, -1e300, 1e-300, 4503599627370495.5, 4503599627370497.5, 9007199254740993.0, INFINITY, -INFINITY, NAN,
                                2.2250738585072014e-308, 4.9406564584124654e-324, -4.9406564584124654e-324, 1.7976931348623157e308, 0.49999999999999994, 2147483647.5, -2147483648.5};

/* A result up to its last digits; what is zero, infinite or no number is exact. */
static void about(const char *name, double value) {
  if (value == 0 || isinf(value) || isnan(value))
    say("%s %llx", name, (unsigned long long)bits(value));
  else
    say("%s %.12e", name, value);
}
static void exact(const char *name, double value) { say("%s %llx", name, (unsigned long long)bits(value)); }

#define EXACT(name, ...) exact(#name, name(__VA_ARGS__))
#define ABOUT(name, ...) about(#name, name(__VA_ARGS__))

static int fits(double value) { return fabs(value) < 2e9; }

static void one(double x) {
  say("x %.17g", isnan(x) ? NAN : x);
  EXACT(fabs, x), EXACT(ceil, x), EXACT(floor, x), EXACT(trunc, x), EXACT(round, x), EXACT(rint, x), EXACT(nearbyint, x);
  EXACT(sqrt, x), EXACT(logb, x);
  if (fits(x))
    say("%ld %ld %lld %lld", lrint(x), lround(x), llrint(x), llround(x));
  if (x != 0 && isfinite(x))
    say("ilogb %d", ilogb(x));
  int exponent = 0;
  double whole = 0, part = frexp(x, &exponent);
  say("frexp %llx %d", (unsigned long long)bits(part), isfinite(x) ? exponent : 0);
  part = modf(x, &whole);
  say("modf %llx %llx", (unsigned long long)bits(part), (unsigned long long)bits(whole));
  say("class %d%d%d%d%d%d", !!isfinite(x), !!isinf(x), !!isnan(x), !!isnormal(x), isnan(x) ? 0 : !!signbit(x), fpclassify(x) == FP_SUBNORMAL);
  for (int n = -1080; n <= 1080; n += 135)
    EXACT(ldexp, x, n), EXACT(scalbn, x, n), EXACT(scalbln, x, n);
  ABOUT(exp, x), ABOUT(exp2, x), ABOUT(expm1, x), ABOUT(log, x), ABOUT(log2, x), ABOUT(log10, x), ABOUT(log1p, x), ABOUT(cbrt, x);
  ABOUT(sin, x), ABOUT(cos, x), ABOUT(tan, x), ABOUT(asin, x), ABOUT(acos, x), ABOUT(atan, x);
  ABOUT(sinh, x), ABOUT(cosh, x), ABOUT(tanh, x), ABOUT(asinh, x), ABOUT(acosh, x), ABOUT(atanh, x);
  ABOUT(erf, x), ABOUT(erfc, x), ABOUT(tgamma, x), ABOUT(lgamma, x);
  say("acoshf %.4e", isnan(acoshf((float)x)) ? -1.0 : (double)acoshf((float)x));
  say("sinf %.5e sqrtf %x floorf %x", isfinite(x) && fabs(x) < 1e6 ? sinf((float)x) : 0, bits_f(sqrtf((float)x)), bits_f(floorf((float)x)));
}

static void two(double x, double y) {
  say("x %.17g y %.17g", isnan(x) ? NAN : x, isnan(y) ? NAN : y);
  EXACT(fmod, x, y), EXACT(remainder, x, y), EXACT(copysign, x, isnan(y) ? 1 : y), EXACT(nextafter, x, y), EXACT(fdim, x, y);
  /* Either of two zeros may be the larger one. */
  if (x != 0 || y != 0)
    EXACT(fmax, x, y), EXACT(fmin, x, y);
  int quotient = 0;
  double rest = remquo(x, y, &quotient);
  say("remquo %llx %d", (unsigned long long)bits(rest), isnan(rest) || isinf(y) ? 0 : quotient & 7);
  ABOUT(pow, x, y), ABOUT(atan2, x, y), ABOUT(hypot, x, y);
  say("%d%d%d%d%d%d", !!isgreater(x, y), !!isgreaterequal(x, y), !!isless(x, y), !!islessequal(x, y), !!islessgreater(x, y), !!isunordered(x, y));
}

void compare(void) {
  for (size_t i = 0; i < COUNT(values); ++i)
    one(values[i]);
  for (int i = 0; i < 500; ++i) {
    double x = (double)(int32_t)next_number() / 65536 / (1 << next_number() % 16);
    one(x);
  }
  for (size_t i = 0; i < COUNT(values); ++i)
    for (size_t j = 0; j < COUNT(values); ++j) {
      two(values[i], values[j]);
      for (size_t k = 0; k < COUNT(values); k += 3)
        /* docs/c-sdk.md says what differs for 0. */
        if (values[k] != 0)
          EXACT(fma, values[i], values[j], values[k]);
    }
  static const double parts[] = {0.0, 1.0, -2.0, 0.5};
  for (size_t i = 0; i < COUNT(parts); ++i)
    for (size_t j = 0; j < COUNT(parts); ++j) {
      double complex z = parts[i] + parts[j] * I;
      about("cabs", cabs(z)), about("carg", carg(z));
      double complex root = csqrt(z), power = cexp(z);
      about("csqrt", creal(root)), about("csqrt", cimag(root)), about("cexp", creal(power)), about("cexp", cimag(power));
    }
}
