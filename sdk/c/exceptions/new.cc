/* Operator new that throws. The C++ library's own is built without exceptions. A program may define another. */
#include <new>
#include <stdlib.h>

namespace {

/* Asks for memory until there is some; the program's handler may make room, or throw. */
void *allocate(size_t size, size_t alignment) {
  for (;;) {
    size_t wanted = size == 0 ? 1 : size;
    void *memory = nullptr;
    if (alignment == 0)
      memory = malloc(wanted);
    else if (posix_memalign(&memory, alignment < sizeof(void *) ? sizeof(void *) : alignment, wanted) != 0)
      memory = nullptr;
    if (memory != nullptr)
      return memory;
    std::new_handler handler = std::get_new_handler();
    if (handler == nullptr)
      throw std::bad_alloc();
    handler();
  }
}

void *try_allocate(size_t size, size_t alignment) noexcept {
  try {
    return allocate(size, alignment);
  } catch (...) {
    return nullptr;
  }
}

} // namespace

#define REPLACEABLE __attribute__((weak))

REPLACEABLE void *operator new(size_t size) { return allocate(size, 0); }
REPLACEABLE void *operator new(size_t size, const std::nothrow_t &) noexcept { return try_allocate(size, 0); }
REPLACEABLE void *operator new[](size_t size) { return operator new(size); }
REPLACEABLE void *operator new[](size_t size, const std::nothrow_t &) noexcept {
  return operator new(size, std::nothrow);
}
REPLACEABLE void *operator new(size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<size_t>(alignment));
}
REPLACEABLE void *operator new(size_t size, std::align_val_t alignment, const std::nothrow_t &) noexcept {
  return try_allocate(size, static_cast<size_t>(alignment));
}
REPLACEABLE void *operator new[](size_t size, std::align_val_t alignment) { return operator new(size, alignment); }
REPLACEABLE void *operator new[](size_t size, std::align_val_t alignment, const std::nothrow_t &) noexcept {
  return operator new(size, alignment, std::nothrow);
}
