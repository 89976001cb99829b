/* UTF-8 to wide characters and back: every sequence of two bytes, and many longer ones, whole and byte by byte. */
#include "say.h"

#include <locale.h>
#include <uchar.h>
#include <wchar.h>
#include <wctype.h>

/* Tells of two bytes that no third one can make them valid. Libraries see that after one byte, two or three. */
static int is_lost(unsigned char first, unsigned char second) {
  return (first == 0xe0 && second < 0xa0) || (first == 0xed && second >= 0xa0) || (first == 0xf0 && second < 0x90) || (first == 0xf4 && second >= 0x90) || first > 0xf4;
}

static void decode(const char *bytes, size_t length) {
  /* Some libraries also have characters beyond U+10FFFF. */
  if (is_lost((unsigned char)bytes[0], (unsigned char)bytes[1]) && (length < 4 || (unsigned char)bytes[0] >= 0xf4))
    return;
  wchar_t wide = 0x7777;
  mbstate_t state = {0};
  errno = 0;
  size_t whole = mbrtowc(&wide, bytes, length, &state);
  say("%02x%02x%02x%02x %zu: %lld %x %s %d", bytes[0] & 255, length > 1 ? bytes[1] & 255 : 0, length > 2 ? bytes[2] & 255 : 0,
      length > 3 ? bytes[3] & 255 : 0, length, whole > 100 ? (long long)(int)whole : (long long)whole,
      whole > 100 ? 0 : (unsigned)wide, whole == (size_t)-1 ? error_name(errno) : "", whole == (size_t)-1 || !!mbsinit(&state));
  memset(&state, 0, sizeof(state));
  char32_t c32 = 0;
  char16_t c16 = 0;
  size_t made = mbrtoc32(&c32, bytes, length, &state);
  say("%lld %x", (long long)(int)made, made > 100 ? 0 : (unsigned)c32);
  memset(&state, 0, sizeof(state));
  made = mbrtoc16(&c16, bytes, length, &state);
  say("%lld %x", (long long)(int)made, made > 100 ? 0 : c16);
  if (made <= 4 && c16 >= 0xd800 && c16 < 0xdc00) {
    made = mbrtoc16(&c16, bytes + made, length - made, &state);
    say("%lld %x", (long long)(int)made, c16);
  }
  /* Byte by byte. */
  if (is_lost((unsigned char)bytes[0], (unsigned char)bytes[1]))
    return;
  memset(&state, 0, sizeof(state));
  for (size_t i = 0; i < length; ++i) {
    size_t one = mbrtowc(&wide, bytes + i, 1, &state);
    say(" %lld", (long long)(int)one);
    if (one != (size_t)-2)
      break;
  }
}

static void texts(void) {
  static const char *const values[] = {"", "plain", "\xc3\xa4\xc3\xb6", "\xe2\x82\xac" "5", "\xf0\x9f\x98\x80!", "ok\xff", "\xc3", "a\xe2\x82", "\xed\xa0\x80", "\xc0\x80", "\xe0\x80\x80"};
  for (size_t v = 0; v < COUNT(values); ++v) {
    wchar_t wide[20] = {0};
    errno = 0;
    size_t made = mbstowcs(wide, values[v], 20);
    say("mbstowcs %lld %s", (long long)(int)made, error_name(errno));
    if (made != (size_t)-1) {
      for (size_t i = 0; i < made; ++i)
        say(" %x", (unsigned)wide[i]);
      char back[40] = {0};
      made = wcstombs(back, wide, sizeof(back));
      say("wcstombs %zu %d", made, strcmp(back, values[v]));
      for (size_t room = 0; room < 5; ++room) {
        memset(back, '#', 8);
        size_t wrote = wcstombs(back, wide, room);
        say("  %zu %zu %02x", room, wrote, back[wrote] & 255);
      }
    }
    say("mbstowcs of NULL %lld", (long long)(int)mbstowcs(NULL, values[v], 0));
    const char *at = values[v];
    mbstate_t state = {0};
    made = mbsnrtowcs(wide, &at, 3, 20, &state);
    /* The place where it stops before a character that is cut off is the library's choice. */
    say("mbsnrtowcs %lld", (long long)(int)made);
    at = values[v];
    memset(&state, 0, sizeof(state));
    made = mbsrtowcs(wide, &at, 2, &state);
    say("mbsrtowcs %lld %td", (long long)(int)made, at == NULL || made == (size_t)-1 ? -9 : at - values[v]);
    say("mblen %d", mblen(values[v], 4));
  }
  static const uint32_t characters[] = {0, 1, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xd800, 0xdfff, 0xe000, 0xffff, 0x10000, 0x10ffff};
  for (size_t c = 0; c < COUNT(characters); ++c) {
    char made[8] = {0};
    mbstate_t state = {0};
    errno = 0;
    size_t length = wcrtomb(made, (wchar_t)characters[c], &state);
    say("wcrtomb %x %lld %s", characters[c], (long long)(int)length, error_name(errno));
    memset(&state, 0, sizeof(state));
    errno = 0;
    length = c32rtomb(made, characters[c], &state);
    say("c32rtomb %x %lld %s", characters[c], (long long)(int)length, error_name(errno));
    say("wctob %d", (int)wctob((wint_t)characters[c]));
  }
  char made[8] = {0};
  mbstate_t state = {0};
  size_t first = c16rtomb(made, 0xd83d, &state);
  size_t second = c16rtomb(made, 0xde00, &state);
  say("c16rtomb %zu %zu %02x%02x%02x%02x", first, second, made[0] & 255, made[1] & 255, made[2] & 255, made[3] & 255);
  memset(&state, 0, sizeof(state));
  errno = 0;
  first = c16rtomb(made, 0xde00, &state);
  say("c16rtomb of a second half alone %lld %s", (long long)(int)first, error_name(errno));
  for (int c = -1; c < 256; ++c)
    say("btowc %d %d", c, (int)btowc(c));
  for (wint_t c = 0xa0; c < 0x530; ++c)
    if ((c < 0x180 && c != 0xdf) || (c >= 0x391 && c < 0x3ca && c != 0x3a2) || (c >= 0x410 && c < 0x450))
      say("case %x %x %x %d%d%d", (unsigned)c, (unsigned)towlower(c), (unsigned)towupper(c), !!iswalpha(c), !!iswprint(c), !!iswspace(c));
}

void compare(void) {
  setlocale(LC_ALL, "C.UTF-8");
  char bytes[4];
  for (int a = 0; a < 256; ++a)
    for (int b = 0; b < 256; b += a < 0x80 ? 37 : 1) {
      bytes[0] = (char)a;
      bytes[1] = (char)b;
      decode(bytes, 2);
    }
  static const unsigned char marks[] = {0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff};
  for (int a = 0xdf; a < 0xf9; ++a)
    for (size_t b = 0; b < COUNT(marks); ++b)
      for (size_t c = 0; c < COUNT(marks); ++c)
        for (size_t d = 0; d < COUNT(marks); d += 3) {
          bytes[0] = (char)a;
          bytes[1] = (char)marks[b];
          bytes[2] = (char)marks[c];
          bytes[3] = (char)marks[d];
          decode(bytes, 4);
        }
  texts();
}
