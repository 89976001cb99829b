#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <vector>

#include "../check.h"

TEST(cxx_threads_share_a_mutex) {
  std::mutex mutex;
  int count = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int k = 0; k < 1000; ++k) {
        std::lock_guard<std::mutex> guard(mutex);
        ++count;
      }
    });
  for (auto &thread : threads)
    thread.join();
  EQUAL(count, 4000);
}

TEST(cxx_futures_and_condition_variables_wait) {
  auto future = std::async(std::launch::async, [] { return 5; });
  EQUAL(future.get(), 5);
  std::mutex mutex;
  std::condition_variable changed;
  bool ready = false;
  std::thread thread([&] {
    std::lock_guard<std::mutex> guard(mutex);
    ready = true;
    changed.notify_one();
  });
  std::unique_lock<std::mutex> lock(mutex);
  changed.wait(lock, [&] { return ready; });
  CHECK(!changed.wait_for(lock, std::chrono::milliseconds(1), [] { return false; }));
  lock.unlock();
  thread.join();
  std::shared_mutex shared;
  std::shared_lock<std::shared_mutex> one(shared), two(shared);
  CHECK(!shared.try_lock());
}

static thread_local int own = 3;

TEST(cxx_thread_local_values_are_each_thread_s) {
  own = 4;
  int seen = 0;
  std::thread([&] { seen = own; }).join();
  EQUAL(seen, 3);
  EQUAL(own, 4);
}

TEST(cxx_once_flags_run_once) {
  static std::once_flag flag;
  std::atomic<int> runs{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] { std::call_once(flag, [&] { ++runs; }); });
  for (auto &thread : threads)
    thread.join();
  EQUAL(runs.load(), 1);
}
