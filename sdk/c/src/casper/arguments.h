/* Arguments of calls, and fields of results. */
#ifndef CLOUDABI_CASPER_ARGUMENTS_H
#define CLOUDABI_CASPER_ARGUMENTS_H

#include <casper.h>
#include <stdbool.h>
#include <stdlib.h>

#include "../argdata/value.h"

enum { ARGUMENTS_MAX = 8 };

struct arguments {
  argdata_t *keys[ARGUMENTS_MAX];
  argdata_t *values[ARGUMENTS_MAX];
  size_t count;
};

/* Adds an argument, whose value belongs to the arguments from then on. */
void cap_add(struct arguments *arguments, const char *key, argdata_t *value);

/* Makes a call with the arguments and frees them: 0, or -1 with errno. */
int cap_call(cap_channel_t *channel, const char *call, struct arguments *arguments, const argdata_t **result);

/* Finds a field of a map. The value stays as long as the encoding of the map. */
bool cap_field(const argdata_t *map, const char *key, argdata_t *value);

/* A field that is a descriptor; -1 with errno EBADMSG for none. */
int cap_descriptor(const argdata_t *map, const char *key);

/* A field that is a text or a number; an empty text and 4294967295 for none. */
char *cap_text(const argdata_t *map, const char *key);
uint32_t cap_number(const argdata_t *map, const char *key);

/* True for the answer `nothing`; errno is ENOENT then. */
bool cap_is_nothing(const argdata_t *result);

/* Memory of the channel for entries and lists, which stays until the next use: NULL with ENOMEM. */
void *cap_room(cap_channel_t *channel, size_t size);

#endif
