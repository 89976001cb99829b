/*
 * Promises of POSIX and C11 threads, one line of output for each part: the first word names it, and the test compares
 * the rest. Argument data: a descriptor to write to, or a map with "output" and "mode".
 */
#include <cloudabi.h>
#include <errno.h>
#include <program.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

static int output;

static void require(int error, const char *what) {
  if (error == 0)
    return;
  dprintf(output, "%s: %s\n", what, strerror(error));
  exit(1);
}

static void start(pthread_t *thread, void *(*function)(void *), void *argument) {
  require(pthread_create(thread, NULL, function, argument), "pthread_create");
}

static void *join(pthread_t thread) {
  void *result;
  require(pthread_join(thread, &result), "pthread_join");
  return result;
}

/* A queue of few places between producers and consumers: every number arrives once. */
enum { PLACES = 3, WORKERS = 3, ITEMS = 3000 };
static struct {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  int items[PLACES], count, taken;
  long sum;
} queue = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void *produce(void *first) {
  for (int i = 0; i < ITEMS; i++) {
    pthread_mutex_lock(&queue.lock);
    while (queue.count == PLACES)
      pthread_cond_wait(&queue.changed, &queue.lock);
    queue.items[queue.count++] = (int)(long)first * ITEMS + i;
    pthread_cond_broadcast(&queue.changed);
    pthread_mutex_unlock(&queue.lock);
  }
  return NULL;
}

static void *consume(void *unused) {
  for (;;) {
    pthread_mutex_lock(&queue.lock);
    while (queue.count == 0 && queue.taken < WORKERS * ITEMS)
      pthread_cond_wait(&queue.changed, &queue.lock);
    if (queue.taken == WORKERS * ITEMS) {
      pthread_mutex_unlock(&queue.lock);
      return unused;
    }
    queue.sum += queue.items[--queue.count];
    queue.taken++;
    pthread_cond_broadcast(&queue.changed);
    pthread_mutex_unlock(&queue.lock);
  }
}

static void test_queue(void) {
  pthread_t threads[2 * WORKERS];
  for (long i = 0; i < WORKERS; i++) {
    start(&threads[2 * i], produce, (void *)i);
    start(&threads[2 * i + 1], consume, NULL);
  }
  for (int i = 0; i < 2 * WORKERS; i++)
    join(threads[i]);
  dprintf(output, "queue %ld\n", queue.sum);
}

/* Two threads take turns; each waits for the other's signal, so that one lost wake-up stops both. */
static pthread_mutex_t turn_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turn_changed = PTHREAD_COND_INITIALIZER;
static int turn;

static void *take_turns(void *own) {
  for (int i = 0; i < 3000; i++) {
    pthread_mutex_lock(&turn_lock);
    while (turn % 2 != (int)(long)own)
      pthread_cond_wait(&turn_changed, &turn_lock);
    turn++;
    pthread_cond_signal(&turn_changed);
    pthread_mutex_unlock(&turn_lock);
  }
  return NULL;
}

static void test_turns(void) {
  pthread_t other;
  start(&other, take_turns, (void *)1L);
  take_turns((void *)0L);
  join(other);
  dprintf(output, "turns %d\n", turn);
}

/* Readers never see a half-made change; writers get their turn although readers come and go. */
static pthread_rwlock_t both_lock = PTHREAD_RWLOCK_INITIALIZER;
static volatile int both[2];
static atomic_int torn, readers_now, together;

static void *write_both(void *unused) {
  for (int i = 0; i < 1500; i++) {
    pthread_rwlock_wrlock(&both_lock);
    both[0]++;
    if (i % 100 == 0)
      sched_yield();
    both[1]++;
    pthread_rwlock_unlock(&both_lock);
  }
  return unused;
}

static void *read_both(void *unused) {
  for (int i = 0; i < 3000; i++) {
    pthread_rwlock_rdlock(&both_lock);
    if (atomic_fetch_add(&readers_now, 1) > 0)
      atomic_store(&together, 1);
    if (both[0] != both[1])
      atomic_fetch_add(&torn, 1);
    /* A thread that has the lock for reading may take it once more, also while a writer waits. */
    if (i % 50 == 0) {
      pthread_rwlock_rdlock(&both_lock);
      sched_yield();
      pthread_rwlock_unlock(&both_lock);
    }
    atomic_fetch_sub(&readers_now, 1);
    pthread_rwlock_unlock(&both_lock);
  }
  return unused;
}

