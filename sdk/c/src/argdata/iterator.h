/* The content of both iterators, whose public types have room for it. */
#ifndef CLOUDABI_ARGDATA_ITERATOR_H
#define CLOUDABI_ARGDATA_ITERATOR_H

#include "value.h"

struct iterator {
  size_t index;
  argdata_bytes_t rest;
  /* The current entry; a sequence has no keys. */
  argdata_t key;
  argdata_t value;
};

_Static_assert(sizeof(struct iterator) <= sizeof(argdata_map_iterator_t), "an iterator of maps fits");
_Static_assert(sizeof(struct iterator) <= sizeof(argdata_seq_iterator_t), "an iterator of sequences fits");

/* Starts at the first entry of a value of this type; at ARGDATA_ITERATOR_INVALID for another value. */
void argdata_iterate(const argdata_t *value, uint8_t type, struct iterator *it);

/* Goes to the next entry, or to one of the markers; from a marker, nowhere. */
void argdata_advance(struct iterator *it, uint8_t type);

/* Says whether there is a current entry. */
static inline bool argdata_has_entry(const struct iterator *it) {
  return it->index != ARGDATA_ITERATOR_END && it->index != ARGDATA_ITERATOR_INVALID;
}

#endif
