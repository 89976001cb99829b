/* Maps and sequences are made of subfields: a length in base 128, and that many bytes of encoded value. */
#ifndef CLOUDABI_ARGDATA_SUBFIELD_H
#define CLOUDABI_ARGDATA_SUBFIELD_H

#include "value.h"

/* Takes the first subfield off the rest: 0, or EINVAL when it is malformed, and then nothing is taken. */
int argdata_take_subfield(argdata_bytes_t *rest, argdata_bytes_t *value);

#endif
