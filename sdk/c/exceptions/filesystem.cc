/* Errors of <filesystem>, whose compiled parts end the program instead; library_throws.cc says how these take their place. */
#include <filesystem>
#include <string>
#include <system_error>

#define TEXT_OF(name) #name
#define TEXT(name) TEXT_OF(name)
#define THROWS(paths)                                                                                                  \
  __asm__("_ZNSt3__210filesystem24__throw_filesystem_errorB9nqn" TEXT(                                                 \
      _LIBCPP_VERSION) "IJRNS_12basic_stringIcNS_11char_traitsIcEENS_9allocatorIcEEEE" paths                           \
                       "RKNS_10error_codeEEEEvDpOT_")

using std::error_code;
using std::string;
using std::filesystem::filesystem_error;
using std::filesystem::path;

extern "C" {
[[noreturn]] void cloudabi_filesystem_error(string &what, const error_code &code) THROWS("");
void cloudabi_filesystem_error(string &what, const error_code &code) { throw filesystem_error(what, code); }

[[noreturn]] void cloudabi_filesystem_error_at(string &what, const path &at, const error_code &code)
    THROWS("RKNS0_4pathE");
void cloudabi_filesystem_error_at(string &what, const path &at, const error_code &code) {
  throw filesystem_error(what, at, code);
}

[[noreturn]] void cloudabi_filesystem_error_between(string &what, const path &from, const path &to,
                                                    const error_code &code) THROWS("RKNS0_4pathESB_");
void cloudabi_filesystem_error_between(string &what, const path &from, const path &to, const error_code &code) {
  throw filesystem_error(what, from, to, code);
}
}
