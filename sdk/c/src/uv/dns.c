/* Addresses and their texts, in the loop's threads. */
#include "loop.h"

#include <stdlib.h>
#include <string.h>

static int uv_error_of(int error) {
  switch (error) {
  case 0:
    return 0;
  case EAI_AGAIN:
    return UV_EAI_AGAIN;
  case EAI_BADFLAGS:
    return UV_EAI_BADFLAGS;
  case EAI_FAIL:
    return UV_EAI_FAIL;
  case EAI_FAMILY:
    return UV_EAI_FAMILY;
  case EAI_MEMORY:
    return UV_EAI_MEMORY;
  case EAI_NONAME:
    return UV_EAI_NONAME;
  case EAI_OVERFLOW:
    return UV_EAI_OVERFLOW;
  case EAI_SERVICE:
    return UV_EAI_SERVICE;
  case EAI_SOCKTYPE:
    return UV_EAI_SOCKTYPE;
  default:
    return UV_EAI_FAIL;
  }
}

static void run_getaddrinfo(uv_req_t *base) {
  uv_getaddrinfo_t *request = (uv_getaddrinfo_t *)base;
  request->_result = uv_error_of(getaddrinfo(request->_node, request->_service, &request->_hints, &request->addrinfo));
}

static void finish_getaddrinfo(uv_req_t *base) {
  uv_getaddrinfo_t *request = (uv_getaddrinfo_t *)base;
  free(request->_node);
  free(request->_service);
  request->_node = request->_service = NULL;
  if (request->_cb != NULL)
    request->_cb(request, request->_status == UV_ECANCELED ? UV_EAI_CANCELED : request->_result, request->addrinfo);
}

int uv_getaddrinfo(uv_loop_t *loop, uv_getaddrinfo_t *request, uv_getaddrinfo_cb callback, const char *node,
                   const char *service, const struct addrinfo *hints) {
  if (node == NULL && service == NULL)
    return UV_EINVAL;
  request->loop = loop;
  request->type = UV_GETADDRINFO;
  request->_cb = callback;
  request->addrinfo = NULL;
  request->_hints = hints == NULL ? (struct addrinfo){0} : *hints;
  request->_node = node == NULL ? NULL : strdup(node);
  request->_service = service == NULL ? NULL : strdup(service);
  if ((node != NULL && request->_node == NULL) || (service != NULL && request->_service == NULL)) {
    free(request->_node);
    free(request->_service);
    return UV_ENOMEM;
  }
  if (callback == NULL) {
    run_getaddrinfo(REQUEST(request));
    request->_status = 0;
    finish_getaddrinfo(REQUEST(request));
    return request->_result;
  }
  uv__begin(loop, REQUEST(request), UV_GETADDRINFO, finish_getaddrinfo);
  uv__submit(loop, (_uv_task_t *)request, run_getaddrinfo);
  return 0;
}

void uv_freeaddrinfo(struct addrinfo *found) {
  if (found != NULL)
    freeaddrinfo(found);
}

static void run_getnameinfo(uv_req_t *base) {
  uv_getnameinfo_t *request = (uv_getnameinfo_t *)base;
  socklen_t length =
      request->_address.any.sa_family == AF_INET ? sizeof(request->_address.in) : sizeof(request->_address.in6);
  request->_result = uv_error_of(getnameinfo(&request->_address.any, length, request->host, sizeof(request->host),
                                             request->service, sizeof(request->service), request->_flags));
}

static void finish_getnameinfo(uv_req_t *base) {
  uv_getnameinfo_t *request = (uv_getnameinfo_t *)base;
  int status = request->_status == UV_ECANCELED ? UV_EAI_CANCELED : request->_result;
  bool known = status == 0;
  if (request->_cb != NULL)
    request->_cb(request, status, known ? request->host : NULL, known ? request->service : NULL);
}

int uv_getnameinfo(uv_loop_t *loop, uv_getnameinfo_t *request, uv_getnameinfo_cb callback,
                   const struct sockaddr *address, int flags) {
  if (address == NULL || (address->sa_family != AF_INET && address->sa_family != AF_INET6))
    return UV_EINVAL;
  request->loop = loop;
  request->type = UV_GETNAMEINFO;
  request->_cb = callback;
  request->_flags = flags;
  memcpy(&request->_address, address,
         address->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));
  if (callback == NULL) {
    run_getnameinfo(REQUEST(request));
    return request->_result;
  }
  uv__begin(loop, REQUEST(request), UV_GETNAMEINFO, finish_getnameinfo);
  uv__submit(loop, (_uv_task_t *)request, run_getnameinfo);
  return 0;
}
