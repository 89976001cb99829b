/*
 * Requests to a service. On a channel, a message is four bytes with the number of bytes of a value, two with the number of
 * descriptors, two with a mark, all little-endian, and the value as argdata (docs/services.md).
 */
#ifndef CLOUDABI_SYSLOG_CHANNEL_H
#define CLOUDABI_SYSLOG_CHANNEL_H

#include <argdata.h>
#include <stddef.h>

/* An argument of a call: texts and no other values. */
struct text_argument {
  const char *name;
  const char *text;
};

/* Makes a call and waits for the answer, whose contents do not matter: 0, or -1 when the channel is of no more use. */
int service_call(int channel, const char *call, const struct text_argument *arguments, size_t count);

#endif
