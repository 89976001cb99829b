#include <netdb.h>

const char *gai_strerror(int error) {
  switch (error) {
  case 0:
    return "No error";
  case EAI_BADFLAGS:
    return "Invalid flags";
  case EAI_NONAME:
    return "Name does not resolve";
  case EAI_AGAIN:
    return "Try again";
  case EAI_FAIL:
    return "Non-recoverable error";
  case EAI_FAMILY:
    return "Unrecognized address family or invalid length";
  case EAI_SOCKTYPE:
    return "Unrecognized socket type";
  case EAI_SERVICE:
    return "Unrecognized service";
  case EAI_MEMORY:
    return "Out of memory";
  case EAI_SYSTEM:
    return "System error";
  case EAI_OVERFLOW:
    return "Overflow";
  default:
    return "Unknown error";
  }
}

const char *gai_strerror_l(int error, locale_t locale) {
  (void)locale;
  return gai_strerror(error);
}
