/* The descriptors in an encoding, one after the other, without recursion: the tree may be a stranger's. */
#ifndef CLOUDABI_ARGDATA_DESCRIPTORS_H
#define CLOUDABI_ARGDATA_DESCRIPTORS_H

#include "value.h"

/* Values nested deeper are refused by the decoder on the other side (src/argdata/format.ts). */
enum { MAX_DEPTH = 256 };

typedef struct {
  /* The rest of the map or sequence being read, and of those around it. */
  argdata_bytes_t rest[MAX_DEPTH + 1];
  size_t depth;
} argdata_walk_t;

void argdata_walk_start(argdata_walk_t *walk, argdata_bytes_t value);

/*
 * Gives the four bytes of the next descriptor's number, or NULL at the end. Iterators give what stands before a
 * malformed entry, so that counts too.
 */
const uint8_t *argdata_walk_next(argdata_walk_t *walk);

/*
 * The same for a copy that may be written to: a map or sequence that is nested too deeply becomes malformed, so
 * that no reader finds descriptors in it whose numbers were not converted.
 */
uint8_t *argdata_walk_own(argdata_walk_t *walk);

/* The four bytes as a number, and back. */
uint32_t argdata_number_of(const uint8_t *bytes);
void argdata_put_number(uint8_t *bytes, uint32_t number);

#endif
