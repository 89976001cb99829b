#include <pthread.h>
#include <mqueue.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "../check.h"

enum { THREADS = 4, ROUNDS = 200 };

static pthread_barrier_t barrier;
static atomic_int arrived, serial, wrong;

static void *pass(void *unused) {
  for (int round = 1; round <= ROUNDS; ++round) {
    atomic_fetch_add(&arrived, 1);
    if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
      atomic_fetch_add(&serial, 1);
    if (atomic_load(&arrived) < round * THREADS)
      atomic_fetch_add(&wrong, 1);
    pthread_barrier_wait(&barrier);
  }
  return unused;
}

static void run_all(void *(*function)(void *), void *argument) {
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; ++i)
    EQUAL(pthread_create(&threads[i], NULL, function, argument), 0);
  for (int i = 0; i < THREADS; ++i)
    EQUAL(pthread_join(threads[i], NULL), 0);
}

TEST(pthread_barriers_let_all_pass_at_once) {
  EQUAL(pthread_barrier_init(&barrier, NULL, 0), EINVAL);
  EQUAL(pthread_barrier_init(&barrier, NULL, THREADS), 0);
  run_all(pass, NULL);
  EQUAL(serial, ROUNDS);
  EQUAL(wrong, 0);
  EQUAL(pthread_barrier_destroy(&barrier), 0);
}

static pthread_spinlock_t spin;
static int counter;

static void *count_spinning(void *unused) {
  for (int i = 0; i < 1000; ++i) {
    pthread_spin_lock(&spin);
    ++counter;
    pthread_spin_unlock(&spin);
  }
  return unused;
}

TEST(pthread_spin_locks_exclude) {
  EQUAL(pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE), 0);
  run_all(count_spinning, NULL);
  EQUAL(counter, THREADS * 1000);
  EQUAL(pthread_spin_lock(&spin), 0);
  EQUAL(pthread_spin_trylock(&spin), EBUSY);
  EQUAL(pthread_spin_unlock(&spin), 0);
  EQUAL(pthread_spin_destroy(&spin), 0);
}

static int cleaned[4], cleanups;
static void clean(void *number) { cleaned[cleanups++] = *(int *)number; }

static void *ends_early(void *unused) {
  static int one = 1, two = 2, three = 3;
  pthread_cleanup_push(clean, &one);
  pthread_cleanup_push(clean, &two);
  pthread_cleanup_push(clean, &three);
  pthread_cleanup_pop(1);
  pthread_exit(&two);
  pthread_cleanup_pop(0);
  pthread_cleanup_pop(0);
  return unused;
}

TEST(pthread_cleanup_runs_the_newest_first) {
  pthread_t thread;
  void *result = NULL;
  EQUAL(pthread_create(&thread, NULL, ends_early, NULL), 0);
  EQUAL(pthread_join(thread, &result), 0);
  EQUAL(*(int *)result, 2);
  EQUAL(cleanups, 3);
  EQUAL(cleaned[0], 3);
  EQUAL(cleaned[1], 2);
  EQUAL(cleaned[2], 1);
}

TEST(pthread_cond_waits_by_the_monotonic_clock) {
  pthread_condattr_t attr;
  pthread_cond_t cond;
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  clockid_t clock = NULL;
  int shared = -1;
  EQUAL(pthread_condattr_init(&attr), 0);
  EQUAL(pthread_condattr_getclock(&attr, &clock), 0);
  CHECK(clock == CLOCK_REALTIME);
  EQUAL(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC), 0);
  EQUAL(pthread_condattr_setclock(&attr, CLOCK_PROCESS_CPUTIME_ID), EINVAL);
  EQUAL(pthread_condattr_getclock(&attr, &clock), 0);
  CHECK(clock == CLOCK_MONOTONIC);
  EQUAL(pthread_condattr_getpshared(&attr, &shared), 0);
  EQUAL(shared, PTHREAD_PROCESS_PRIVATE);
  EQUAL(pthread_cond_init(&cond, &attr), 0);
  EQUAL(pthread_condattr_destroy(&attr), 0);
  struct timespec before, after, deadline;
  clock_gettime(CLOCK_MONOTONIC, &before);
  deadline = before;
  deadline.tv_nsec += 20000000;
  if (deadline.tv_nsec >= 1000000000) {
    deadline.tv_nsec -= 1000000000;
    ++deadline.tv_sec;
  }
  pthread_mutex_lock(&mutex);
  EQUAL(pthread_cond_timedwait(&cond, &mutex, &deadline), ETIMEDOUT);
  clock_gettime(CLOCK_MONOTONIC, &after);
  CHECK(after.tv_sec > deadline.tv_sec || (after.tv_sec == deadline.tv_sec && after.tv_nsec >= deadline.tv_nsec));
  EQUAL(pthread_cond_timedwait_relative_np(&cond, &mutex, &(struct timespec){.tv_nsec = 1000000}), ETIMEDOUT);
  EQUAL(pthread_cond_timedwait_relative_np(&cond, &mutex, &(struct timespec){.tv_nsec = -1}), EINVAL);
  pthread_mutex_unlock(&mutex);
  EQUAL(pthread_cond_destroy(&cond), 0);
}

