/* A lock that exists in programs with threads alone. */
#ifndef CLOUDABI_ONE_AT_A_TIME_H
#define CLOUDABI_ONE_AT_A_TIME_H

#ifdef _REENTRANT
#include "../threads/lock.h"
#define ONE_AT_A_TIME_LOCK(name) static lock_t name
#define ENTER(name) lock_write(&(name), NO_DEADLINE)
#define LEAVE(name) unlock_write(&(name))
#else
#define ONE_AT_A_TIME_LOCK(name) _Static_assert(1, #name)
#define ENTER(name) ((void)0)
#define LEAVE(name) ((void)0)
#endif

#endif
