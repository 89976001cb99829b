/* Functions that take a locale, a list of arguments or an argument for their callback besides. */
#include "check.h"

#include <crypt.h>
#include <execinfo.h>
#include <fcntl.h>
#include <libintl.h>
#include <locale.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>

#define utf8 LC_C_UNICODE_LOCALE

/* A file with a text, at its beginning. */
static int file_with(const char *text) {
  int fd = openat(folder, "variants", O_RDWR | O_CREAT | O_TRUNC, 0600);
  EQUAL(write(fd, text, strlen(text)), strlen(text));
  lseek(fd, 0, SEEK_SET);
  return fd;
}

/* The text of a file, which is closed. */
static const char *text_of(int fd) {
  static char text[128];
  ssize_t length = pread(fd, text, sizeof(text) - 1, 0);
  text[length < 0 ? 0 : length] = '\0';
  close(fd);
  return text;
}

#define IS(text, wanted) CHECK(strcmp(text, wanted) == 0)

/* Calls a function that takes a va_list. */
#define WITH_LIST(type, name, parameters, last, expression) \
  static type name parameters {                             \
    va_list list;                                           \
    va_start(list, last);                                   \
    type result = expression;                               \
    va_end(list);                                           \
    return result;                                          \
  }

WITH_LIST(int, list_dprintf, (int fd, const char *format, ...), format, vdprintf_l(fd, utf8, format, list))
WITH_LIST(int, list_fprintf, (FILE * stream, const char *format, ...), format, vfprintf_l(stream, utf8, format, list))
WITH_LIST(int, list_asprintf, (char **text, const char *format, ...), format, vasprintf_l(text, utf8, format, list))
WITH_LIST(int, list_snprintf, (char *text, size_t size, const char *format, ...), format,
          vsnprintf_l(text, size, utf8, format, list))
WITH_LIST(int, list_sscanf, (const char *text, const char *format, ...), format, vsscanf_l(text, utf8, format, list))
WITH_LIST(int, list_fscanf, (FILE * stream, const char *format, ...), format, vfscanf_l(stream, utf8, format, list))
WITH_LIST(int, list_aswprintf, (wchar_t * *text, const wchar_t *format, ...), format, vaswprintf(text, format, list))
WITH_LIST(int, list_aswprintf_l, (wchar_t * *text, const wchar_t *format, ...), format,
          vaswprintf_l(text, utf8, format, list))
WITH_LIST(int, list_dwprintf, (int fd, const wchar_t *format, ...), format, vdwprintf(fd, format, list))
WITH_LIST(int, list_dwprintf_l, (int fd, const wchar_t *format, ...), format, vdwprintf_l(fd, utf8, format, list))
WITH_LIST(int, list_fwprintf_l, (FILE * stream, const wchar_t *format, ...), format,
          vfwprintf_l(stream, utf8, format, list))
WITH_LIST(int, list_swprintf_l, (wchar_t * text, size_t size, const wchar_t *format, ...), format,
          vswprintf_l(text, size, utf8, format, list))
WITH_LIST(int, list_fwscanf_l, (FILE * stream, const wchar_t *format, ...), format,
          vfwscanf_l(stream, utf8, format, list))
WITH_LIST(int, list_swscanf_l, (const wchar_t *text, const wchar_t *format, ...), format,
          vswscanf_l(text, utf8, format, list))

TEST(printing_with_a_locale) {
  char text[32], *made = NULL;
  int fd = file_with("");
  EQUAL(dprintf_l(fd, utf8, "%lc%d", (wint_t)0xe9, 1), 3);
  IS(text_of(fd), "\xc3\xa9""1");
  fd = file_with("");
  EQUAL(list_dprintf(fd, "%lc%d", (wint_t)0xe9, 2), 3);
  IS(text_of(fd), "\xc3\xa9""2");
  EQUAL(list_asprintf(&made, "%lc", (wint_t)0x20ac), 3);
  IS(made, "\xe2\x82\xac");
  free(made);
  EQUAL(list_snprintf(text, sizeof(text), "%d%%", 50), 3);
  IS(text, "50%");
  fd = file_with("");
  FILE *stream = fdopen_l(fd, "w", utf8);
  EQUAL(list_fprintf(stream, "%lc", (wint_t)0xe9), 2);
  fflush(stream);
  char back[3] = "";
  EQUAL(pread(fd, back, 2, 0), 2);
  IS(back, "\xc3\xa9");
  fclose(stream);
}

TEST(scanning_with_a_locale) {
  wchar_t wide[4] = L"";
  int number = 0;
  EQUAL(list_sscanf("\xc3\xa9 7", "%3ls %d", wide, &number), 2);
  EQUAL(wide[0], 0xe9);
  EQUAL(number, 7);
  char text[] = "8 x";
  FILE *stream = fmemopen_l(text, 3, "r", utf8);
  EQUAL(list_fscanf(stream, "%d", &number), 1);
  EQUAL(number, 8);
  fclose(stream);
}