static void test_readers(void) {
  pthread_t threads[5];
  for (int i = 0; i < 5; i++)
    start(&threads[i], i < 2 ? write_both : read_both, NULL);
  for (int i = 0; i < 5; i++)
    join(threads[i]);
  dprintf(output, "readers %d %d torn %d together %d\n", both[0], both[1], torn, together);
}

/* Deadlines race signals: a wait ends either way, exactly once, and always with the lock held. */
static pthread_mutex_t late_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t late_changed = PTHREAD_COND_INITIALIZER;
static int tokens, taken, late;

static void *wait_late(void *unused) {
  for (int i = 0; i < 300; i++) {
    pthread_mutex_lock(&late_lock);
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_nsec += 200000 + (i % 7) * 50000;
    if (deadline.tv_nsec >= 1000000000) {
      deadline.tv_nsec -= 1000000000;
      deadline.tv_sec++;
    }
    int error = 0;
    while (tokens == 0 && error == 0)
      error = pthread_cond_timedwait(&late_changed, &late_lock, &deadline);
    if (tokens > 0) {
      tokens--;
      taken++;
    } else if (error == ETIMEDOUT) {
      late++;
    }
    pthread_mutex_unlock(&late_lock);
  }
  return unused;
}

static void *signal_late(void *unused) {
  for (int i = 0; i < 300; i++) {
    pthread_mutex_lock(&late_lock);
    tokens++;
    pthread_cond_signal(&late_changed);
    pthread_mutex_unlock(&late_lock);
    usleep(150);
  }
  return unused;
}

static void test_late(void) {
  pthread_t threads[3];
  start(&threads[0], wait_late, NULL);
  start(&threads[1], wait_late, NULL);
  start(&threads[2], signal_late, NULL);
  for (int i = 0; i < 3; i++)
    join(threads[i]);
  dprintf(output, "late %d\n", taken + tokens == 300 && taken + late == 600);
}

/* Locks that are waited for with a deadline, by threads that never get them. */
static void *cannot_lock(void *lock) {
  struct timespec deadline;
  clock_gettime(CLOCK_REALTIME, &deadline);
  deadline.tv_sec += deadline.tv_nsec >= 980000000;
  deadline.tv_nsec = (deadline.tv_nsec + 20000000) % 1000000000;
  return (void *)(long)pthread_mutex_timedlock(lock, &deadline);
}

static void test_types(void) {
  pthread_mutexattr_t attr;
  pthread_mutex_t recursive, checked, plain = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutexattr_init(&attr);
  pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
  pthread_mutex_init(&recursive, &attr);
  pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ERRORCHECK);
  pthread_mutex_init(&checked, &attr);
  pthread_mutex_lock(&recursive);
  int again = pthread_mutex_lock(&recursive);
  pthread_mutex_unlock(&recursive);
  pthread_mutex_lock(&checked);
  int twice = pthread_mutex_lock(&checked) == EDEADLK;
  pthread_mutex_lock(&plain);
  pthread_t thread;
  start(&thread, cannot_lock, &plain);
  int in_time = join(thread) == (void *)(long)ETIMEDOUT;
  start(&thread, cannot_lock, &recursive);
  int held = join(thread) == (void *)(long)ETIMEDOUT;
  pthread_mutex_unlock(&recursive);
  pthread_mutex_unlock(&plain);
  start(&thread, cannot_lock, &recursive);
  int free_again = join(thread) == NULL;
  dprintf(output, "types %d %d %d %d %d %d\n", again, twice, in_time, held, free_again,
          pthread_mutex_unlock(&checked));
}

/* C11: thread-local variables and values by key, once, and results of threads. */
static _Thread_local int own = 5;
static tss_t key;
static once_flag flag = ONCE_FLAG_INIT;
static atomic_int initialized, destroyed;

static void initialize(void) { atomic_fetch_add(&initialized, 1); }
static void destroy(void *value) { atomic_fetch_add(&destroyed, (int)(long)value); }

