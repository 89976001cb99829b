/*
 * A value on a stream: eight bytes with the number of bytes of its encoding and four with the number of its
 * descriptors, big-endian; then the encoding. The descriptors travel beside the first bytes.
 */
#ifndef CLOUDABI_ARGDATA_MESSAGE_H
#define CLOUDABI_ARGDATA_MESSAGE_H

enum { HEADER_SIZE = 12 };

#endif
