/* string.h, strings.h and stdlib.h over random and exact texts; results are offsets, signs and bytes. */
#define _GNU_SOURCE 1
#define _XOPEN_SOURCE 700
#include "say.h"

#include <ctype.h>
#include <search.h>
#include <strings.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>

static int sign(int value) { return (value > 0) - (value < 0); }
static long at(const void *found, const void *start) {
  return found == NULL ? -1 : (const char *)found - (const char *)start;
}

/* Fills in a text of fewer than `most` letters of a few kinds. */
static void random_text(char *text, unsigned most) {
  size_t length = next_number() % most;
  unsigned letters = 1 + next_number() % 4;
  for (size_t i = 0; i < length; ++i)
    text[i] = (char)('a' + next_number() % letters);
  text[length] = '\0';
}

static void searches(void) {
  char a[80], b[80], c[200];
  for (int i = 0; i < 3000; ++i) {
    random_text(a, 40);
    random_text(b, 6);
    int letter = 'a' + (int)(next_number() % 5) - 1;
    say("%s %s %ld %ld %ld %ld %ld %ld %ld", a, b, at(strstr(a, b), a), at(strchr(a, letter), a), at(strrchr(a, letter), a),
        at(memchr(a, letter, strlen(a)), a), at(strpbrk(a, b), a), at(memmem(a, strlen(a), b, strlen(b)), a), at(strchrnul(a, letter), a));
    say("%zu %zu %zu %zu %d %d %d", strspn(a, b), strcspn(a, b), strlen(a), strnlen(a, 7), sign(strcmp(a, b)), sign(strncmp(a, b, 2)),
        sign(memcmp(a, b, strlen(a) < strlen(b) ? strlen(a) : strlen(b))));
    say("%ld %d %d %ld", at(memrchr(a, letter, strlen(a)), a), sign(strcasecmp(a, b)), sign(strncasecmp(a, b, 3)), at(strcasestr(a, b), a));
    strcpy(c, a);
    say("%ld", at(stpcpy(c, b), c));
    strcpy(c, a);
    strcat(c, b);
    strncat(c, b, 2);
    say("%s", c);
    memset(c, '#', 20);
    strncpy(c, a, 10);
    c[20] = '\0';
    say("%.20s %ld", c, at(stpncpy(c, b, 5), c));
    memcpy(c, a, strlen(a) + 1);
    memmove(c + 3, c, 10);
    say("%.13s %ld", c, at(memccpy(c, a, letter, strlen(a)), c));
  }
  char empty[] = "";
  say("%ld %ld %ld", at(strchr(empty, 0), empty), at(strrchr("ab", 0), "ab") >= -100 ? 0L : 1L, at(strstr(empty, ""), empty));
  /* Bytes above 127 are larger than the others. */
  say("%d %d %d", sign(strcmp("\x80", "a")), sign(memcmp("\xff", "\x01", 1)), sign(strncmp("a\xff", "a\x01", 2)));
}

static void tokens(void) {
  static const char *const texts[] = {"", ",", "a,b,,c", ",,a", "a;,b;", "none"};
  for (size_t t = 0; t < COUNT(texts); ++t) {
    char text[32], *rest = NULL;
    strcpy(text, texts[t]);
    for (char *token = strtok_r(text, ",;", &rest); token != NULL; token = strtok_r(NULL, ",;", &rest))
      say("strtok_r %s [%s]", texts[t], token);
    strcpy(text, texts[t]);
    rest = text;
    for (char *token; (token = strsep(&rest, ",;")) != NULL;)
      say("strsep %s [%s]", texts[t], token);
  }
  static char *const names[] = {(char *)"ro", (char *)"size", NULL};
  char options[] = "ro,size=12,unknown=3,size,", *rest = options, *value;
  while (*rest != '\0') {
    int option = getsubopt(&rest, names, &value);
    say("getsubopt %d %s", option, option < 0 ? "unknown" : value == NULL ? "none" : value);
  }
  static const char *const versions[] = {"", "1", "1.9", "1.10", "1.09", "1.010", "a1b", "a01b", "a", "000", "00", "01", "jan1", "jan10", "jan9"};
  for (size_t a = 0; a < COUNT(versions); ++a)
    for (size_t b = 0; b < COUNT(versions); ++b)
      say("strverscmp %s %s %d", versions[a], versions[b], sign(strverscmp(versions[a], versions[b])));
}

