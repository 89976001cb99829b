/* Start of a program: an exception that leaves main or program_main ends the program. */
#include <argdata.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern "C" {
void *cloudabi_guarded(void *(*start)(void *), void *argument) noexcept;
__attribute__((weak)) int __real___main_void();

static void *run(void *status) {
  if (__real___main_void != nullptr)
    *static_cast<int *>(status) = __real___main_void();
  return nullptr;
}

/* The linker puts this in the place of __main_void (--wrap). */
int __wrap___main_void() {
  int status = 0;
  cloudabi_guarded(run, &status);
  return status;
}

__attribute__((weak)) void __real_program_main(const argdata_t *ad);

static void *run_program(void *ad) {
  if (__real_program_main != nullptr)
    __real_program_main(static_cast<const argdata_t *>(ad));
  return nullptr;
}

/* The linker puts this in the place of program_main (--wrap). */
void __wrap_program_main(const argdata_t *ad) { cloudabi_guarded(run_program, const_cast<argdata_t *>(ad)); }

/* In the place of this is a function that gives the host the reason (--wrap), if the program starts at program_main. */
[[noreturn]] void cloudabi_terminated(const char *text) {
  if (write(STDERR_FILENO, text, strlen(text)) >= 0)
    static_cast<void>(write(STDERR_FILENO, "\n", 1));
  abort();
}
}
