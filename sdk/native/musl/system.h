/* The parts of the way from musl's functions to CloudABI's calls. */
#pragma once
#include <cloudabi_syscalls.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

struct iovec;
struct kstat;
struct msghdr;
struct pollfd;

enum { TRANSFER_READ, TRANSFER_WRITE, TRANSFER_READ_AT, TRANSFER_WRITE_AT };

/* All give minus an error number, or a result that is not negative. */
long cloudabi_transfer(long fd, const struct iovec *vectors, long count, long offset, int how);
long cloudabi_open(long directory, const char *path, int flags);
long cloudabi_stat(long fd, struct kstat *to);
long cloudabi_stat_at(long directory, const char *path, struct kstat *to, int flags);
long cloudabi_set_times(long directory, const char *path, const struct timespec *times, int flags);
long cloudabi_truncate(long fd, long size);
long cloudabi_seek(long fd, long offset, int whence);
long cloudabi_control(long fd, int command, long value);
long cloudabi_read_link(long directory, const char *path, char *to, size_t room);
long cloudabi_link(long from, const char *path, long to, const char *name, int flags);
long cloudabi_poll(struct pollfd *polled, size_t count, int64_t timeout);
long cloudabi_send(long fd, const struct msghdr *message);
long cloudabi_receive(long fd, struct msghdr *message, int flags);
long cloudabi_pair(int type, int ends[2]);
long cloudabi_map(void *at, size_t length, int protection, int flags, int fd, off_t offset);
