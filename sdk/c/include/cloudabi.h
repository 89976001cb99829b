/*
 * cloudabi.h: small conveniences for programs that start at program_main.
 */
#ifndef CLOUDABI_CLOUDABI_H
#define CLOUDABI_CLOUDABI_H

#include <argdata.h>
#include <dirent.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The value of the first entry whose key is this string: 0; ENOENT when there is none, EINVAL when the map is
 * no map or malformed before it. The value belongs to the iterator, which the caller has.
 *
 *   argdata_map_iterator_t it;
 *   const argdata_t *value;
 *   if (program_argument(ad, "output", &it, &value) == 0)
 *     argdata_get_fd(value, &output);
 */
int program_argument(const argdata_t *map, const char *key, argdata_map_iterator_t *it, const argdata_t **value);

/* The descriptor of the entry with this key: 0, or an errno of program_argument or argdata_get_fd. */
int program_argument_fd(const argdata_t *map, const char *key, int *fd);

/*
 * Reads a directory from its beginning without taking the descriptor over, as fdopendir does; closedir gives
 * back what it uses. NULL with errno when the descriptor is no directory or lacks the right to be read.
 */
DIR *program_directory_open(int directory);

/*
 * Gives a directory a path, beneath which <filesystem> and the file streams of C++ find its files: nothing else has a path.
 * 0; EINVAL for a path that does not begin with "/", or an errno of openat. Call it before other threads start. Not with
 * --native.
 */
int program_directory_name(int directory, const char *path);

/* The next entry besides "." and ".."; NULL at the end with errno 0, or on an error with another errno. */
struct dirent *program_directory_next(DIR *stream);

/*
 * Serves connections one after the other for ever: waits for any of the listening sockets, accepts, calls the
 * function, which owns the connection and must close it, and goes on. An error of one connection (ECONNABORTED
 * and the like) is passed over; the function returns only the errno that keeps it from going on. At most 64
 * sockets; EINVAL for none or more.
 */
int program_accept_loop(const int *sockets, size_t count, void (*serve)(int connection, void *context), void *context);

/*
 * Connects to a port of a host, through a network that was granted with !network: "tcp", or "udp" for datagrams
 * to it alone. The host is a name or an address; it is looked up and checked outside. 0 and the socket, which
 * the caller closes; or an errno: EACCES for what no rule grants, ENOENT for a name without an address,
 * ECONNREFUSED and the like for a host that did not answer, EINVAL for another text than a host. Only one thread at a
 * time may ask a network.
 */
int program_connect(int network, const char *protocol, const char *host, unsigned port, int *connection);

#ifdef __cplusplus
}
#endif

#endif