static int c11(void *argument) {
  int number = (int)(long)argument;
  call_once(&flag, initialize);
  own += number;
  tss_set(key, argument);
  thrd_yield();
  if (number == 3)
    thrd_exit(own + (int)(long)tss_get(key));
  return own + (int)(long)tss_get(key);
}

static void test_c11(void) {
  thrd_t threads[4];
  int sum = 0;
  require(tss_create(&key, destroy), "tss_create");
  for (long i = 0; i < 4; i++)
    require(thrd_create(&threads[i], c11, (void *)(i + 1)), "thrd_create");
  for (int i = 0; i < 4; i++) {
    int result;
    require(thrd_join(threads[i], &result), "thrd_join");
    sum += result;
  }
  dprintf(output, "c11 %d own %d once %d destroyed %d\n", sum, own, initialized, destroyed);
}

/* Many threads one after the other, detached ones among them; their memory is used again. */
static atomic_int detached_done;
static void *detached(void *unused) {
  atomic_fetch_add(&detached_done, 1);
  return unused;
}
static void *twice(void *number) { return (char *)number + (long)number; }

static void test_storm(void) {
  long sum = 0;
  for (long i = 0; i < 200; i++) {
    pthread_t thread;
    start(&thread, twice, (void *)i);
    sum += (long)join(thread);
    start(&thread, detached, NULL);
    require(pthread_detach(thread), "pthread_detach");
    while (i % 10 == 9 && detached_done < i)
      sched_yield();
  }
  while (detached_done < 200)
    sched_yield();
  dprintf(output, "storm %ld\n", sum);
}

/* The allocator, from all sides. */
static void *allocate(void *seed) {
  unsigned random = (unsigned)(long)seed + 1;
  unsigned char *kept[32] = {0};
  size_t sizes[32] = {0};
  for (int i = 0; i < 4000; i++) {
    random = random * 1664525 + 1013904223;
    int at = random >> 27;
    for (size_t byte = 0; byte < sizes[at]; byte += 61)
      if (kept[at][byte] != (unsigned char)at)
        return (void *)1L;
    sizes[at] = random % 3000;
    kept[at] = i % 3 ? realloc(kept[at], sizes[at]) : (free(kept[at]), malloc(sizes[at]));
    if (sizes[at] > 0 && kept[at] == NULL)
      return (void *)2L;
    memset(kept[at], at, sizes[at]);
  }
  for (int at = 0; at < 32; at++)
    free(kept[at]);
  return NULL;
}

static void test_allocator(void) {
  pthread_t threads[3];
  long wrong = 0;
  for (long i = 0; i < 3; i++)
    start(&threads[i], allocate, (void *)i);
  for (int i = 0; i < 3; i++)
    wrong += (long)join(threads[i]);
  dprintf(output, "allocator %ld\n", wrong);
}

static void *exits(void *unused) {
  usleep(20000);
  exit(9);
  return unused;
}

static void *traps(void *unused) {
  usleep(20000);
  __builtin_trap();
  return unused;
}

static void *last(void *unused) {
  usleep(50000);
  dprintf(output, "last\n");
  return unused;
}

void program_main(const argdata_t *ad) {
  const char *mode = "all";
  argdata_map_iterator_t value_at;
  const argdata_t *value;
  if (argdata_get_fd(ad, &output) != 0) {
    if (program_argument_fd(ad, "output", &output) != 0 || program_argument(ad, "mode", &value_at, &value) != 0 ||
        argdata_get_str_c(value, &mode) != 0)
      exit(2);
  }
  pthread_t thread;
  if (strcmp(mode, "exit") == 0) {
    start(&thread, exits, NULL);
    for (;;)
      ;
  }
  if (strcmp(mode, "trap") == 0) {
    start(&thread, traps, NULL);
    join(thread);
  }
  if (strcmp(mode, "first-ends") == 0) {
    start(&thread, last, NULL);
    pthread_exit(NULL);
  }
  if (strcmp(mode, "deadlock") == 0) {
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&lock);
    dprintf(output, "deadlock %d\n", pthread_mutex_lock(&lock) == EDEADLK);
    exit(0);
  }
  test_queue();
  test_turns();
  test_readers();
  test_late();
  test_types();
  test_c11();
  test_storm();
  test_allocator();
}
