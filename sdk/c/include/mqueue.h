/*
 * mqueue.h: queues of messages within the program, made by mq_init. There are none by name: mq_open is refused.
 */
#ifndef CLOUDABI_MQUEUE_H
#define CLOUDABI_MQUEUE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

struct mq_attr {
  /* O_NONBLOCK or 0. */
  long mq_flags;
  /* The most messages in the queue, and the most bytes in one. */
  long mq_maxmsg;
  long mq_msgsize;
  /* The number of messages in the queue. */
  long mq_curmsgs;
};

typedef struct {
  struct cloudabi_queue *private_queue;
} mqd_t;

#ifdef __cplusplus
extern "C" {
#endif

/* Makes a queue: mq_maxmsg and mq_msgsize must be above 0 (EINVAL), and memory for all of it is taken (ENOMEM). */
int mq_init(mqd_t *queue, const struct mq_attr *attributes);
int mq_destroy(mqd_t queue);

int mq_getattr(mqd_t queue, struct mq_attr *attributes);
/* Sets mq_flags alone. */
int mq_setattr(mqd_t queue, const struct mq_attr *attributes, struct mq_attr *before);

/*
 * The message with the highest priority comes first, and among those the oldest. EMSGSIZE when a message is too
 * large, or the buffer smaller than mq_msgsize; EAGAIN when a queue with O_NONBLOCK is full or empty; ETIMEDOUT at the
 * deadline, in real time. In a program without threads a wait that no other thread could end gives EDEADLK.
 */
int mq_send(mqd_t queue, const char *bytes, size_t length, unsigned priority);
int mq_timedsend(mqd_t queue, const char *bytes, size_t length, unsigned priority, const struct timespec *deadline);
ssize_t mq_receive(mqd_t queue, char *bytes, size_t size, unsigned *priority);
ssize_t mq_timedreceive(mqd_t queue, char *bytes, size_t size, unsigned *priority, const struct timespec *deadline);

#ifdef __cplusplus
}
#endif

#endif
