#include <fcntl.h>
#include <stdlib.h>

#include "../result.h"
#include "queue.h"

int mq_init(mqd_t *made, const struct mq_attr *attributes) {
  if (attributes->mq_maxmsg <= 0 || attributes->mq_msgsize <= 0 || (attributes->mq_flags & ~(long)O_NONBLOCK) != 0)
    return result_of(EINVAL);
  struct cloudabi_queue *queue = calloc(1, sizeof(*queue));
  if (queue == NULL)
    return -1;
  queue->slots = calloc((size_t)attributes->mq_maxmsg, sizeof(struct slot));
  queue->bytes = calloc((size_t)attributes->mq_maxmsg, (size_t)attributes->mq_msgsize);
  if (queue->slots == NULL || queue->bytes == NULL) {
    mq_destroy((mqd_t){queue});
    return result_of(ENOMEM);
  }
  queue->attributes = *attributes;
  queue->attributes.mq_curmsgs = 0;
  made->private_queue = queue;
  return 0;
}

int mq_destroy(mqd_t made) {
  struct cloudabi_queue *queue = made.private_queue;
  free(queue->slots);
  free(queue->bytes);
  free(queue);
  return 0;
}

int mq_getattr(mqd_t made, struct mq_attr *attributes) {
  struct cloudabi_queue *queue = made.private_queue;
  QUEUE_LOCK(queue);
  *attributes = queue->attributes;
  QUEUE_UNLOCK(queue);
  return 0;
}

int mq_setattr(mqd_t made, const struct mq_attr *attributes, struct mq_attr *before) {
  struct cloudabi_queue *queue = made.private_queue;
  if ((attributes->mq_flags & ~(long)O_NONBLOCK) != 0)
    return result_of(EINVAL);
  QUEUE_LOCK(queue);
  if (before != NULL)
    *before = queue->attributes;
  queue->attributes.mq_flags = attributes->mq_flags;
  QUEUE_UNLOCK(queue);
  return 0;
}
