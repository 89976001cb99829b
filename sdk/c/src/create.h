/* Making values: each is one block of memory, the value first and its encoding right after it. */
#ifndef CLOUDABI_CREATE_H
#define CLOUDABI_CREATE_H

#include "encoding.h"

/*
 * A new value of the given type with room for a payload, which the caller fills in; NULL when there is no
 * memory, with errno ENOMEM.
 */
argdata_t *argdata_allocate(uint8_t type, size_t payload_length, uint8_t **payload);

/* A new value whose payload is the low bytes of a two's complement number, as few as possible. */
argdata_t *argdata_create_number(uint8_t type, __int128 number);

#endif
