/* errno is each thread's own, for the C library's functions too. */
#include "../check.h"

#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <wchar.h>

#define THREADS 4
#define ROUNDS 20

static pthread_barrier_t turn;

/* Calls that fail, each with another number. */
static void fail_by(int way) {
  switch (way % THREADS) {
  case 0:
    close(-1);
    return;
  case 1:
    strtol("99999999999999999999", NULL, 10);
    return;
  case 2:
    openat(folder, "missing", O_RDONLY);
    return;
  default:
    wcrtomb((char[8]){0}, (wchar_t)0xd800, NULL);
  }
}
static const int numbers[THREADS] = {EBADF, ERANGE, ENOENT, EILSEQ};

static void *run(void *argument) {
  int own = *(int *)argument, wrong = errno != 0;
  for (int round = 0; round < ROUNDS; ++round) {
    fail_by(own + round);
    /* All have failed now, and nothing has changed for this one. */
    pthread_barrier_wait(&turn);
    wrong += errno != numbers[(own + round) % THREADS];
    pthread_barrier_wait(&turn);
  }
  *(int *)argument = wrong;
  return NULL;
}

TEST(errno_is_of_one_thread) {
  pthread_t threads[THREADS];
  int arguments[THREADS];
  pthread_barrier_init(&turn, NULL, THREADS);
  errno = EDOM;
  for (int i = 0; i < THREADS; ++i) {
    arguments[i] = i;
    EQUAL(pthread_create(&threads[i], NULL, run, &arguments[i]), 0);
  }
  for (int i = 0; i < THREADS; ++i) {
    pthread_join(threads[i], NULL);
    EQUAL(arguments[i], 0);
  }
  EQUAL(errno, EDOM);
  pthread_barrier_destroy(&turn);
}

static void *give_address(void *unused) {
  (void)unused;
  return &errno;
}

TEST(errno_has_an_address_of_its_own_in_each_thread) {
  pthread_t thread;
  void *address;
  EQUAL(pthread_create(&thread, NULL, give_address, NULL), 0);
  pthread_join(thread, &address);
  CHECK(address != &errno);
  errno = 7;
  EQUAL(*&errno, 7);
}

TEST(streams_set_the_errno_of_their_thread) {
  int closed = dup(folder);
  close(closed);
  FILE *stream = fdopen(dup(output), "w");
  CHECK(stream != NULL);
  if (stream == NULL)
    return;
  errno = 0;
  EQUAL(fseek(stream, -1, 9), -1);
  EQUAL(errno, EINVAL);
  fclose(stream);
}