TEST(streams_in_memory_with_a_locale) {
  char *text = NULL;
  size_t length = 0;
  FILE *stream = open_memstream_l(&text, &length, utf8);
  fprintf(stream, "memory");
  fclose(stream);
  EQUAL(length, 6);
  IS(text, "memory");
  free(text);
}

TEST(wide_printing_with_lists_and_locales) {
  wchar_t wide[16], *made = NULL;
  EQUAL(list_aswprintf(&made, L"%d-%ls", 3, L"x"), 3);
  EQUAL(wcscmp(made, L"3-x"), 0);
  free(made);
  EQUAL(list_aswprintf_l(&made, L"%d", 4), 1);
  EQUAL(wcscmp(made, L"4"), 0);
  free(made);
  EQUAL(aswprintf_l(&made, utf8, L"%d", 5), 1);
  EQUAL(wcscmp(made, L"5"), 0);
  free(made);
  EQUAL(list_swprintf_l(wide, 16, L"%d", 6), 1);
  EQUAL(wcscmp(wide, L"6"), 0);
  int fd = file_with("");
  EQUAL(dwprintf_l(fd, utf8, L"%d\u00e9", 1), 2);
  EQUAL(list_dwprintf_l(fd, L"%d\u00e9", 2), 2);
  EQUAL(list_dwprintf(fd, L"%d", 3), 1);
  IS(text_of(fd), "1\xc3\xa9""2\xc3\xa9""3");
  fd = file_with("");
  FILE *stream = fdopen(dup(fd), "w");
  EQUAL(fwprintf_l(stream, utf8, L"%d\u00e9", 1), 2);
  EQUAL(list_fwprintf_l(stream, L"%d", 2), 1);
  fclose(stream);
  IS(text_of(fd), "1\xc3\xa9""2");
}

TEST(wide_scanning_with_lists_and_locales) {
  int number = 0;
  EQUAL(list_swscanf_l(L"12", L"%d", &number), 1);
  EQUAL(number, 12);
  int fd = file_with("34 56");
  FILE *stream = fdopen(fd, "r");
  EQUAL(fwscanf_l(stream, utf8, L"%d", &number), 1);
  EQUAL(number, 34);
  EQUAL(list_fwscanf_l(stream, L"%d", &number), 1);
  EQUAL(number, 56);
  fclose(stream);
  EQUAL(wcstold_l(L"1.5", NULL, utf8) * 2, 3);
  struct tm time = {0};
  CHECK(wcsptime_l(L"2026-11-30", L"%Y-%m-%d", &time, utf8) != NULL);
  EQUAL(time.tm_year, 126);
  EQUAL(time.tm_mon, 10);
}

static int by_distance(const void *first, const void *second, void *from) {
  return abs(*(const int *)first - *(int *)from) - abs(*(const int *)second - *(int *)from);
}

TEST(sorting_with_an_argument) {
  int numbers[] = {1, 2, 3, 4, 5, 6, 7, 8, 9}, five = 5, nine = 9;
  qsort_r(numbers, 9, sizeof(int), by_distance, &nine);
  for (int i = 0; i < 9; ++i)
    EQUAL(numbers[i], 9 - i);
  qsort_r(numbers, 9, sizeof(int), by_distance, &five);
  EQUAL(numbers[0], 5);
  EQUAL(abs(numbers[8] - 5), 4);
  qsort_r(numbers, 0, sizeof(int), by_distance, &five);
}

TEST(messages_without_catalogues) {
  IS(dgettext("domain", "text"), "text");
  IS(dngettext("domain", "one", "many", 1), "one");
  IS(dngettext("domain", "one", "many", 0), "many");
  IS(strsignal_l(SIGTERM, utf8), "Terminated");
}

TEST(a_stack_has_no_symbols) {
  int fd = file_with("");
  void *none[1] = {NULL};
  backtrace_symbols_fd(none, 0, fd);
  IS(text_of(fd), "");
}

TEST(scopes_of_multicast_addresses) {
  struct in6_addr address = {.s6_addr = {0xff, 0x01}};
  CHECK(IN6_IS_ADDR_MC_NODELOCAL(&address) && !IN6_IS_ADDR_MC_SITELOCAL(&address));
  address.s6_addr[1] = 0x05;
  CHECK(IN6_IS_ADDR_MC_SITELOCAL(&address) && !IN6_IS_ADDR_MC_ORGLOCAL(&address));
  address.s6_addr[1] = 0x08;
  CHECK(IN6_IS_ADDR_MC_ORGLOCAL(&address) && !IN6_IS_ADDR_MC_NODELOCAL(&address));
}

TEST(passwords_are_hashed_in_memory_of_the_caller) {
  static struct crypt_data data;
  char hash[128];
  snprintf(hash, sizeof(hash), "%s", crypt_r("secret", "$6$saltsalt$", &data));
  CHECK(strncmp(hash, "$6$saltsalt$", 12) == 0 && strlen(hash) == 98);
  IS(crypt_r("secret", hash, &data), hash);
  CHECK(strcmp(crypt_r("other", hash, &data), hash) != 0);
}
