/* Regular expressions, basic and extended, and fnmatch: what matches, and where. */
#define _GNU_SOURCE
#include "say.h"

#include <fnmatch.h>
#include <regex.h>

static void match(const char *pattern, const char *text, int flags, int more) {
  regex_t compiled;
  int error = regcomp(&compiled, pattern, flags);
  if (error != 0) {
    say("%d %s: %s", flags, pattern, error == REG_NOMATCH ? "no match" : "an error");
    return;
  }
  regmatch_t found[5];
  int result = regexec(&compiled, text, COUNT(found), found, more);
  if (result != 0)
    say("%d %s [%s] %d: no", flags, pattern, text, more);
  else if ((flags & REG_NOSUB) != 0)
    say("%d %s [%s] %d: yes", flags, pattern, text, more);
  else
    say("%d %s [%s] %d: %d-%d %d-%d %d-%d %d-%d (%zu)", flags, pattern, text, more, (int)found[0].rm_so, (int)found[0].rm_eo, (int)found[1].rm_so, (int)found[1].rm_eo, (int)found[2].rm_so,
        (int)found[2].rm_eo, (int)found[3].rm_so, (int)found[3].rm_eo, compiled.re_nsub);
  regfree(&compiled);
}

static void expressions(void) {
  static const char *const extended[] = {"a", "abc", "a*", "a+", "a?", "a{2}", "a{2,}", "a{1,2}", "(a)(b)?", "(a|b)*", "a|b|c", "^a", "a$", "^a$", "^$", ".", "..", "[abc]+", "[^abc]+", "[a-c]+x", "[]a]+", "[^]a]+", "[a-]+", "[[:alpha:]]+", "[[:digit:][:space:]]+",
                                         "[[:upper:]]", "(ab|a)(bc|c)?", "(a*)(b*)", "x*", "(a+|b)*c", "\\.", "\\*", "a.c", "(a)(b)(c)", "((a)(b))", "a\\|b", "(^a|b$)", "[a\\]", "\\(a\\)", "(a", "a)", "[a", "a{2", "a{2,1}", "[[:nope:]]", "[b-a]", "(.*)(.*)", "(a|ab)(c|bcd)(d*)"};
  static const char *const basic[] = {"a*", "*a", "\\(a\\)\\(b\\)", "\\(a\\)\\1", "a\\{2\\}", "a\\{1,\\}", "^a", "a$", "a^b", "a$b", "^*a", "(a)", "a+", "a?", "a|b", "\\(a*\\)b", "[[:alpha:]]*x", ".*", "\\.", "\\(ab*\\)*", "\\(^a\\)", "\\(a", "a\\{1", "x\\{0\\}a"};
  static const char *const texts[] = {"", "a", "b", "aa", "ab", "abc", "aab", "abab", "xabcx", "a.c", "a\nb", "A", "a*", "]", "-", "\\", "x1 2", "aaa", "abcd", "(a)", "a+", "b\na", "abb"};
  for (size_t t = 0; t < COUNT(texts); ++t) {
    for (size_t p = 0; p < COUNT(extended); ++p) {
      match(extended[p], texts[t], REG_EXTENDED, 0);
      match(extended[p], texts[t], REG_EXTENDED | REG_ICASE, 0);
      match(extended[p], texts[t], REG_EXTENDED | REG_NEWLINE, 0);
      match(extended[p], texts[t], REG_EXTENDED | REG_NOSUB, REG_NOTBOL | REG_NOTEOL);
    }
    for (size_t p = 0; p < COUNT(basic); ++p) {
      match(basic[p], texts[t], 0, 0);
      match(basic[p], texts[t], REG_ICASE, REG_NOTBOL);
    }
  }
}

static void globs(void) {
  static const char *const patterns[] = {"", "*", "?", "a", "a*", "*a", "*a*", "??", "[abc]", "[!abc]", "[^abc]", "[a-c]*", "[]a]", "[!]a]", "[a-]", "[[:alpha:]]", "[[:digit:]]*", "\\*", "\\a", "a/b", "*/b", "a/*", "*/*", "?/b", "[/]", ".*", "*.c", "a*b*c", "[a", "[", "a[", "**", "*?*", "[[:nope:]]", "a[/]b", "[.]x"};
  static const char *const texts[] = {"", "a", "b", "ab", "abc", "A", "*", "]", "-", "/", "a/b", ".a", ".", "..", "x.c", ".c", "a/.b", "aXbXc", "1a", "\\", "a\\", "[a", "[", "a[", "aa", "d", ".x", "a/b/c"};
  static const int flags[] = {0, FNM_PATHNAME, FNM_PERIOD, FNM_PATHNAME | FNM_PERIOD, FNM_NOESCAPE, FNM_CASEFOLD, FNM_LEADING_DIR};
  for (size_t p = 0; p < COUNT(patterns); ++p)
    for (size_t t = 0; t < COUNT(texts); ++t)
      for (size_t f = 0; f < COUNT(flags); ++f)
        say("fnmatch %zu [%s] [%s]: %d", f, patterns[p], texts[t], fnmatch(patterns[p], texts[t], flags[f]) == 0);
}

void compare(void) {
  expressions();
  globs();
}
