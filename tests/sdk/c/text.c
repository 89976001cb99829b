#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <libintl.h>
#include <link.h>
#include <locale.h>
#include <netinet/in.h>
#include <regex.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <uchar.h>
#include <unistd.h>
#include <wchar.h>

#include "check.h"

TEST(locales_are_bytes_and_utf8) {
  wchar_t wide = 0;
  mbstate_t state = {0};
  EQUAL(MB_CUR_MAX_L(LC_C_LOCALE), 1);
  EQUAL(MB_CUR_MAX_L(LC_C_UNICODE_LOCALE), 4);
  EQUAL(mbrtowc_l(&wide, "\xc3\xa9", 2, &state, LC_C_UNICODE_LOCALE), 2);
  EQUAL(wide, 0xe9);
  EQUAL(mbtowc_l(&wide, "\xc3\xa9", 2, LC_C_LOCALE), 1);
  CHECK(wide != 0xe9);
  char bytes[8] = "";
  EQUAL(wcrtomb_l(bytes, 0x20ac, &state, LC_C_UNICODE_LOCALE), 3);
  EQUAL(memcmp(bytes, "\xe2\x82\xac", 3), 0);
  EQUAL(wctomb_l(bytes, 0x20ac, LC_C_LOCALE), -1);
  EQUAL(btowc_l('a', LC_C_LOCALE), 'a');
  EQUAL(wctob_l(0xe9, LC_C_UNICODE_LOCALE), EOF);
  EQUAL(mblen_l("\xc3\xa9", 2, LC_C_UNICODE_LOCALE), 2);
  EQUAL(mbrlen_l("\xff", 1, &state, LC_C_UNICODE_LOCALE), (size_t)-1);
  EQUAL(strcmp(localeconv_l(LC_C_LOCALE)->decimal_point, "."), 0);
}

TEST(locales_convert_strings) {
  wchar_t wide[8];
  char bytes[8];
  const char *string = "a\xc3\xa9";
  const wchar_t *back = wide;
  mbstate_t state = {0};
  EQUAL(mbstowcs_l(wide, "a\xc3\xa9", 8, LC_C_UNICODE_LOCALE), 2);
  EQUAL(wide[1], 0xe9);
  EQUAL(wcstombs_l(bytes, wide, 8, LC_C_UNICODE_LOCALE), 3);
  EQUAL(mbsrtowcs_l(wide, &string, 8, &state, LC_C_UNICODE_LOCALE), 2);
  CHECK(string == NULL);
  EQUAL(wcsrtombs_l(bytes, &back, 8, &state, LC_C_UNICODE_LOCALE), 3);
  back = wide;
  EQUAL(wcsnrtombs_l(bytes, &back, 1, 8, &state, LC_C_UNICODE_LOCALE), 1);
  string = "a\xc3\xa9";
  EQUAL(mbsnrtowcs_l(wide, &string, 1, 8, &state, LC_C_UNICODE_LOCALE), 1);
  char16_t sixteen = 0;
  char32_t thirtytwo = 0;
  EQUAL(mbrtoc16_l(&sixteen, "\xc3\xa9", 2, &state, LC_C_UNICODE_LOCALE), 2);
  EQUAL(sixteen, 0xe9);
  EQUAL(mbrtoc32_l(&thirtytwo, "\xf0\x9f\x98\x80", 4, &state, LC_C_UNICODE_LOCALE), 4);
  EQUAL(thirtytwo, 0x1f600);
  EQUAL(c16rtomb_l(bytes, 0xe9, &state, LC_C_UNICODE_LOCALE), 2);
  EQUAL(c32rtomb_l(bytes, 0x1f600, &state, LC_C_UNICODE_LOCALE), 4);
}

TEST(numbers_are_read_with_a_locale) {
  char *end;
  EQUAL(strtol_l("-12x", &end, 10, LC_C_LOCALE), -12);
  EQUAL(*end, 'x');
  EQUAL(strtoll_l("7fffffffffffffff", NULL, 16, LC_C_LOCALE), INT64_MAX);
  EQUAL(strtoul_l("010", NULL, 0, LC_C_LOCALE), 8);
  EQUAL(strtoull_l("5", NULL, 10, LC_C_LOCALE), 5);
  EQUAL(strtoimax_l("-5", NULL, 10, LC_C_LOCALE), -5);
  EQUAL(strtoumax_l("5", NULL, 10, LC_C_LOCALE), 5);
  CHECK(wcstod_l(L"0.5", NULL, LC_C_LOCALE) == 0.5);
  CHECK(wcstof_l(L"0.5", NULL, LC_C_LOCALE) == 0.5f);
  char text[8];
  EQUAL(l64a_r(0, text, 1), 0);
  EQUAL(text[0], 0);
  EQUAL(l64a_r(12345, text, sizeof(text)), 0);
  EQUAL(a64l(text), 12345);
  EQUAL(l64a_r(12345, text, 2), ERANGE);
}

