/*
 * semaphore.h: semaphores in memory. There are none by name: sem_open is refused.
 */
#ifndef CLOUDABI_SEMAPHORE_H
#define CLOUDABI_SEMAPHORE_H

#include_next <semaphore.h>

#ifdef __wasi__
#include <limits.h>
#ifndef SEM_VALUE_MAX
#define SEM_VALUE_MAX 0x7fffffff
#endif
#endif

#endif
