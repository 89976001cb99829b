#include <fcntl.h>
#include <string.h>

#include "../result.h"
#include "queue.h"

int queue_wait(struct cloudabi_queue *queue, const struct timespec *deadline) {
  if ((queue->attributes.mq_flags & O_NONBLOCK) != 0)
    return EAGAIN;
  if (deadline != NULL && (deadline->tv_nsec < 0 || deadline->tv_nsec >= 1000000000))
    return EINVAL;
#ifdef _REENTRANT
  return deadline == NULL ? pthread_cond_wait(&queue->changed, &queue->lock)
                          : pthread_cond_timedwait(&queue->changed, &queue->lock, deadline);
#else
  /* No other thread can change it, and only time can pass. */
  if (deadline == NULL)
    return EDEADLK;
  int error = clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, deadline, NULL);
  return error == 0 ? ETIMEDOUT : error;
#endif
}

/* The slot that comes first among those taken: the highest priority, and then the oldest. */
static struct slot *first_of(struct cloudabi_queue *queue) {
  struct slot *first = NULL;
  for (long i = 0; i < queue->attributes.mq_maxmsg; ++i) {
    struct slot *slot = &queue->slots[i];
    if (slot->number != 0 && (first == NULL || slot->priority > first->priority ||
                              (slot->priority == first->priority && slot->number < first->number)))
      first = slot;
  }
  return first;
}

static char *bytes_of(struct cloudabi_queue *queue, const struct slot *slot) {
  return queue->bytes + (size_t)(slot - queue->slots) * (size_t)queue->attributes.mq_msgsize;
}

int mq_timedsend(mqd_t made, const char *bytes, size_t length, unsigned priority, const struct timespec *deadline) {
  struct cloudabi_queue *queue = made.private_queue;
  if (length > (size_t)queue->attributes.mq_msgsize)
    return result_of(EMSGSIZE);
  QUEUE_LOCK(queue);
  int error = 0;
  while (queue->attributes.mq_curmsgs == queue->attributes.mq_maxmsg && error == 0)
    error = queue_wait(queue, deadline);
  if (error == 0) {
    struct slot *slot = queue->slots;
    while (slot->number != 0)
      ++slot;
    *slot = (struct slot){.number = ++queue->arrivals, .length = length, .priority = priority};
    memcpy(bytes_of(queue, slot), bytes, length);
    ++queue->attributes.mq_curmsgs;
    QUEUE_CHANGED(queue);
  }
  QUEUE_UNLOCK(queue);
  return result_of(error);
}

ssize_t mq_timedreceive(mqd_t made, char *bytes, size_t size, unsigned *priority, const struct timespec *deadline) {
  struct cloudabi_queue *queue = made.private_queue;
  if (size < (size_t)queue->attributes.mq_msgsize)
    return result_of(EMSGSIZE);
  QUEUE_LOCK(queue);
  int error = 0;
  ssize_t length = -1;
  while (queue->attributes.mq_curmsgs == 0 && error == 0)
    error = queue_wait(queue, deadline);
  if (error == 0) {
    struct slot *slot = first_of(queue);
    length = (ssize_t)slot->length;
    memcpy(bytes, bytes_of(queue, slot), slot->length);
    if (priority != NULL)
      *priority = slot->priority;
    slot->number = 0;
    --queue->attributes.mq_curmsgs;
    QUEUE_CHANGED(queue);
  }
  QUEUE_UNLOCK(queue);
  return error == 0 ? length : result_of(error);
}

int mq_send(mqd_t queue, const char *bytes, size_t length, unsigned priority) {
  return mq_timedsend(queue, bytes, length, priority, NULL);
}

ssize_t mq_receive(mqd_t queue, char *bytes, size_t size, unsigned *priority) {
  return mq_timedreceive(queue, bytes, size, priority, NULL);
}
