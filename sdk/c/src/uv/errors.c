/* Names and texts of errors. */
#include "loop.h"

#include <string.h>

static const struct {
  int error;
  const char *name;
} names[] = {
#define NAME(name) {UV_##name, #name},
    _UV_ERRORS(NAME)
#undef NAME
};

/* Errors that are libuv's own. */
static const struct {
  int error;
  const char *name;
  const char *text;
} own[] = {
    {UV_EAI_ADDRFAMILY, "EAI_ADDRFAMILY", "address family not supported"},
    {UV_EAI_AGAIN, "EAI_AGAIN", "temporary failure"},
    {UV_EAI_BADFLAGS, "EAI_BADFLAGS", "bad ai_flags value"},
    {UV_EAI_BADHINTS, "EAI_BADHINTS", "invalid value for hints"},
    {UV_EAI_CANCELED, "EAI_CANCELED", "request canceled"},
    {UV_EAI_FAIL, "EAI_FAIL", "permanent failure"},
    {UV_EAI_FAMILY, "EAI_FAMILY", "ai_family not supported"},
    {UV_EAI_MEMORY, "EAI_MEMORY", "out of memory"},
    {UV_EAI_NODATA, "EAI_NODATA", "no address"},
    {UV_EAI_NONAME, "EAI_NONAME", "unknown node or service"},
    {UV_EAI_OVERFLOW, "EAI_OVERFLOW", "argument buffer overflow"},
    {UV_EAI_PROTOCOL, "EAI_PROTOCOL", "resolved protocol is unknown"},
    {UV_EAI_SERVICE, "EAI_SERVICE", "service not available for socket type"},
    {UV_EAI_SOCKTYPE, "EAI_SOCKTYPE", "socket type not supported"},
    {UV_ECHARSET, "ECHARSET", "invalid Unicode character"},
    {UV_ENONET, "ENONET", "machine is not on the network"},
    {UV_EOF, "EOF", "end of file"},
    {UV_ESHUTDOWN, "ESHUTDOWN", "cannot send after transport endpoint shutdown"},
    {UV_UNKNOWN, "UNKNOWN", "unknown error"},
};

const char *uv_err_name(int error) {
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); ++i)
    if (names[i].error == error)
      return names[i].name;
  for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); ++i)
    if (own[i].error == error)
      return own[i].name;
  return "UNKNOWN";
}

const char *uv_strerror(int error) {
  for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); ++i)
    if (own[i].error == error)
      return own[i].text;
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); ++i)
    if (names[i].error == error)
      return strerror(-error);
  return "unknown error";
}

int uv_translate_sys_error(int error) { return error <= 0 ? error : -error; }
