/* Work in other threads: a few threads for the whole program, which are started at the first work. */
#include "loop.h"

enum { WORKERS = 4, WORKER_STACK = 1 << 20 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER;
static uv_req_t *queue, *queue_end;
static unsigned workers, idle;

static void run_task(_uv_task_t *task) {
  task->_run(REQUEST(task));
  task->_state = TASK_DONE;
}

static void *work(void *nothing) {
  (void)nothing;
  pthread_mutex_lock(&lock);
  for (;;) {
    uv_req_t *request;
    while ((request = uv__take(&queue, &queue_end)) == NULL) {
      ++idle;
      pthread_cond_wait(&more, &lock);
      --idle;
    }
    _uv_task_t *task = (_uv_task_t *)request;
    uv_loop_t *loop = task->loop;
    task->_state = TASK_RUNNING;
    pthread_mutex_unlock(&lock);
    run_task(task);
    pthread_mutex_lock(&loop->_lock);
    uv__append(&loop->_finished, &loop->_last_finished, request);
    /* Under the lock: the loop may be gone after it has seen the request. */
    uv__wake(loop);
    pthread_mutex_unlock(&loop->_lock);
    pthread_mutex_lock(&lock);
  }
  return NULL;
}

/* Starts a worker if there may be more; false if there is none at all. Called under the lock. */
static bool have_workers(void) {
  if (idle > 0 || workers == WORKERS)
    return true;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, WORKER_STACK);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
  if (pthread_create(&thread, &attributes, work, NULL) == 0)
    ++workers;
  pthread_attr_destroy(&attributes);
  return workers > 0;
}

void uv__submit(uv_loop_t *loop, _uv_task_t *task, void (*run)(uv_req_t *)) {
  task->loop = loop;
  task->_run = run;
  task->_state = TASK_QUEUED;
  pthread_mutex_lock(&lock);
  bool threads = uv__open_wake(loop) == 0 && have_workers();
  if (threads) {
    uv__append(&queue, &queue_end, REQUEST(task));
    pthread_cond_signal(&more);
  }
  pthread_mutex_unlock(&lock);
  if (!threads)
    uv__append(&loop->_work, &loop->_last_work, REQUEST(task));
}

void uv__run_work(uv_loop_t *loop) {
  uv_req_t *request;
  while ((request = uv__take(&loop->_work, &loop->_last_work)) != NULL) {
    run_task((_uv_task_t *)request);
    uv__done(loop, request, 0);
  }
}

/* Takes a request out of a list; false if it is not there. */
static bool take_out(uv_req_t **first, uv_req_t **last, uv_req_t *wanted) {
  uv_req_t *before = NULL;
  for (uv_req_t *at = *first; at != NULL; before = at, at = at->_next) {
    if (at != wanted)
      continue;
    *(before == NULL ? first : &before->_next) = at->_next;
    if (*last == at)
      *last = before;
    return true;
  }
  return false;
}

int uv_cancel(uv_req_t *request) {
  if (request->type != UV_WORK && request->type != UV_FS && request->type != UV_GETADDRINFO &&
      request->type != UV_GETNAMEINFO)
    return UV_EINVAL;
  uv_loop_t *loop = ((_uv_task_t *)request)->loop;
  pthread_mutex_lock(&lock);
  bool found = take_out(&queue, &queue_end, request);
  pthread_mutex_unlock(&lock);
  if (!found && !take_out(&loop->_work, &loop->_last_work, request))
    return UV_EBUSY;
  uv__done(loop, request, UV_ECANCELED);
  return 0;
}

static void run_work(uv_req_t *request) { ((uv_work_t *)request)->_work_cb((uv_work_t *)request); }

static void finish_work(uv_req_t *base) {
  uv_work_t *request = (uv_work_t *)base;
  if (request->_after_cb != NULL)
    request->_after_cb(request, request->_status);
}

int uv_queue_work(uv_loop_t *loop, uv_work_t *request, uv_work_cb work_cb, uv_after_work_cb after) {
  if (work_cb == NULL)
    return UV_EINVAL;
  uv__begin(loop, REQUEST(request), UV_WORK, finish_work);
  request->_work_cb = work_cb;
  request->_after_cb = after;
  uv__submit(loop, (_uv_task_t *)request, run_work);
  return 0;
}
