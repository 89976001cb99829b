/* Throwing, and throwing again. */
#include "exception.h"

#include <exception>

/* The tag of all exceptions of C++; compiled code refers to it. */
asm(".globl __cpp_exception\n"
    ".tagtype __cpp_exception i32\n"
    "__cpp_exception:\n");

namespace cloudabi {

thread_local globals current;
exception *share(exception *first);

/* "CLNGC++\0", by which languages know their own; another for an exception that shares its object (level 1 ABI, 2.2.1). */
constexpr uint64_t CLASS = 0x434c4e47432b2b00;

[[noreturn]] static void raise(exception *thrown) {
  thrown->unwind.exception_class = CLASS;
  /* A catch of all things does not ask for an adjusted address. */
  thrown->adjusted = thrown->object;
  ++current.uncaught;
  current.last = thrown;
  __builtin_wasm_throw(0, &thrown->unwind);
}

} // namespace cloudabi

using namespace cloudabi;

extern "C" {

abi::__cxa_exception *__cxa_init_primary_exception(void *object, std::type_info *type,
                                                   void *(*destructor)(void *)) noexcept {
  exception *thrown = of_object(object);
  thrown->type = type;
  thrown->destructor = destructor;
  thrown->object = object;
  /* Only the address matters to the callers, which free the object by it. */
  return reinterpret_cast<abi::__cxa_exception *>(thrown);
}

void __cxa_throw(void *object, std::type_info *type, void *(*destructor)(void *)) {
  __cxa_init_primary_exception(object, type, destructor);
  of_object(object)->references = 1;
  raise(of_object(object));
}

void __cxa_rethrow() {
  exception *thrown = current.caught;
  if (thrown == nullptr)
    std::terminate();
  /* The handler that throws it again ends afterwards: that must not free it. */
  thrown->handlers = -thrown->handlers;
  raise(thrown);
}

void __cxa_rethrow_primary_exception(void *object) {
  if (object != nullptr)
    raise(share(of_object(object)));
}
}
