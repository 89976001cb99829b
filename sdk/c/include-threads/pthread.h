/*
 * pthread.h: POSIX threads over CloudABI's, for programs that `cloudabi cc -pthread` compiles. No thread can be
 * cancelled, and nothing is shared with other processes.
 */
#ifndef CLOUDABI_PTHREAD_H
#define CLOUDABI_PTHREAD_H

#include_next <pthread.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Ends the calling thread: its cleanup functions run, and then its values are destroyed. */
__attribute__((noreturn)) void pthread_exit(void *result);

/* Waits so long at most, by the clock that never jumps, for every attribute. */
int pthread_cond_timedwait_relative_np(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);

/* Takes two mutexes in the order of their addresses, so that two threads that want both do not wait for each other. */
int pthread_mutex_lock_pair_np(pthread_mutex_t *, pthread_mutex_t *);

#ifdef __cplusplus
}
#endif

#endif
