/* Memory of exceptions, and how long it lives. */
#include "exception.h"

#include <exception>
#include <stdlib.h>
#include <string.h>

using cloudabi::exception;
using cloudabi::of_object;
using cloudabi::owner;

namespace {

/* Exceptions are thrown when memory is short as well: the last ones come from here, at most this many at once. */
constexpr size_t ROOM = 512, ROOMS = 8;
alignas(max_align_t) char reserve[ROOMS][ROOM];
unsigned char taken[ROOMS];

void *allocate(size_t size) {
  if (void *memory = malloc(size))
    return memset(memory, 0, size);
  for (size_t i = 0; size <= ROOM && i < ROOMS; ++i)
    if (!__atomic_exchange_n(&taken[i], 1, __ATOMIC_ACQUIRE))
      return memset(reserve[i], 0, size);
  std::terminate();
}

void release(void *memory) {
  for (size_t i = 0; i < ROOMS; ++i)
    if (memory == reserve[i])
      return __atomic_store_n(&taken[i], 0, __ATOMIC_RELEASE);
  free(memory);
}

} // namespace

namespace cloudabi {

/* Gives another exception that throws the same object. */
exception *share(exception *first) {
  auto *made = static_cast<exception *>(allocate(sizeof(exception)));
  made->type = first->type;
  made->object = first->object;
  abi::__cxa_increment_exception_refcount(first->object);
  return made;
}

/* Lets go of an exception that no handler has any more. */
void drop(exception *thrown) {
  void *object = thrown->object;
  if (owner(thrown) != thrown)
    release(thrown);
  abi::__cxa_decrement_exception_refcount(object);
}

} // namespace cloudabi

extern "C" {

void *__cxa_allocate_exception(size_t size) noexcept {
  return static_cast<exception *>(allocate(sizeof(exception) + size)) + 1;
}

void __cxa_free_exception(void *object) noexcept { release(of_object(object)); }

void __cxa_increment_exception_refcount(void *object) noexcept {
  if (object != nullptr)
    __atomic_add_fetch(&of_object(object)->references, 1, __ATOMIC_RELAXED);
}

void __cxa_decrement_exception_refcount(void *object) noexcept {
  if (object == nullptr)
    return;
  exception *thrown = of_object(object);
  if (__atomic_sub_fetch(&thrown->references, 1, __ATOMIC_ACQ_REL) != 0)
    return;
  if (thrown->destructor != nullptr)
    thrown->destructor(object);
  release(thrown);
}
}