static pthread_mutex_t left = PTHREAD_MUTEX_INITIALIZER, right = PTHREAD_MUTEX_INITIALIZER;
static int both;

static void *take_both(void *turn) {
  for (int i = 0; i < 500; ++i) {
    bool swapped = (i + *(int *)turn) % 2;
    pthread_mutex_lock_pair_np(swapped ? &left : &right, swapped ? &right : &left);
    ++both;
    pthread_mutex_unlock(&left);
    pthread_mutex_unlock(&right);
  }
  return NULL;
}

TEST(pthread_mutex_pairs_do_not_deadlock) {
  int turn = 1;
  run_all(take_both, &turn);
  EQUAL(both, THREADS * 500);
}

TEST(pthread_attributes_are_kept) {
  pthread_mutexattr_t mutex;
  int value = -1;
  EQUAL(pthread_mutexattr_init(&mutex), 0);
  EQUAL(pthread_mutexattr_getprotocol(&mutex, &value), 0);
  EQUAL(value, PTHREAD_PRIO_NONE);
  EQUAL(pthread_mutexattr_getpshared(&mutex, &value), 0);
  EQUAL(value, PTHREAD_PROCESS_PRIVATE);
  EQUAL(pthread_mutexattr_getrobust(&mutex, &value), 0);
  EQUAL(value, PTHREAD_MUTEX_STALLED);
  EQUAL(pthread_mutexattr_destroy(&mutex), 0);
  pthread_rwlockattr_t lock;
  EQUAL(pthread_rwlockattr_init(&lock), 0);
  EQUAL(pthread_rwlockattr_getpshared(&lock, &value), 0);
  EQUAL(value, PTHREAD_PROCESS_PRIVATE);
  EQUAL(pthread_rwlockattr_destroy(&lock), 0);
  EQUAL(pthread_atfork(NULL, NULL, NULL), 0);
}

static sem_t semaphore;
static mqd_t queue;

static void *raise_and_send(void *unused) {
  for (unsigned i = 0; i < 100; ++i) {
    sem_post(&semaphore);
    mq_send(queue, (const char *)&i, sizeof(i), i);
  }
  return unused;
}

TEST(sem_and_mq_wait_for_other_threads) {
  pthread_t thread;
  struct mq_attr attributes = {.mq_maxmsg = 3, .mq_msgsize = sizeof(unsigned)};
  EQUAL(sem_init(&semaphore, 0, 0), 0);
  EQUAL(mq_init(&queue, &attributes), 0);
  EQUAL(pthread_create(&thread, NULL, raise_and_send, NULL), 0);
  unsigned sum = 0, got;
  for (int i = 0; i < 100; ++i) {
    EQUAL(sem_wait(&semaphore), 0);
    EQUAL(mq_receive(queue, (char *)&got, sizeof(got), NULL), sizeof(got));
    sum += got;
  }
  EQUAL(sum, 4950);
  EQUAL(pthread_join(thread, NULL), 0);
  EQUAL(mq_destroy(queue), 0);
  EQUAL(sem_destroy(&semaphore), 0);
}
