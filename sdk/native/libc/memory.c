/*
 * malloc: pieces of powers of two up to 64 KiB, which are kept in lists when they are free, and mappings of their own for larger
 * ones. A word in front of each has its size.
 */
#include <cloudabi_syscalls.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define HEAD 16
#define SMALLEST 5
#define LARGEST 16
#define CHUNK (1ul << 20)
#define PAGE 4096ul

struct piece {
  size_t size;
  struct piece *next;
};

static struct piece *unused[LARGEST + 1];
static char *rest;
static size_t left;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *map(size_t size)
{
  void *at;
  cloudabi_errno_t error =
      cloudabi_sys_mem_map(NULL, size, CLOUDABI_PROT_READ | CLOUDABI_PROT_WRITE, CLOUDABI_MAP_ANON | CLOUDABI_MAP_PRIVATE,
                           CLOUDABI_MAP_ANON_FD, 0, &at);
  if (error == 0) return at;
  errno = ENOMEM;
  return NULL;
}

/* The number of the list for so many bytes, the word in front included. */
static int list_of(size_t size)
{
  int list = SMALLEST;
  while ((1ul << list) < size) list++;
  return list;
}

static struct piece *small(size_t size)
{
  int list = list_of(size);
  pthread_mutex_lock(&lock);
  struct piece *piece = unused[list];
  if (piece) {
    unused[list] = piece->next;
  } else {
    if (left < (1ul << list)) {
      char *chunk = map(CHUNK);
      if (chunk) {
        rest = chunk;
        left = CHUNK;
      }
    }
    if (left >= (1ul << list)) {
      piece = (struct piece *)rest;
      piece->size = 1ul << list;
      rest += 1ul << list;
      left -= 1ul << list;
    }
  }
  pthread_mutex_unlock(&lock);
  return piece;
}

void *malloc(size_t size)
{
  if (size > PTRDIFF_MAX) {
    errno = ENOMEM;
    return NULL;
  }
  struct piece *piece;
  if (size + HEAD <= 1ul << LARGEST) {
    piece = small(size + HEAD);
  } else {
    size_t whole = (size + HEAD + PAGE - 1) / PAGE * PAGE;
    piece = map(whole);
    if (piece) piece->size = whole;
  }
  return piece ? (char *)piece + HEAD : NULL;
}

void free(void *memory)
{
  if (memory == NULL) return;
  int saved = errno;
  struct piece *piece = (struct piece *)((char *)memory - HEAD);
  /* An aligned piece has the distance to its beginning there, which is odd. */
  if (piece->size & 1) piece = (struct piece *)((char *)memory - (piece->size & ~1ul) - HEAD);
  if (piece->size > 1ul << LARGEST) {
    cloudabi_sys_mem_unmap(piece, piece->size);
  } else {
    int list = list_of(piece->size);
    pthread_mutex_lock(&lock);
    piece->next = unused[list];
    unused[list] = piece;
    pthread_mutex_unlock(&lock);
  }
  errno = saved;
}

void *calloc(size_t count, size_t size)
{
  size_t whole;
  if (__builtin_mul_overflow(count, size, &whole)) {
    errno = ENOMEM;
    return NULL;
  }
  void *memory = malloc(whole);
  return memory ? memset(memory, 0, whole) : NULL;
}

static size_t room_of(void *memory)
{
  struct piece *piece = (struct piece *)((char *)memory - HEAD);
  if ((piece->size & 1) == 0) return piece->size - HEAD;
  size_t distance = piece->size & ~1ul;
  return ((struct piece *)((char *)memory - distance - HEAD))->size - HEAD - distance;
}

void *realloc(void *memory, size_t size)
{
  if (memory == NULL) return malloc(size);
  size_t room = room_of(memory);
  if (size <= room && size >= room / 4) return memory;
  void *copy = malloc(size);
  if (copy == NULL) return NULL;
  memcpy(copy, memory, size < room ? size : room);
  free(memory);
  return copy;
}

void *aligned_alloc(size_t alignment, size_t size)
{
  if (alignment == 0 || (alignment & (alignment - 1)) || size > PTRDIFF_MAX - alignment) {
    errno = EINVAL;
    return NULL;
  }
  if (alignment <= HEAD) return malloc(size);
  char *memory = malloc(size + alignment);
  if (memory == NULL) return NULL;
  size_t distance = (alignment - (uintptr_t)memory % alignment) % alignment;
  if (distance == 0) return memory;
  ((struct piece *)(memory + distance - HEAD))->size = distance | 1;
  return memory + distance;
}
