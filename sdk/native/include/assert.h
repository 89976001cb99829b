/* assert.h: a failed assertion ends the program with SIGABRT; there is no stream for its text. */
#undef assert
#ifdef NDEBUG
#define assert(condition) ((void)0)
#else
#include <stdlib.h>
#define assert(condition) ((condition) ? (void)0 : abort())
#endif
#ifndef CLOUDABI_ASSERT_H
#define CLOUDABI_ASSERT_H
#if !defined(__cplusplus)
#undef static_assert
#define static_assert _Static_assert
#endif
#endif
