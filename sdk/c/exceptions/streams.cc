/*
 * Streams of characters, compiled with exceptions: what a stream buffer throws sets badbit, or goes on if the stream's
 * exceptions() say so. They take the place of the C++ library's, which are built without; a program without streams has
 * nothing of them.
 */
#include <fstream>
#include <ios>
#include <istream>
#include <ostream>
#include <sstream>
#include <streambuf>

_LIBCPP_BEGIN_NAMESPACE_STD

template class basic_istream<char>;
template class basic_ostream<char>;
template class basic_iostream<char>;
template class basic_istream<wchar_t>;
template class basic_ostream<wchar_t>;

_LIBCPP_END_NAMESPACE_STD

extern "C" {

void __real__ZNSt3__28ios_base33__set_badbit_and_consider_rethrowEv(std::ios_base *stream);
void __real__ZNSt3__28ios_base34__set_failbit_and_consider_rethrowEv(std::ios_base *stream);

/* The linker puts these in the place of the library's functions (--wrap), which never throw. */
void __wrap__ZNSt3__28ios_base33__set_badbit_and_consider_rethrowEv(std::ios_base *stream) {
  __real__ZNSt3__28ios_base33__set_badbit_and_consider_rethrowEv(stream);
  if ((stream->exceptions() & std::ios_base::badbit) != 0)
    throw;
}

void __wrap__ZNSt3__28ios_base34__set_failbit_and_consider_rethrowEv(std::ios_base *stream) {
  __real__ZNSt3__28ios_base34__set_failbit_and_consider_rethrowEv(stream);
  if ((stream->exceptions() & std::ios_base::failbit) != 0)
    throw;
}
}
