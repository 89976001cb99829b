/*
 * sys/resource.h: the C library's, with the processor time that the process has really used.
 */
#ifndef CLOUDABI_SYS_RESOURCE_H
#define CLOUDABI_SYS_RESOURCE_H

#ifdef __wasi__
#ifndef _WASI_EMULATED_PROCESS_CLOCKS
#define _WASI_EMULATED_PROCESS_CLOCKS
#endif
#endif
#include_next <sys/resource.h>


#endif
