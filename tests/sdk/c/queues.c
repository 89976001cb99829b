#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <time.h>

#include "check.h"

TEST(sem_counts) {
  sem_t semaphore;
  int value = -1;
  EQUAL(sem_init(&semaphore, 0, 2), 0);
  EQUAL(sem_wait(&semaphore), 0);
  EQUAL(sem_trywait(&semaphore), 0);
  FAILS(sem_trywait(&semaphore), EAGAIN);
  EQUAL(sem_getvalue(&semaphore, &value), 0);
  EQUAL(value, 0);
  EQUAL(sem_post(&semaphore), 0);
  EQUAL(sem_getvalue(&semaphore, &value), 0);
  EQUAL(value, 1);
  EQUAL(sem_wait(&semaphore), 0);
  struct timespec past = {.tv_sec = 1}, wrong = {.tv_nsec = -1};
  FAILS(sem_timedwait(&semaphore, &past), ETIMEDOUT);
  FAILS(sem_timedwait(&semaphore, &wrong), EINVAL);
  /* A wait that no other thread could end. */
  FAILS(sem_wait(&semaphore), EDEADLK);
  EQUAL(sem_destroy(&semaphore), 0);
  FAILS(sem_init(&semaphore, 0, 0x80000000u), EINVAL);
  EQUAL(sem_init(&semaphore, 0, SEM_VALUE_MAX), 0);
  FAILS(sem_post(&semaphore), EOVERFLOW);
}

TEST(mq_gives_the_highest_priority_and_the_oldest_first) {
  mqd_t queue;
  struct mq_attr attributes = {.mq_maxmsg = 3, .mq_msgsize = 4}, read;
  EQUAL(mq_init(&queue, &attributes), 0);
  EQUAL(mq_send(queue, "one", 3, 1), 0);
  EQUAL(mq_send(queue, "two", 3, 7), 0);
  EQUAL(mq_send(queue, "", 0, 7), 0);
  EQUAL(mq_getattr(queue, &read), 0);
  EQUAL(read.mq_curmsgs, 3);
  EQUAL(read.mq_maxmsg, 3);
  struct timespec past = {.tv_sec = 1};
  FAILS(mq_timedsend(queue, "x", 1, 0, &past), ETIMEDOUT);
  FAILS(mq_send(queue, "x", 1, 0), EDEADLK);
  FAILS(mq_send(queue, "large", 5, 0), EMSGSIZE);
  attributes.mq_flags = O_NONBLOCK;
  EQUAL(mq_setattr(queue, &attributes, &read), 0);
  EQUAL(read.mq_flags, 0);
  FAILS(mq_send(queue, "x", 1, 0), EAGAIN);
  char text[4];
  unsigned priority = 0;
  FAILS(mq_receive(queue, text, 3, &priority), EMSGSIZE);
  EQUAL(mq_receive(queue, text, 4, &priority), 3);
  EQUAL(priority, 7);
  EQUAL(memcmp(text, "two", 3), 0);
  EQUAL(mq_receive(queue, text, 4, NULL), 0);
  EQUAL(mq_receive(queue, text, 4, &priority), 3);
  EQUAL(priority, 1);
  FAILS(mq_receive(queue, text, 4, &priority), EAGAIN);
  attributes.mq_flags = 0;
  EQUAL(mq_setattr(queue, &attributes, NULL), 0);
  FAILS(mq_timedreceive(queue, text, 4, NULL, &past), ETIMEDOUT);
  EQUAL(mq_destroy(queue), 0);
  attributes.mq_maxmsg = 0;
  FAILS(mq_init(&queue, &attributes), EINVAL);
}
