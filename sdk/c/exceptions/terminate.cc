/* The end of a program by an exception that nothing catches, with the reason. */
#include "exception.h"

#include <exception>
#include <string.h>

extern "C" [[noreturn]] void cloudabi_terminated(const char *text);

namespace {

/* A text of limited length. The C library's functions would bring more code than all else here. */
struct line {
  char text[512];
  size_t used = 0;

  void add(const char *more, size_t length) {
    for (size_t i = 0; i < length && used + 1 < sizeof(text); ++i)
      text[used++] = more[i];
    text[used] = '\0';
  }
  void add(const char *more) { add(more, strlen(more)); }
};

const struct {
  char code;
  const char *name;
} basic[] = {{'b', "bool"},          {'c', "char"}, {'i', "int"},           {'j', "unsigned int"},
             {'l', "long"},          {'m', "unsigned long"}, {'x', "long long"}, {'y', "unsigned long long"},
             {'d', "double"},        {'f', "float"}};

/*
 * Adds the name of a type: of a class that is no template as it is written, of basic types, and of pointers to constant
 * characters. Others stay mangled, since a whole demangler has 100 kB.
 */
void add_type(line &to, const char *name) {
  if (strcmp(name, "PKc") == 0)
    return to.add("const char *");
  for (const auto &type : basic)
    if (name[0] == type.code && name[1] == '\0')
      return to.add(type.name);
  line plain;
  const char *at = *name == 'N' ? name + 1 : name;
  for (bool first = true; *at != '\0' && *at != 'E'; first = false) {
    if (!first)
      plain.add("::");
    if (first && at[0] == 'S' && at[1] == 't') {
      plain.add("std");
      at += 2;
      /* The inline namespace of the library's version. */
      if (strncmp(at, "3__2", 4) == 0)
        at += 4;
      continue;
    }
    size_t length = 0;
    for (; *at >= '0' && *at <= '9'; ++at)
      length = 10 * length + static_cast<size_t>(*at - '0');
    if (length == 0 || length > strlen(at))
      return to.add(name);
    plain.add(at, length);
    at += length;
  }
  to.add(plain.text);
}

/* Gives the message of the exception that is being handled; null if it has none. */
const char *message() {
  try {
    throw;
  } catch (const std::exception &caught) {
    return caught.what();
  } catch (...) {
    return nullptr;
  }
}

[[noreturn]] void end() {
  if (cloudabi::current.uncaught == 0)
    cloudabi::jump_on();
  /* A function that lets no exception out ends the program without catching it. */
  if (cloudabi::current.uncaught > 0)
    abi::__cxa_begin_catch(&cloudabi::current.last->unwind);
  line text;
  if (std::type_info *type = abi::__cxa_current_exception_type()) {
    text.add("uncaught exception of type ");
    add_type(text, type->name());
    if (const char *said = message()) {
      text.add(": ");
      text.add(said);
    }
  } else {
    text.add("std::terminate was called");
  }
  cloudabi_terminated(text.text);
}

__attribute__((constructor(101))) void install() { std::set_terminate(end); }

} // namespace

/* Start code calls what it starts through this. */
extern "C" void *cloudabi_guarded(void *(*start)(void *), void *argument) noexcept { return start(argument); }
