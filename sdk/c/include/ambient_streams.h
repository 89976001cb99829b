/*
 * ambient_streams.h: does for the streams of the C++ library what ambient_authority.h does for functions. It is
 * included by program.h and by the wrapper of <iostream>, and acts once that has been seen.
 */
#if defined(_LIBCPP_IOSTREAM) && !defined(CLOUDABI_AMBIENT_IOSTREAM)
#define CLOUDABI_AMBIENT_IOSTREAM
#define CLOUDABI_NO_STREAM \
  __attribute__((unavailable("there are no standard streams: format with std::ostringstream and use write(descriptor, ...), or dprintf")))
_LIBCPP_BEGIN_NAMESPACE_STD
extern istream cin CLOUDABI_NO_STREAM;
extern wistream wcin CLOUDABI_NO_STREAM;
extern ostream cout CLOUDABI_NO_STREAM;
extern ostream cerr CLOUDABI_NO_STREAM;
extern ostream clog CLOUDABI_NO_STREAM;
extern wostream wcout CLOUDABI_NO_STREAM;
extern wostream wcerr CLOUDABI_NO_STREAM;
extern wostream wclog CLOUDABI_NO_STREAM;
_LIBCPP_END_NAMESPACE_STD
#undef CLOUDABI_NO_STREAM
#endif