TEST(printing_and_scanning_take_a_locale) {
  char text[16], *made = NULL;
  int number = 0;
  EQUAL(snprintf_l(text, sizeof(text), LC_C_LOCALE, "%d %s", 5, "x"), 3);
  EQUAL(strcmp(text, "5 x"), 0);
  EQUAL(snprintf_l(text, sizeof(text), LC_C_UNICODE_LOCALE, "%lc", (wint_t)0xe9), 2);
  EQUAL(asprintf_l(&made, LC_C_LOCALE, "%s", "made"), 4);
  EQUAL(strcmp(made, "made"), 0);
  free(made);
  EQUAL(sscanf_l("12", LC_C_LOCALE, "%d", &number), 1);
  EQUAL(number, 12);
  FILE *stream = fopenat_l(folder, "locale", "w+", LC_C_LOCALE);
  CHECK(stream != NULL);
  EQUAL(fprintf_l(stream, LC_C_LOCALE, "%d", 77), 2);
  rewind(stream);
  EQUAL(fscanf_l(stream, LC_C_LOCALE, "%d", &number), 1);
  EQUAL(number, 77);
  fclose(stream);
  wchar_t wide[16];
  EQUAL(swprintf_l(wide, 16, LC_C_LOCALE, L"%d", 5), 1);
  EQUAL(swscanf_l(L"9", LC_C_LOCALE, L"%d", &number), 1);
  EQUAL(number, 9);
}

TEST(fopenat_has_the_modes_of_fopen) {
  char text[8] = "";
  FILE *stream = fopenat(folder, "fopenat", "wx");
  CHECK(stream != NULL);
  fputs("abc", stream);
  fclose(stream);
  CHECK(fopenat(folder, "fopenat", "wx") == NULL);
  EQUAL(errno, EEXIST);
  CHECK(fopenat(folder, "fopenat", "q") == NULL);
  EQUAL(errno, EINVAL);
  CHECK(fopenat(folder, "none", "r") == NULL);
  EQUAL(errno, ENOENT);
  stream = fopenat(folder, "fopenat", "r+");
  CHECK(fgets(text, 8, stream) != NULL);
  EQUAL(strcmp(text, "abc"), 0);
  fclose(stream);
  flockfile(stream);
  EQUAL(ftrylockfile(stream), 0);
  funlockfile(stream);
  funlockfile(stream);
}

TEST(wide_strings_have_what_strings_have) {
  wchar_t room[4], *line = NULL, *made;
  size_t size = 0;
  EQUAL(wcslcpy(room, L"abcdef", 4), 6);
  EQUAL(wcscmp(room, L"abc"), 0);
  EQUAL(wcslcpy(room, L"a", 4), 1);
  EQUAL(wcslcat(room, L"bcd", 4), 4);
  EQUAL(wcscmp(room, L"abc"), 0);
  made = wcsndup(L"abcdef", 2);
  EQUAL(wcscmp(made, L"ab"), 0);
  free(made);
  static const wchar_t in[] = L"abcabd";
  CHECK(wmemmem(in, 6, L"abd", 3) == in + 3);
  CHECK(wmemmem(in, 6, L"x", 1) == NULL);
  CHECK(wmemmem(in, 2, L"abc", 3) == NULL);
  CHECK(wmemmem(in, 6, L"", 0) == in);
  CHECK(wcsverscmp(L"a9", L"a10") < 0 && wcsverscmp(L"a10", L"a9") > 0 && wcsverscmp(L"a", L"a") == 0);
  CHECK(wcsverscmp(L"000", L"00") < 0 && wcsverscmp(L"00", L"01") < 0 && wcsverscmp(L"09", L"0") < 0);
  EQUAL(aswprintf(&made, L"%d-%ls", 1000, L"x"), 6);
  EQUAL(wcscmp(made, L"1000-x"), 0);
  free(made);
  EQUAL(aswprintf(&made, L"%300d", 5), 300);
  free(made);
  FILE *stream = fopenat(folder, "wide", "w+");
  EQUAL(dwprintf(fileno(stream), L"one\n%s", "two"), 7);
  rewind(stream);
  EQUAL(getwline(&line, &size, stream), 4);
  EQUAL(wcscmp(line, L"one\n"), 0);
  EQUAL(getwdelim(&line, &size, L'w', stream), 2);
  EQUAL(getwline(&line, &size, stream), 1);
  EQUAL(getwline(&line, &size, stream), -1);
  free(line);
  fclose(stream);
  struct tm time = {0};
  const wchar_t *date = L"2026-11-30!";
  CHECK(wcsptime(date, L"%Y-%m-%d", &time) == date + 10);
  EQUAL(time.tm_year, 126);
}

