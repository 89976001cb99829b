/* Pairs of sockets, as pipe and socketpair make them. */
#ifndef CLOUDABI_UNISTD_PAIR_H
#define CLOUDABI_UNISTD_PAIR_H

#include <cloudabi_types.h>
#include <stdbool.h>

/* Makes a pair of sockets, which do not wait if so wanted: 0, or an errno and no descriptor. */
int make_pair(cloudabi_filetype_t type, bool nonblocking, cloudabi_fd_t ends[2]);

#endif
