/*
 * What do threads cost? Compiled for this machine with cc -O2 -pthread and for cloudabi with `cloudabi cc -pthread`;
 * prints a name and nanoseconds a time, the least of several rounds. It writes to the descriptor of its argument data,
 * or to standard output.
 */
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#if defined(__wasm__) || defined(CLOUDABI_PROGRAM)
#include <argdata.h>
void program_main(const argdata_t *ad);
#endif

static int output = 1;

enum { ROUNDS = 5, CREATES = 200, TURNS = 5000, CONTENDED = 100000 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void *nothing(void *argument) { return argument; }

static double create_and_join(void) {
  double start = now();
  for (int i = 0; i < CREATES; i++) {
    pthread_t thread;
    pthread_create(&thread, NULL, nothing, NULL);
    pthread_join(thread, NULL);
  }
  return (now() - start) / CREATES;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int turn;

static void *take_turns(void *own) {
  for (int i = 0; i < TURNS; i++) {
    pthread_mutex_lock(&lock);
    while (turn % 2 != (int)(intptr_t)own)
      pthread_cond_wait(&changed, &lock);
    turn++;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
  }
  return NULL;
}

/* One signal, from one thread to the other and back: two changes of threads. */
static double condvar_ping_pong(void) {
  pthread_t other;
  turn = 0;
  double start = now();
  pthread_create(&other, NULL, take_turns, (void *)1);
  take_turns(NULL);
  pthread_join(other, NULL);
  return (now() - start) / TURNS;
}

static volatile long counter;

static void *count(void *unused) {
  for (int i = 0; i < CONTENDED; i++) {
    pthread_mutex_lock(&lock);
    counter++;
    pthread_mutex_unlock(&lock);
  }
  return unused;
}

/* Two threads that want the same lock all the time; the time of one turn of either. */
static double contended_lock(void) {
  pthread_t other;
  double start = now();
  pthread_create(&other, NULL, count, NULL);
  count(NULL);
  pthread_join(other, NULL);
  return (now() - start) / (2 * CONTENDED);
}

static double free_lock(void) {
  double start = now();
  count(NULL);
  return (now() - start) / CONTENDED;
}

/* A lock that must change hands for anything to go on. */
static volatile int holder;

static void *pass(void *own) {
  int me = (int)(intptr_t)own;
  for (int i = 0; i < TURNS;) {
    pthread_mutex_lock(&lock);
    if (holder == me) {
      holder = !me;
      i++;
      pthread_mutex_unlock(&lock);
      continue;
    }
    pthread_mutex_unlock(&lock);
    sched_yield();
  }
  return NULL;
}

static double lock_hand_over(void) {
  pthread_t other;
  double start = now();
  holder = 0;
  pthread_create(&other, NULL, pass, (void *)1);
  pass(NULL);
  pthread_join(other, NULL);
  return (now() - start) / (2 * TURNS);
}

static void measure(const char *name, double (*what)(void)) {
  double least = what();
  for (int i = 1; i < ROUNDS; i++) {
    double time = what();
    if (time < least)
      least = time;
  }
  dprintf(output, "%s %.1f\n", name, least);
}

static void all(void) {
  /* The first thread of all; afterwards there is one to take up again. */
  double start = now();
  pthread_t thread;
  pthread_create(&thread, NULL, nothing, NULL);
  pthread_join(thread, NULL);
  dprintf(output, "first-create-and-join %.1f\n", now() - start);
  measure("create-and-join", create_and_join);
  measure("free-lock", free_lock);
  measure("contended-lock", contended_lock);
  measure("lock-hand-over", lock_hand_over);
  measure("condvar-ping-pong", condvar_ping_pong);
}

#if defined(__wasm__) || defined(CLOUDABI_PROGRAM)
void program_main(const argdata_t *ad) {
  argdata_get_fd(ad, &output);
  all();
}
#else
int main(void) {
  all();
  return 0;
}
#endif
