/*
 * Long jumps through functions that let no exception out. A jump is an exception of WebAssembly, and compiled code ends
 * the program when any comes to the end of a noexcept function. So a jump on its way is noted, and the end of the program
 * jumps on instead.
 */
#include "exception.h"

extern "C" {

/* The C library's functions, whose calls the linker sends to those here (--wrap). */
[[noreturn]] void __real___wasm_longjmp(void *environment, int value);
uint32_t __real___wasm_setjmp_test(void *environment, void *invocation);

[[noreturn]] void __wrap___wasm_longjmp(void *environment, int value) {
  cloudabi::current.jump = {environment, value};
  __real___wasm_longjmp(environment, value);
}

/* Compiled code asks this of each jump that it catches; 0 means that another function called setjmp. */
uint32_t __wrap___wasm_setjmp_test(void *environment, void *invocation) {
  uint32_t label = __real___wasm_setjmp_test(environment, invocation);
  if (label != 0)
    cloudabi::current.jump.environment = nullptr;
  return label;
}
}

namespace cloudabi {

void jump_on() {
  if (current.jump.environment != nullptr)
    __real___wasm_longjmp(current.jump.environment, current.jump.value);
}

} // namespace cloudabi