static void characters(void) {
  for (int c = -1; c < 256; ++c)
    say("%d %d%d%d%d%d%d%d%d%d%d%d%d %d %d", c, !!isalnum(c), !!isalpha(c), !!isblank(c), !!iscntrl(c), !!isdigit(c), !!isgraph(c),
        !!islower(c), !!isprint(c), !!ispunct(c), !!isspace(c), !!isupper(c), !!isxdigit(c), tolower(c), toupper(c));
  for (wint_t c = 0; c < 128; ++c)
    say("%d %d%d%d%d%d%d%d%d %d %d %d", (int)c, !!iswalnum(c), !!iswalpha(c), !!iswcntrl(c), !!iswdigit(c), !!iswlower(c),
        !!iswpunct(c), !!iswspace(c), !!iswupper(c), (int)towlower(c), (int)towupper(c), !!iswctype(c, wctype("xdigit")));
}

static int by_value(const void *a, const void *b) { return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b); }
static int by_value_r(const void *a, const void *b, void *calls) {
  ++*(int *)calls;
  return by_value(a, b);
}
static int counted;
static void count_leaves(const void *node, VISIT which, int depth) {
  (void)depth;
  if (which == postorder || which == leaf)
    say("tree %d", **(int *const *)node), ++counted;
}

static void sorting(void) {
  static int values[300];
  for (int round = 0; round < 40; ++round) {
    size_t length = next_number() % 300;
    for (size_t i = 0; i < length; ++i)
      values[i] = (int)(next_number() % (round % 4 == 0 ? 5 : 100000)) - 1000;
    int calls = 0;
    if (round % 2 == 0)
      qsort(values, length, sizeof(int), by_value);
    else
      qsort_r(values, length, sizeof(int), by_value_r, &calls);
    uint64_t sum = 0;
    for (size_t i = 0; i < length; ++i)
      sum = sum * 31 + (uint32_t)values[i];
    int wanted = (int)(next_number() % 100000) - 1000;
    say("%zu %llx %d", length, (unsigned long long)sum, bsearch(&wanted, values, length, sizeof(int), by_value) != NULL);
  }
  /* Structures of an odd size. */
  struct odd {
    int key;
    char text[7];
  } odd[50];
  for (int i = 0; i < 50; ++i) {
    odd[i].key = (i * 37) % 50;
    snprintf(odd[i].text, sizeof(odd[i].text), "%d", odd[i].key);
  }
  qsort(odd, 50, sizeof(odd[0]), by_value);
  for (int i = 0; i < 50; ++i)
    say("%d %s", odd[i].key, odd[i].text);
  void *root = NULL;
  static int keys[20];
  for (int i = 0; i < 20; ++i) {
    keys[i] = (i * 7) % 20;
    tsearch(&keys[i], &root, by_value);
  }
  int missing = 99;
  say("%d %d", tfind(&keys[3], &root, by_value) != NULL, tfind(&missing, &root, by_value) != NULL);
  tdelete(&keys[3], &root, by_value);
  twalk(root, count_leaves);
  say("%d", counted);
  size_t many = 3;
  int list[5] = {1, 2, 3};
  int key = 2, other = 9;
  int found = lfind(&key, list, &many, sizeof(int), by_value) != NULL;
  int added = lsearch(&other, list, &many, sizeof(int), by_value) != NULL;
  say("%d %d %zu", found, added, many);
  hcreate(10);
  hsearch((ENTRY){(char *)"key", list}, ENTER);
  say("%d %d", hsearch((ENTRY){(char *)"key", NULL}, FIND) != NULL, hsearch((ENTRY){(char *)"none", NULL}, FIND) != NULL);
  hdestroy();
}

static void numbers_of_48_bits(void) {
  unsigned short state[3] = {1, 2, 3};
  for (int i = 0; i < 20; ++i)
    say("%ld", nrand48(state)), say("%ld", jrand48(state)), say("%a", erand48(state));
  srand48(7);
  say("%ld", lrand48()), say("%ld", mrand48()), say("%a", drand48());
  say("%s %ld", l64a(123456), a64l("zzzz"));
}

static void swaps(void) {
  char made[8] = {0};
  swab("abcdef", made, 6);
  say("%s %d %d %d", made, ffs(0), ffs(0x80), ffsll(1LL << 40));
  wchar_t wide[20];
  wcscpy(wide, L"wide");
  wcscat(wide, L"r");
  say("%ls %zu %d %ls", wide, wcslen(wide), sign(wcscmp(L"a", L"b")), wcsstr(L"haystack", L"st"));
  wchar_t tokens_of[] = L"a b  c", *rest;
  for (wchar_t *token = wcstok(tokens_of, L" ", &rest); token != NULL; token = wcstok(NULL, L" ", &rest))
    say("%ls", token);
  say("%zu %zu %ls %ls", wcsspn(L"aab", L"a"), wcscspn(L"aab", L"b"), wcspbrk(L"hello", L"l"), wmemchr(L"abc", L'b', 3));
}

void compare(void) {
  searches();
  tokens();
  characters();
  sorting();
  numbers_of_48_bits();
  swaps();
}
