/* Small things: versions, clocks, addresses, kinds of descriptors. */
#include "loop.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { NANOSECONDS_PER_SECOND = 1000000000 };

#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)

unsigned int uv_version(void) { return UV_VERSION_HEX; }
const char *uv_version_string(void) {
  return TEXT(UV_VERSION_MAJOR) "." TEXT(UV_VERSION_MINOR) "." TEXT(UV_VERSION_PATCH) "-" UV_VERSION_SUFFIX;
}

uv_buf_t uv_buf_init(char *base, size_t length) { return (uv_buf_t){base, length}; }

uint64_t uv_hrtime(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * NANOSECONDS_PER_SECOND + (uint64_t)now.tv_nsec;
}

int uv_getrusage(uv_rusage_t *usage) {
  struct rusage used;
  if (getrusage(RUSAGE_SELF, &used) != 0)
    return negative(errno);
  memset(usage, 0, sizeof(*usage));
  usage->ru_utime = (uv_timeval_t){(long)used.ru_utime.tv_sec, (long)used.ru_utime.tv_usec};
  usage->ru_stime = (uv_timeval_t){(long)used.ru_stime.tv_sec, (long)used.ru_stime.tv_usec};
  return 0;
}

uv_handle_type uv_guess_handle(uv_file fd) {
  struct stat found;
  if (fd < 0 || fstat(fd, &found) != 0)
    return UV_UNKNOWN_HANDLE;
  if (isatty(fd))
    return UV_TTY;
  if (S_ISREG(found.st_mode) || S_ISCHR(found.st_mode) || S_ISBLK(found.st_mode))
    return UV_FILE;
  if (S_ISFIFO(found.st_mode))
    return UV_NAMED_PIPE;
  if (!S_ISSOCK(found.st_mode))
    return UV_UNKNOWN_HANDLE;
  int type;
  socklen_t length = sizeof(type);
  if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) != 0)
    return UV_UNKNOWN_HANDLE;
  /* The family of a socket is not told here: a stream is what pipe() and socketpair() make. */
  return type == SOCK_DGRAM ? UV_UDP : UV_NAMED_PIPE;
}

int uv_inet_ntop(int family, const void *address, char *text, size_t size) {
  if (family != AF_INET && family != AF_INET6)
    return UV_EAFNOSUPPORT;
  return inet_ntop(family, address, text, (socklen_t)size) == NULL ? UV_ENOSPC : 0;
}

int uv_inet_pton(int family, const char *text, void *address) {
  if (text == NULL || address == NULL)
    return UV_EINVAL;
  if (family != AF_INET && family != AF_INET6)
    return UV_EAFNOSUPPORT;
  return inet_pton(family, text, address) == 1 ? 0 : UV_EINVAL;
}

int uv_ip4_addr(const char *text, int port, struct sockaddr_in *address) {
  memset(address, 0, sizeof(*address));
  address->sin_family = AF_INET;
  address->sin_port = htons((uint16_t)port);
  return uv_inet_pton(AF_INET, text, &address->sin_addr);
}

int uv_ip6_addr(const char *text, int port, struct sockaddr_in6 *address) {
  memset(address, 0, sizeof(*address));
  address->sin6_family = AF_INET6;
  address->sin6_port = htons((uint16_t)port);
  /* A zone would be the name or number of an interface, of which there are none. */
  return uv_inet_pton(AF_INET6, text, &address->sin6_addr);
}

int uv_ip4_name(const struct sockaddr_in *address, char *text, size_t size) {
  return uv_inet_ntop(AF_INET, &address->sin_addr, text, size);
}

int uv_ip6_name(const struct sockaddr_in6 *address, char *text, size_t size) {
  return uv_inet_ntop(AF_INET6, &address->sin6_addr, text, size);
}

int uv_if_indextoname(unsigned int index, char *text, size_t *size) {
  (void)index;
  return text == NULL || size == NULL || *size == 0 ? UV_EINVAL : UV_ENXIO;
}

int uv_if_indextoiid(unsigned int index, char *text, size_t *size) { return uv_if_indextoname(index, text, size); }

int uv_os_getenv(const char *name, char *text, size_t *size) {
  return name == NULL || text == NULL || size == NULL || *size == 0 ? UV_EINVAL : UV_ENOENT;
}
