/*
 * argdata.h: reads the tree of values that a program is started with, builds such trees, and sends and receives
 * them. C++ programs may include argdata.hpp, which has the same as classes.
 *
 * A value is null, binary data, a boolean, a descriptor, a float, an integer, a map, a sequence, a string
 * or a timestamp. Each getter asks for one type and returns 0, or an errno and leaves its result alone:
 *
 *   EINVAL  the value has another type, or its encoding is malformed
 *   ERANGE  the integer or the timestamp does not fit the type asked for
 *   EILSEQ  the string is not UTF-8
 *   EBADF   the tree names a descriptor that was not handed over
 *
 * Reading copies nothing and allocates nothing: strings and binary data point into the encoded tree. A value is
 * looked at when it is asked for, so a tree from an untrusted sender is safe to read: what is malformed gives
 * EINVAL at the getter that meets it.
 */
#ifndef CLOUDABI_ARGDATA_H
#define CLOUDABI_ARGDATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One value. Programs hold pointers to values only. */
#ifndef argdata_t
typedef struct argdata_t argdata_t;
#define argdata_t argdata_t
#endif

/* Constants, used as &argdata_null. */
extern const argdata_t argdata_null;
extern const argdata_t argdata_true;
extern const argdata_t argdata_false;

/*
 * Makes a value of its encoding, which must stay where it is while the value is in use; NULL with ENOMEM. The
 * encoding names descriptors by numbers: convert gives this process's descriptor for one of them, or a negative
 * number, and then argdata_get_fd returns EBADF. Without the function (NULL), it always does. Give the value
 * back with argdata_free.
 */
argdata_t *argdata_from_buffer(const void *bytes, size_t length, int (*convert)(void *argument, size_t number),
                               void *argument);

int argdata_get_binary(const argdata_t *value, const void **bytes, size_t *length);
int argdata_get_bool(const argdata_t *value, bool *result);
int argdata_get_fd(const argdata_t *value, int *fd);
int argdata_get_float(const argdata_t *value, double *result);

/* The string's bytes and their number; there may be NUL bytes among them, and a NUL follows the last. */
int argdata_get_str(const argdata_t *value, const char **string, size_t *length);

/* The string for C: EILSEQ when it holds a NUL byte, which would cut it short. */
int argdata_get_str_c(const argdata_t *value, const char **string);

/* The seconds and nanoseconds since 1970-01-01T00:00:00Z; tv_nsec is never negative. */
int argdata_get_timestamp(const argdata_t *value, struct timespec *result);

/* An integer from min to max, or from 0 to max. */
int argdata_get_int_s(const argdata_t *value, intmax_t *result, intmax_t min, intmax_t max);
int argdata_get_int_u(const argdata_t *value, uintmax_t *result, uintmax_t max);

/*
 * int argdata_get_int(const argdata_t *value, T *result), for every integer type T. It is a macro over the
 * functions below, so that the range checked is that of the variable the result goes to.
 */
int argdata_get_int_char(const argdata_t *value, char *result);
int argdata_get_int_schar(const argdata_t *value, signed char *result);
int argdata_get_int_short(const argdata_t *value, short *result);
int argdata_get_int_int(const argdata_t *value, int *result);
int argdata_get_int_long(const argdata_t *value, long *result);
int argdata_get_int_llong(const argdata_t *value, long long *result);
int argdata_get_int_uchar(const argdata_t *value, unsigned char *result);
int argdata_get_int_ushort(const argdata_t *value, unsigned short *result);
int argdata_get_int_uint(const argdata_t *value, unsigned int *result);
int argdata_get_int_ulong(const argdata_t *value, unsigned long *result);
int argdata_get_int_ullong(const argdata_t *value, unsigned long long *result);

/*
 * Iterators. `iterate` goes to the first entry, `next` to the next one; `get` gives the current entry, or returns
 * false when there is none. The field index counts the entries from 0. After the last, it is
 * ARGDATA_ITERATOR_END; it is ARGDATA_ITERATOR_INVALID when the value is no map or sequence, or where an entry is
 * malformed: the entries before it are given. The values belong to the iterator and change when it moves; strings
 * taken out of them stay. A copy of an iterator goes on by itself.
 *
 *   argdata_map_iterator_t it;
 *   const argdata_t *key, *value;
 *   for (argdata_map_iterate(ad, &it); argdata_map_get(&it, &key, &value); argdata_map_next(&it)) { … }
 */
