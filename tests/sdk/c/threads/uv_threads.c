/* Event loops with threads: work beside the loop, and waking it. */
#include "../check.h"

#include <unistd.h>
#include <uv.h>

enum { WORKS = 40, ROUNDS = 200 };

static uv_loop_t loop;
static uv_thread_t loop_thread;
static int finished, elsewhere, woken;

static void work(uv_work_t *request) {
  uv_thread_t self = uv_thread_self();
  *(int *)request->data = uv_thread_equal(&self, &loop_thread) ? 1 : 2;
}

static void after(uv_work_t *request, int status) {
  EQUAL(status, 0);
  uv_thread_t self = uv_thread_self();
  CHECK(uv_thread_equal(&self, &loop_thread));
  if (*(int *)request->data == 2)
    ++elsewhere;
  ++finished;
}

TEST(uv_work_runs_in_other_threads) {
  uv_loop_init(&loop);
  loop_thread = uv_thread_self();
  static uv_work_t works[WORKS];
  static int results[WORKS];
  for (int i = 0; i < WORKS; ++i) {
    works[i].data = &results[i];
    EQUAL(uv_queue_work(&loop, &works[i], work, after), 0);
  }
  EQUAL(uv_run(&loop, UV_RUN_DEFAULT), 0);
  EQUAL(finished, WORKS);
  EQUAL(elsewhere, WORKS);
  EQUAL(uv_loop_close(&loop), 0);
}

static uv_async_t async;
static uv_sem_t seen;

static void on_async(uv_async_t *handle) {
  uv_sem_post(&seen);
  if (++woken == ROUNDS)
    uv_close((uv_handle_t *)handle, NULL);
}

static void wake(void *argument) {
  (void)argument;
  for (int i = 0; i < ROUNDS; ++i) {
    uv_async_send(&async);
    uv_sem_wait(&seen);
  }
}

TEST(uv_async_wakes_the_loop_of_another_thread) {
  uv_loop_init(&loop);
  uv_sem_init(&seen, 0);
  EQUAL(uv_async_init(&loop, &async, on_async), 0);
  uv_thread_t thread;
  EQUAL(uv_thread_create(&thread, wake, NULL), 0);
  EQUAL(uv_run(&loop, UV_RUN_DEFAULT), 0);
  EQUAL(woken, ROUNDS);
  EQUAL(uv_thread_join(&thread), 0);
  uv_sem_destroy(&seen);
  EQUAL(uv_loop_close(&loop), 0);
}

static uv_mutex_t mutex;
static uv_cond_t cond;
static uv_rwlock_t rwlock;
static uv_barrier_t barrier;
static int ready, last;

static void meet(void *argument) {
  (void)argument;
  uv_mutex_lock(&mutex);
  ready = 1;
  uv_cond_broadcast(&cond);
  uv_cond_signal(&cond);
  uv_mutex_unlock(&mutex);
  EQUAL(uv_rwlock_trywrlock(&rwlock), UV_EBUSY);
  EQUAL(uv_mutex_trylock(&mutex), 0);
  uv_mutex_unlock(&mutex);
  if (uv_barrier_wait(&barrier) > 0)
    __atomic_add_fetch(&last, 1, __ATOMIC_SEQ_CST);
}

TEST(uv_threads_meet) {
  EQUAL(uv_mutex_init(&mutex), 0);
  EQUAL(uv_cond_init(&cond), 0);
  EQUAL(uv_rwlock_init(&rwlock), 0);
  EQUAL(uv_barrier_init(&barrier, 2), 0);
  uv_mutex_lock(&mutex);
  EQUAL(uv_cond_timedwait(&cond, &mutex, 1000000), UV_ETIMEDOUT);
  uv_rwlock_rdlock(&rwlock);
  uv_thread_t thread;
  EQUAL(uv_thread_create(&thread, meet, NULL), 0);
  while (!ready)
    uv_cond_wait(&cond, &mutex);
  uv_mutex_unlock(&mutex);
  if (uv_barrier_wait(&barrier) > 0)
    __atomic_add_fetch(&last, 1, __ATOMIC_SEQ_CST);
  EQUAL(uv_thread_join(&thread), 0);
  EQUAL(last, 1);
  uv_rwlock_rdunlock(&rwlock);
  EQUAL(uv_rwlock_trywrlock(&rwlock), 0);
  uv_rwlock_wrunlock(&rwlock);
  uv_rwlock_destroy(&rwlock);
  uv_cond_destroy(&cond);
  uv_mutex_destroy(&mutex);
  uv_barrier_destroy(&barrier);
  EQUAL(uv_mutex_init_recursive(&mutex), 0);
  uv_mutex_lock(&mutex);
  EQUAL(uv_mutex_trylock(&mutex), 0);
  uv_mutex_unlock(&mutex);
  uv_mutex_unlock(&mutex);
  uv_mutex_destroy(&mutex);
}
