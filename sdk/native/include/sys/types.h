/* sys/types.h */
#ifndef CLOUDABI_SYS_TYPES_H
#define CLOUDABI_SYS_TYPES_H
#include <stddef.h>
#include <stdint.h>

typedef long ssize_t;
typedef int64_t off_t;
typedef uint32_t mode_t;
typedef uint64_t dev_t;
typedef uint64_t ino_t;
typedef uint32_t nlink_t;

#endif