#define ARGDATA_ITERATOR_END ((size_t)-2)
#define ARGDATA_ITERATOR_INVALID ((size_t)-1)

typedef struct {
  size_t index;
  void *private_words[10];
} argdata_map_iterator_t;

typedef struct {
  size_t index;
  void *private_words[10];
} argdata_seq_iterator_t;

void argdata_map_iterate(const argdata_t *value, argdata_map_iterator_t *it);
bool argdata_map_get(const argdata_map_iterator_t *it, const argdata_t **key, const argdata_t **value);
void argdata_map_next(argdata_map_iterator_t *it);

void argdata_seq_iterate(const argdata_t *value, argdata_seq_iterator_t *it);
bool argdata_seq_get(const argdata_seq_iterator_t *it, const argdata_t **value);
void argdata_seq_next(argdata_seq_iterator_t *it);

/*
 * Building. Each function makes a value in memory of its own, to be given back with argdata_free; or returns
 * NULL and sets errno: ENOMEM, EILSEQ for a string that is not UTF-8, EBADF for a negative descriptor, EINVAL for a
 * time whose tv_nsec is not below a second. A map or a sequence copies what it is made of, so that its parts can be
 * freed at once, and so can bytes and strings. Getters and iterators read what was built. The three constants may
 * be parts, and need not be freed.
 */
argdata_t *argdata_create_binary(const void *bytes, size_t length);
argdata_t *argdata_create_bool(bool truth);
argdata_t *argdata_create_fd(int fd);
argdata_t *argdata_create_float(double real);
argdata_t *argdata_create_map(const argdata_t *const *keys, const argdata_t *const *values, size_t count);
argdata_t *argdata_create_seq(const argdata_t *const *values, size_t count);
argdata_t *argdata_create_str(const char *string, size_t length);
argdata_t *argdata_create_str_c(const char *string);
argdata_t *argdata_create_timestamp(const struct timespec *time);

/* argdata_t *argdata_create_int(T number), for every integer type T: a macro over these two. */
argdata_t *argdata_create_int_s(intmax_t number);
argdata_t *argdata_create_int_u(uintmax_t number);

void argdata_free(argdata_t *value);

/*
 * The number of bytes of the encoding, and unless the pointer is NULL the number of descriptors in the tree:
 * each counts as often as it occurs.
 */
void argdata_serialized_length(const argdata_t *value, size_t *length, size_t *descriptors);

/*
 * Writes the encoding to a buffer of that many bytes. Unless the last argument is NULL, descriptors are
 * numbered anew from 0 in the order in which they occur, each of them once, and descriptors[n] becomes the one
 * that has number n in the encoding. Returns how many were written there, at most as many as counted above.
 */
size_t argdata_serialize(const argdata_t *value, void *buffer, int *descriptors);

/* Writes a value as YAML; a value that is malformed becomes null. */
void argdata_print_yaml(const argdata_t *value, FILE *stream);

/*
 * Receiving. A reader takes values off a stream (a socket, a pipe or a file), one at a time, with the descriptors
 * that belong to them. It refuses values of more than so many bytes or descriptors.
 *
 * `pull` reads until a value is complete and returns 0; at the end of the stream as well, and then `get` gives
 * NULL. EAGAIN of a non-blocking descriptor leaves the part that has come for the next call. EMSGSIZE is a
 * value that is too large, EBADMSG one that is malformed or cut short. The value, and its descriptors
 * unless released, are gone with the next call and with the reader; get_fd of a released one gives EBADF from then on.
 */
#ifndef argdata_reader_t
typedef struct argdata_reader_t argdata_reader_t;
#define argdata_reader_t argdata_reader_t
#endif

argdata_reader_t *argdata_reader_create(size_t bytes_max, size_t descriptors_max);
void argdata_reader_free(argdata_reader_t *reader);
const argdata_t *argdata_reader_get(const argdata_reader_t *reader);
int argdata_reader_pull(argdata_reader_t *reader, int fd);
void argdata_reader_release_fd(argdata_reader_t *reader, int fd);

