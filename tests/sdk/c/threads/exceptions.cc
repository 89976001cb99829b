// Exceptions in threads: each thread has its own, and they travel by std::exception_ptr.
#include "../check.h"

#include <exception>
#include <future>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

TEST(exceptions_in_many_threads_at_once) {
  std::vector<std::thread> threads;
  std::vector<unsigned> sums(4);
  for (unsigned t = 0; t < sums.size(); ++t)
    threads.emplace_back([t, &sums] {
      for (unsigned i = 0; i < 2000; ++i) {
        try {
          try {
            throw i;
          } catch (unsigned) {
            if (std::uncaught_exceptions() != 0)
              return;
            throw std::to_string(i + t);
          }
        } catch (const std::string &text) {
          sums[t] += static_cast<unsigned>(std::stoul(text));
        }
      }
    });
  for (auto &thread : threads)
    thread.join();
  for (unsigned t = 0; t < sums.size(); ++t)
    EQUAL(sums[t], 1999000 + 2000 * t);
}

TEST(an_exception_travels_to_another_thread) {
  auto future = std::async(std::launch::async, []() -> int { throw std::out_of_range("far"); });
  bool caught = false;
  try {
    (void)future.get();
  } catch (const std::out_of_range &thrown) {
    caught = strcmp(thrown.what(), "far") == 0;
  }
  CHECK(caught);
}

TEST(one_exception_is_thrown_in_several_threads) {
  auto shared = std::make_exception_ptr(std::runtime_error("shared"));
  std::vector<std::thread> threads;
  std::vector<int> caught(4);
  for (unsigned t = 0; t < caught.size(); ++t)
    threads.emplace_back([t, shared, &caught] {
      for (int i = 0; i < 500; ++i) {
        try {
          std::rethrow_exception(shared);
        } catch (const std::runtime_error &) {
          ++caught[t];
        }
      }
    });
  for (auto &thread : threads)
    thread.join();
  for (int count : caught)
    EQUAL(count, 500);
}

TEST(call_once_that_throws_is_tried_again) {
  std::once_flag flag;
  int calls = 0;
  for (int i = 0; i < 4; ++i) {
    try {
      std::call_once(flag, [&] {
        if (++calls < 3)
          throw calls;
      });
    } catch (int) {
    }
  }
  EQUAL(calls, 3);
}

TEST(an_unlocked_mutex_after_an_exception) {
  std::mutex mutex;
  try {
    std::lock_guard<std::mutex> guard(mutex);
    throw 1;
  } catch (int) {
  }
  CHECK(mutex.try_lock());
  mutex.unlock();
}

TEST(static_variable_whose_constructor_throws_is_made_again) {
  static int made = 0;
  struct Picky {
    Picky() {
      if (++made < 3)
        throw made;
    }
  };
  auto touch = [] { static Picky picky; };
  for (int i = 0; i < 4; ++i) {
    try {
      touch();
    } catch (int) {
    }
  }
  EQUAL(made, 3);
}
