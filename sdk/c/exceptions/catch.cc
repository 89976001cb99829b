/* Handlers, and questions about the exceptions of this thread. */
#include "exception.h"

namespace cloudabi {
void drop(exception *thrown);
}

using namespace cloudabi;

extern "C" {

void *__cxa_get_exception_ptr(void *unwind) noexcept { return of_unwind(unwind)->adjusted; }

void *__cxa_begin_catch(void *unwind) noexcept {
  exception *caught = of_unwind(unwind);
  caught->handlers = (caught->handlers < 0 ? -caught->handlers : caught->handlers) + 1;
  if (caught != current.caught) {
    caught->outer = current.caught;
    current.caught = caught;
  }
  --current.uncaught;
  return caught->adjusted;
}

void __cxa_end_catch() {
  exception *caught = current.caught;
  if (caught == nullptr)
    return;
  if (caught->handlers < 0) {
    /* It is on its way to another handler. */
    if (++caught->handlers == 0)
      current.caught = caught->outer;
    return;
  }
  if (--caught->handlers > 0)
    return;
  current.caught = caught->outer;
  drop(caught);
}

std::type_info *__cxa_current_exception_type() {
  return current.caught == nullptr ? nullptr : current.caught->type;
}

void *__cxa_current_primary_exception() noexcept {
  if (current.caught == nullptr)
    return nullptr;
  void *object = current.caught->object;
  abi::__cxa_increment_exception_refcount(object);
  return object;
}

bool __cxa_uncaught_exception() noexcept { return current.uncaught > 0; }
unsigned int __cxa_uncaught_exceptions() noexcept { return current.uncaught; }

/* The structure of the ABI has the first two fields. */
globals *__cxa_get_globals() noexcept { return &current; }
globals *__cxa_get_globals_fast() noexcept { return &current; }
}
