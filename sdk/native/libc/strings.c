/* string.h, byte by byte: compilers put instructions in the place of the calls that matter. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *memcpy(void *restrict to, const void *restrict from, size_t length)
{
  void *start = to;
  asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(length) : : "memory");
  return start;
}

void *memmove(void *to, const void *from, size_t length)
{
  if ((uintptr_t)to - (uintptr_t)from >= length) return memcpy(to, from, length);
  unsigned char *out = to;
  const unsigned char *in = from;
  for (; length > 0; length--) ((volatile unsigned char *)out)[length - 1] = in[length - 1];
  return to;
}

void *memset(void *bytes, int byte, size_t length)
{
  void *start = bytes;
  asm volatile("rep stosb" : "+D"(bytes), "+c"(length) : "a"(byte) : "memory");
  return start;
}

int memcmp(const void *a, const void *b, size_t length)
{
  const unsigned char *x = a, *y = b;
  for (; length > 0; length--, x++, y++)
    if (*x != *y) return *x - *y;
  return 0;
}

int bcmp(const void *a, const void *b, size_t length) { return memcmp(a, b, length); }

void *memchr(const void *bytes, int byte, size_t length)
{
  const unsigned char *at = bytes;
  for (; length > 0; length--, at++)
    if (*at == (unsigned char)byte) return (void *)at;
  return NULL;
}

size_t strlen(const char *text)
{
  const char *end = text;
  while (*(const volatile char *)end) end++;
  return (size_t)(end - text);
}

size_t strnlen(const char *text, size_t length)
{
  const char *end = memchr(text, 0, length);
  return end ? (size_t)(end - text) : length;
}

int strcmp(const char *a, const char *b)
{
  for (; *a && *a == *b; a++, b++) continue;
  return (unsigned char)*a - (unsigned char)*b;
}

int strncmp(const char *a, const char *b, size_t length)
{
  for (; length > 0; length--, a++, b++)
    if (*a != *b || !*a) return (unsigned char)*a - (unsigned char)*b;
  return 0;
}

char *strcpy(char *restrict to, const char *restrict from)
{
  memcpy(to, from, strlen(from) + 1);
  return to;
}

char *strchr(const char *text, int character)
{
  for (;; text++) {
    if (*text == (char)character) return (char *)text;
    if (!*text) return NULL;
  }
}

char *strrchr(const char *text, int character)
{
  const char *found = NULL;
  for (;; text++) {
    if (*text == (char)character) found = text;
    if (!*text) return (char *)found;
  }
}

size_t strcspn(const char *text, const char *set)
{
  size_t length = 0;
  while (text[length] && !strchr(set, text[length])) length++;
  return length;
}

size_t strspn(const char *text, const char *set)
{
  size_t length = 0;
  while (text[length] && strchr(set, text[length])) length++;
  return length;
}

char *strpbrk(const char *text, const char *set)
{
  text += strcspn(text, set);
  return *text ? (char *)text : NULL;
}

char *strstr(const char *text, const char *part)
{
  size_t length = strlen(part);
  for (;; text++) {
    if (strncmp(text, part, length) == 0) return (char *)text;
    if (!*text) return NULL;
  }
}

char *strdup(const char *text)
{
  size_t size = strlen(text) + 1;
  char *copy = malloc(size);
  return copy ? memcpy(copy, text, size) : NULL;
}

char *strsep(char **text, const char *set)
{
  char *part = *text;
  if (part == NULL) return NULL;
  char *end = strpbrk(part, set);
  if (end) *end = 0;
  *text = end ? end + 1 : NULL;
  return part;
}

const char *strerror(int error)
{
  switch (error) {
  case 0: return "Success";
  case EACCES: return "Permission denied";
  case EBADF: return "Bad file descriptor";
  case EEXIST: return "File exists";
  case EINVAL: return "Invalid argument";
  case EISDIR: return "Is a directory";
  case ENOENT: return "No such file or directory";
  case ENOMEM: return "Not enough space";
  case ENOSPC: return "No space left on device";
  case ENOTCAPABLE: return "Capabilities insufficient";
  case ENOTDIR: return "Not a directory";
  case EPIPE: return "Broken pipe";
  default: return "Another error";
  }
}
