/* math.h: the functions that processors have instructions for, and tests of numbers. */
#ifndef CLOUDABI_MATH_H
#define CLOUDABI_MATH_H

#define HUGE_VAL __builtin_huge_val()
#define INFINITY __builtin_inff()
#define NAN __builtin_nanf("")
#define isnan(x) __builtin_isnan(x)
#define isinf(x) __builtin_isinf(x)
#define isfinite(x) __builtin_isfinite(x)
#define signbit(x) __builtin_signbit(x)

static inline double fabs(double x) { return __builtin_fabs(x); }
static inline float fabsf(float x) { return __builtin_fabsf(x); }
static inline double sqrt(double x)
{
  __asm__("sqrtsd %1, %0" : "=x"(x) : "x"(x));
  return x;
}

#endif
