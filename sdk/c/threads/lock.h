/*
 * lock.h: CloudABI's locks and condition variables, on which everything else here is made. The uncontested case is
 * one atomic operation; poll waits.
 */
#ifndef CLOUDABI_THREADS_LOCK_H
#define CLOUDABI_THREADS_LOCK_H

#include <cloudabi_syscalls.h>
#include <stdatomic.h>
#include <time.h>

typedef _Atomic(cloudabi_lock_t) lock_t;
typedef _Atomic(cloudabi_condvar_t) condvar_t;

/* Puts this where a wait shall have no end. */
#define NO_DEADLINE ((const struct timespec *)0)

/* The number of this thread. */
cloudabi_tid_t own_tid(void);

/* Each gives 0 or an errno: EBUSY, ETIMEDOUT, EDEADLK, EINVAL for a time that is none. Deadlines are real time. */
int lock_write(lock_t *lock, const struct timespec *deadline);
int lock_try_write(lock_t *lock);
int lock_read(lock_t *lock, const struct timespec *deadline);
int lock_try_read(lock_t *lock);

/* Precondition: this thread has it. */
void unlock_write(lock_t *lock);
void unlock_read(lock_t *lock);

/* Gives the lock up, waits, and takes it again, also after ETIMEDOUT. The deadline is in real time, or of the clock. */
int condvar_wait(condvar_t *condvar, lock_t *lock, const struct timespec *deadline);
int condvar_wait_by(condvar_t *condvar, lock_t *lock, cloudabi_clockid_t clock, const struct timespec *deadline);
void condvar_wake(condvar_t *condvar, cloudabi_nthreads_t count);

#endif