/*
 * Sending. `set` names the next value, which must stay until the first `push`; `push` writes until all of
 * it is sent and returns 0. EAGAIN of a non-blocking descriptor leaves the rest for the next call; ENOTSOCK
 * means that descriptors go through sockets only. EBADF: the value has a descriptor that is not there.
 */
#ifndef argdata_writer_t
typedef struct argdata_writer_t argdata_writer_t;
#define argdata_writer_t argdata_writer_t
#endif

argdata_writer_t *argdata_writer_create(void);
void argdata_writer_free(argdata_writer_t *writer);
int argdata_writer_push(argdata_writer_t *writer, int fd);
void argdata_writer_set(argdata_writer_t *writer, const argdata_t *value);

#ifdef __cplusplus
}

inline int argdata_get_int(const argdata_t *v, char *r) { return argdata_get_int_char(v, r); }
inline int argdata_get_int(const argdata_t *v, signed char *r) { return argdata_get_int_schar(v, r); }
inline int argdata_get_int(const argdata_t *v, short *r) { return argdata_get_int_short(v, r); }
inline int argdata_get_int(const argdata_t *v, int *r) { return argdata_get_int_int(v, r); }
inline int argdata_get_int(const argdata_t *v, long *r) { return argdata_get_int_long(v, r); }
inline int argdata_get_int(const argdata_t *v, long long *r) { return argdata_get_int_llong(v, r); }
inline int argdata_get_int(const argdata_t *v, unsigned char *r) { return argdata_get_int_uchar(v, r); }
inline int argdata_get_int(const argdata_t *v, unsigned short *r) { return argdata_get_int_ushort(v, r); }
inline int argdata_get_int(const argdata_t *v, unsigned int *r) { return argdata_get_int_uint(v, r); }
inline int argdata_get_int(const argdata_t *v, unsigned long *r) { return argdata_get_int_ulong(v, r); }
inline int argdata_get_int(const argdata_t *v, unsigned long long *r) { return argdata_get_int_ullong(v, r); }

inline argdata_t *argdata_create_int(char n) { return argdata_create_int_s(n); }
inline argdata_t *argdata_create_int(signed char n) { return argdata_create_int_s(n); }
inline argdata_t *argdata_create_int(short n) { return argdata_create_int_s(n); }
inline argdata_t *argdata_create_int(int n) { return argdata_create_int_s(n); }
inline argdata_t *argdata_create_int(long n) { return argdata_create_int_s(n); }
inline argdata_t *argdata_create_int(long long n) { return argdata_create_int_s(n); }
inline argdata_t *argdata_create_int(unsigned char n) { return argdata_create_int_u(n); }
inline argdata_t *argdata_create_int(unsigned short n) { return argdata_create_int_u(n); }
inline argdata_t *argdata_create_int(unsigned int n) { return argdata_create_int_u(n); }
inline argdata_t *argdata_create_int(unsigned long n) { return argdata_create_int_u(n); }
inline argdata_t *argdata_create_int(unsigned long long n) { return argdata_create_int_u(n); }
#else
#define argdata_get_int(value, result)                       \
  _Generic((result),                                         \
      char *: argdata_get_int_char,                          \
      signed char *: argdata_get_int_schar,                  \
      short *: argdata_get_int_short,                        \
      int *: argdata_get_int_int,                            \
      long *: argdata_get_int_long,                          \
      long long *: argdata_get_int_llong,                    \
      unsigned char *: argdata_get_int_uchar,                \
      unsigned short *: argdata_get_int_ushort,              \
      unsigned int *: argdata_get_int_uint,                  \
      unsigned long *: argdata_get_int_ulong,                \
      unsigned long long *: argdata_get_int_ullong)((value), (result))
#define argdata_create_int(number)                           \
  _Generic((number),                                         \
      bool: argdata_create_int_u,                     \
      char: argdata_create_int_s,                       \
      signed char: argdata_create_int_s,                \
      short: argdata_create_int_s,                      \
      int: argdata_create_int_s,                        \
      long: argdata_create_int_s,                       \
      long long: argdata_create_int_s,                  \
      unsigned char: argdata_create_int_u,            \
      unsigned short: argdata_create_int_u,           \
      unsigned int: argdata_create_int_u,             \
      unsigned long: argdata_create_int_u,            \
      unsigned long long: argdata_create_int_u)(number)
#endif

#endif
