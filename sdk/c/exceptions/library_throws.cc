/*
 * Exceptions of the C++ library's compiled parts. These are built without exceptions: their inline functions that throw
 * have an ABI tag of their own and end the program. They are weak, so the functions here, with the same names, take their
 * place.
 */
#include <exception>
#include <future>
#include <ios>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>
#include <typeinfo>

#define TEXT_OF(name) #name
#define TEXT(name) TEXT_OF(name)
/* The mangled tag of a build without exceptions, without hardening and with the semantics "quick-enforce". */
#define WITHOUT "B9nqn" TEXT(_LIBCPP_VERSION)
#define NAMED(name) __asm__(name)

#define THROWS_TEXT(function, mangled, exception)                                                                      \
  [[noreturn]] void function(const char *text) NAMED("_ZNSt3__2" mangled WITHOUT "EPKc");                              \
  void function(const char *text) { throw std::exception(text); }

extern "C" {
THROWS_TEXT(cloudabi_length_error, "20__throw_length_error", length_error)
THROWS_TEXT(cloudabi_out_of_range, "20__throw_out_of_range", out_of_range)
THROWS_TEXT(cloudabi_invalid_argument, "24__throw_invalid_argument", invalid_argument)
THROWS_TEXT(cloudabi_overflow_error, "22__throw_overflow_error", overflow_error)

[[noreturn]] void cloudabi_failure(const char *text) NAMED("_ZNSt3__215__throw_failure" WITHOUT "EPKc");
void cloudabi_failure(const char *text) { throw std::ios_base::failure(text); }

[[noreturn]] void cloudabi_bad_cast() NAMED("_ZNSt3__216__throw_bad_cast" WITHOUT "Ev");
void cloudabi_bad_cast() { throw std::bad_cast(); }

[[noreturn]] void cloudabi_bad_new_length() NAMED("_ZSt28__throw_bad_array_new_length" WITHOUT "v");
void cloudabi_bad_new_length() { throw std::bad_array_new_length(); }

[[noreturn]] void cloudabi_future_error(std::future_errc code)
    NAMED("_ZNSt3__220__throw_future_error" WITHOUT "ENS_11future_errcE");
void cloudabi_future_error(std::future_errc code) { throw std::future_error(code); }

/* These are ordinary functions of the library; the linker sends their callers here (--wrap). */
[[noreturn]] void __wrap__ZNSt3__220__throw_system_errorEiPKc(int code, const char *text) {
  throw std::system_error(std::error_code(code, std::generic_category()), text);
}
[[noreturn]] void __wrap__ZNSt3__221__throw_runtime_errorEPKc(const char *text) { throw std::runtime_error(text); }
[[noreturn]] void __wrap__ZSt17__throw_bad_allocv() { throw std::bad_alloc(); }
[[noreturn]] void __wrap___cxa_bad_cast() { throw std::bad_cast(); }
[[noreturn]] void __wrap___cxa_bad_typeid() { throw std::bad_typeid(); }
[[noreturn]] void __wrap___cxa_throw_bad_array_new_length() { throw std::bad_array_new_length(); }
}
