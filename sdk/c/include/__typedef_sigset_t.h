/*
 * __typedef_sigset_t.h: takes the place of the C library's file of that name, whose set has room for 8 signals.
 */
#ifndef __wasilibc___typedef_sigset_t_h
#define __wasilibc___typedef_sigset_t_h

/* A set of signals: a bit for each. */
typedef unsigned long long sigset_t;

#endif
