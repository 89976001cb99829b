#include <assert.h>
#include <stddef.h>
#include <stdint.h>

__attribute__((import_module("cloudabi_program"), import_name("program_abort"))) _Noreturn void
host_program_abort(const char *text, uint32_t length);

/* Appends a text to one of limited length. The linker takes this file always, so it uses no more of the C library. */
static size_t append(char *text, size_t size, size_t at, const char *more) {
  while (*more != '\0' && at < size)
    text[at++] = *more++;
  return at;
}

/*
 * The linker puts this in the place of __assert_fail (--wrap) in programs that start at program_main: the C library's
 * function writes to descriptor 2, which may be any file there. The host shows the text as the reason of the trap.
 */
_Noreturn void __wrap___assert_fail(const char *expression, const char *file, int line, const char *function) {
  char text[512], digits[12] = "";
  size_t used = 0, at = sizeof(digits) - 1;
  for (int rest = line; rest > 0; rest /= 10)
    digits[--at] = (char)('0' + rest % 10);
  const char *parts[] = {"Assertion failed: ", expression, " (", file, ": ", function == NULL ? "?" : function, ": ",
                         digits + at, ")"};
  for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); ++i)
    used = append(text, sizeof(text), used, parts[i]);
  host_program_abort(text, (uint32_t)used);
}