TEST(patterns_take_a_locale) {
  regex_t regex;
  regmatch_t matches[2];
  char text[64];
  EQUAL(regcomp_l(&regex, "a(.)c", REG_EXTENDED, LC_C_UNICODE_LOCALE), 0);
  EQUAL(regexec_l(&regex, "xxa\xc3\xa9" "c", 2, matches, 0, LC_C_UNICODE_LOCALE), 0);
  EQUAL(matches[1].rm_so, 3);
  EQUAL(matches[1].rm_eo, 5);
  EQUAL(regexec_l(&regex, "abd", 0, NULL, 0, LC_C_LOCALE), REG_NOMATCH);
  regfree(&regex);
  EQUAL(regcomp_l(&regex, "(", REG_EXTENDED, LC_C_LOCALE), REG_EPAREN);
  CHECK(regerror_l(REG_EPAREN, NULL, text, sizeof(text), LC_C_LOCALE) > 1);
  EQUAL(fnmatch_l("a?c", "a\xc3\xa9" "c", 0, LC_C_UNICODE_LOCALE), 0);
  EQUAL(fnmatch_l("a?c", "a\xc3\xa9" "c", 0, LC_C_LOCALE), FNM_NOMATCH);
}

TEST(time_is_utc) {
  struct timespec at = {.tv_sec = 86400 * 365, .tv_nsec = 5};
  struct tm date;
  EQUAL(localtime_l(&at, &date, LC_C_LOCALE), 0);
  EQUAL(date.tm_year, 71);
  EQUAL(date.tm_hour, 0);
  struct timespec back;
  EQUAL(mktime_l(&date, &back, LC_C_LOCALE), 0);
  EQUAL(back.tv_sec, at.tv_sec);
  at.tv_sec = INT64_MAX;
  EQUAL(localtime_l(&at, &date, LC_C_LOCALE), EOVERFLOW);
  CHECK(strptime_l("12:34", "%H:%M", &date, LC_C_LOCALE) != NULL);
  EQUAL(date.tm_hour * 60 + date.tm_min, 754);
}

TEST(messages_stay_as_they_are) {
  EQUAL(strcmp(gettext("a"), "a"), 0);
  EQUAL(strcmp(dcgettext("d", "a", 0), "a"), 0);
  EQUAL(strcmp(ngettext("one", "many", 1), "one"), 0);
  EQUAL(strcmp(dcngettext("d", "one", "many", 0, 0), "many"), 0);
}

static int count_objects(struct dl_phdr_info *info, size_t size, void *count) {
  (void)info;
  (void)size;
  ++*(int *)count;
  return 1;
}

TEST(a_module_has_no_objects_and_shows_no_stack) {
  int count = 0;
  Dl_info info;
  void *addresses[4] = {(void *)16, NULL};
  EQUAL(dl_iterate_phdr(count_objects, &count), 0);
  EQUAL(count, 0);
  EQUAL(dladdr(&count, &info), 0);
  EQUAL(backtrace(addresses, 4), 0);
  addresses[0] = (void *)16;
  char **names = backtrace_symbols(addresses, 1);
  EQUAL(strcmp(names[0], "0x10"), 0);
  free(names);
  EQUAL(sizeof(ElfW(Ehdr)), 52);
  EQUAL(sizeof(Elf64_Ehdr), 64);
}

TEST(addresses_have_kinds) {
  struct in6_addr address = {{0}};
  unsigned char *bytes = (unsigned char *)&address;
  CHECK(IN6_IS_ADDR_UNSPECIFIED(&address) && !IN6_IS_ADDR_V4COMPAT(&address));
  bytes[15] = 1;
  CHECK(IN6_IS_ADDR_LOOPBACK(&address) && !IN6_IS_ADDR_V4COMPAT(&address));
  bytes[12] = 10;
  bytes[15] = 2;
  CHECK(IN6_IS_ADDR_V4COMPAT(&address) && !IN6_IS_ADDR_LOOPBACK(&address));
  bytes[10] = bytes[11] = 0xff;
  CHECK(IN6_IS_ADDR_V4MAPPED(&address));
  bytes[0] = 0xff;
  bytes[1] = 0x02;
  CHECK(IN6_IS_ADDR_MULTICAST(&address) && IN6_IS_ADDR_MC_LINKLOCAL(&address) && !IN6_IS_ADDR_MC_GLOBAL(&address));
  bytes[0] = 0xfe;
  bytes[1] = 0x80;
  CHECK(IN6_IS_ADDR_LINKLOCAL(&address) && !IN6_IS_ADDR_SITELOCAL(&address));
}
