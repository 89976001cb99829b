/*
 * program.h: where a program starts.
 *
 * A program defines program_main instead of main. What it is given is all it has: the descriptors in the
 * tree are numbered from 0, and 0, 1 and 2 are no standard streams. So do not print to stdout or stderr,
 * which would write to whatever descriptor has that number; write to a descriptor out of the tree instead,
 * with write(), dprintf() or fdopen().
 *
 * Returning from program_main ends the process with exit code 0; exit(n) ends it with n.
 */
#ifndef CLOUDABI_PROGRAM_H
#define CLOUDABI_PROGRAM_H

#include <argdata.h>

#ifdef __cplusplus
extern "C" {
#endif

void program_main(const argdata_t *ad);

#ifdef __cplusplus
}
#endif

#endif
