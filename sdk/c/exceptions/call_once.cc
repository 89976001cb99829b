/* std::call_once: a function that throws leaves the flag as it was, so that the next caller tries again. */
#include <condition_variable>
#include <mutex>

_LIBCPP_BEGIN_NAMESPACE_STD

#if _LIBCPP_HAS_THREADS
static constinit mutex once_mutex;
static constinit condition_variable once_done;

void __call_once(volatile once_flag::_State_type &flag, void *argument, void (*function)(void *)) {
  unique_lock<mutex> lock(once_mutex);
  while (flag == once_flag::_Pending)
    once_done.wait(lock);
  if (flag != once_flag::_Unset)
    return;
  auto finish = [&](once_flag::_State_type state) {
    lock.lock();
    __atomic_store_n(&flag, state, __ATOMIC_RELEASE);
    lock.unlock();
    once_done.notify_all();
  };
  flag = once_flag::_Pending;
  lock.unlock();
  try {
    function(argument);
  } catch (...) {
    finish(once_flag::_Unset);
    throw;
  }
  finish(once_flag::_Complete);
}
#endif

_LIBCPP_END_NAMESPACE_STD
