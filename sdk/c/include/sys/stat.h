/*
 * sys/stat.h: the C library's. No file is a queue, a semaphore or shared memory.
 */
#ifndef CLOUDABI_SYS_STAT_H
#define CLOUDABI_SYS_STAT_H

#include_next <sys/stat.h>

#ifdef __wasi__
#define S_TYPEISMQ(stat) 0
#define S_TYPEISSEM(stat) 0
#define S_TYPEISSHM(stat) 0
#endif

#endif
