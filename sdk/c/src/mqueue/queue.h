/* A queue of messages: slots in memory of one block, sorted when one is taken. */
#ifndef CLOUDABI_MQUEUE_QUEUE_H
#define CLOUDABI_MQUEUE_QUEUE_H

#include <mqueue.h>

#ifdef _REENTRANT
#include <pthread.h>
#define QUEUE_LOCK(queue) pthread_mutex_lock(&(queue)->lock)
#define QUEUE_UNLOCK(queue) pthread_mutex_unlock(&(queue)->lock)
#define QUEUE_CHANGED(queue) pthread_cond_broadcast(&(queue)->changed)
#else
#define QUEUE_LOCK(queue) ((void)(queue))
#define QUEUE_UNLOCK(queue) ((void)(queue))
#define QUEUE_CHANGED(queue) ((void)(queue))
#endif

struct slot {
  /* The place in the order of arrival; 0 for a slot that is free. */
  uint64_t number;
  size_t length;
  unsigned priority;
};

struct cloudabi_queue {
#ifdef _REENTRANT
  pthread_mutex_t lock;
  pthread_cond_t changed;
#endif
  struct mq_attr attributes;
  uint64_t arrivals;
  struct slot *slots;
  char *bytes;
};

/* Waits until the queue changes; the lock is held. 0 or an errno. */
int queue_wait(struct cloudabi_queue *queue, const struct timespec *deadline);

#endif
