/*
 * The exception object of the Itanium C++ ABI (https://itanium-cxx-abi.github.io/cxx-abi/abi-eh.html), as WebAssembly
 * throws it: the value of the tag __cpp_exception is the address of `unwind`.
 */
#ifndef CLOUDABI_EXCEPTION_H
#define CLOUDABI_EXCEPTION_H

#include <cxxabi.h>
#include <stdint.h>
#include <typeinfo>
#include <unwind.h>

namespace cloudabi {

/** Stands before each thrown object, and alone for an object that is thrown again through an exception_ptr. */
struct exception {
  std::type_info *type;
  void *(*destructor)(void *);
  /* The thrown object: behind this structure, or behind that of another exception. */
  void *object;
  /* The object as the handler that was found wants it: a base class of it, or the pointer in it. */
  void *adjusted;
  /* The exception that was caught before this one and is still being handled. */
  exception *outer;
  /* Handlers that are active; negative while it is thrown again. */
  int handlers;
  /* Owners of the object: handlers together, each exception_ptr, each exception that shares it. */
  uint32_t references;
  _Unwind_Exception unwind;
};

/** A long jump that is on its way: what setjmp has filled, or null for none, and its value. */
struct long_jump {
  void *environment;
  int value;
};

/** Exceptions of one thread: those that are handled, innermost first; how many are thrown and not caught yet, and the last. */
struct globals {
  exception *caught;
  unsigned uncaught;
  exception *last;
  long_jump jump;
};

extern thread_local globals current;

/** Goes on with the long jump that is on its way; returns if there is none. */
void jump_on();

inline exception *of_object(void *object) { return static_cast<exception *>(object) - 1; }

inline exception *of_unwind(void *unwind) {
  return reinterpret_cast<exception *>(static_cast<char *>(unwind) - __builtin_offsetof(exception, unwind));
}

/** Gives the exception that owns the object: itself but for one that shares another's. */
inline exception *owner(exception *thrown) { return of_object(thrown->object); }

} // namespace cloudabi

#endif
