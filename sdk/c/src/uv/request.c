/* Parts that all requests have. */
#include "loop.h"

void uv__append(uv_req_t **first, uv_req_t **last, uv_req_t *request) {
  request->_next = NULL;
  *(*first == NULL ? first : &(*last)->_next) = request;
  *last = request;
}

uv_req_t *uv__take(uv_req_t **first, uv_req_t **last) {
  uv_req_t *request = *first;
  if (request != NULL && (*first = request->_next) == NULL)
    *last = NULL;
  return request;
}

void uv__begin(uv_loop_t *loop, uv_req_t *request, uv_req_type type, void (*finish)(uv_req_t *)) {
  request->type = type;
  request->_finish = finish;
  request->_next = NULL;
  request->_status = 0;
  ++loop->_requests;
}

void uv__done(uv_loop_t *loop, uv_req_t *request, int status) {
  request->_status = status;
  uv__append(&loop->_done, &loop->_last_done, request);
}

bool uv__has_work(const uv_loop_t *loop) { return loop->_done != NULL || loop->_work != NULL; }

/* Callbacks that are due now; those that become due meanwhile wait for the next round. */
void uv__run_done(uv_loop_t *loop) {
  uv_req_t *request = loop->_done;
  loop->_done = loop->_last_done = NULL;
  while (request != NULL) {
    uv_req_t *next = request->_next;
    --loop->_requests;
    request->_finish(request);
    request = next;
  }
}

size_t uv_req_size(uv_req_type type) {
  switch (type) {
  case UV_REQ:
    return sizeof(uv_req_t);
  case UV_WRITE:
    return sizeof(uv_write_t);
  case UV_SHUTDOWN:
    return sizeof(uv_shutdown_t);
  case UV_FS:
    return sizeof(uv_fs_t);
  case UV_WORK:
    return sizeof(uv_work_t);
  case UV_GETADDRINFO:
    return sizeof(uv_getaddrinfo_t);
  case UV_GETNAMEINFO:
    return sizeof(uv_getnameinfo_t);
  default:
    return (size_t)-1;
  }
}
