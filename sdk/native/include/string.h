/* string.h */
#ifndef CLOUDABI_STRING_H
#define CLOUDABI_STRING_H
#include <stddef.h>

void *memchr(const void *bytes, int byte, size_t length);
int memcmp(const void *a, const void *b, size_t length);
void *memcpy(void *restrict to, const void *restrict from, size_t length);
void *memmove(void *to, const void *from, size_t length);
void *memset(void *bytes, int byte, size_t length);
char *strchr(const char *text, int character);
int strcmp(const char *a, const char *b);
char *strcpy(char *restrict to, const char *restrict from);
size_t strcspn(const char *text, const char *set);
char *strdup(const char *text);
char *strsep(char **text, const char *set);
size_t strlen(const char *text);
int strncmp(const char *a, const char *b, size_t length);
size_t strnlen(const char *text, size_t length);
char *strpbrk(const char *text, const char *set);
char *strrchr(const char *text, int character);
size_t strspn(const char *text, const char *set);
char *strstr(const char *text, const char *part);
const char *strerror(int error);

#endif
