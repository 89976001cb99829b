/* Maps and sequences are made of subfields: a length in base 128, and that many bytes of encoded value. */
#ifndef CLOUDABI_SUBFIELD_H
#define CLOUDABI_SUBFIELD_H

#include "encoding.h"

/* Takes the first subfield off the rest: 0, or EINVAL when it is malformed, and then nothing is taken. */
int argdata_take_subfield(argdata_t *rest, argdata_t *value);

/* Counts the subfields: 0, or EINVAL when any of them is malformed. */
int argdata_count_subfields(argdata_t rest, size_t *count);

#endif
