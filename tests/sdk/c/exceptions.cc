// Exceptions of C++: the handler that the standard says gets them, and destructors run on the way.
#include "check.h"

#include <csetjmp>
#include <exception>
#include <functional>
#include <future>
#include <ios>
#include <limits>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <typeinfo>
#include <variant>
#include <vector>

namespace {

int destroyed;
struct Counted {
  ~Counted() { ++destroyed; }
};

struct Base {
  int base = 1;
  virtual ~Base() = default;
};
struct Other {
  int other = 2;
  virtual ~Other() = default;
};
struct Derived : Base, Other {
  int own = 3;
};
struct Left : Base {};
struct Right : Base {};
struct Twice : Left, Right {};
struct Private : private Base {};

struct Copied {
  static inline int alive, copies;
  Copied() { ++alive; }
  Copied(const Copied &) { ++alive, ++copies; }
  ~Copied() { --alive; }
};

/* Text with room for what happened, in order. */
std::string events;

[[gnu::noinline]] void throw_from_below(int depth) {
  Counted counted;
  if (depth == 0)
    throw Derived();
  throw_from_below(depth - 1);
}

} // namespace

TEST(exception_by_value) {
  int caught = 0;
  try {
    throw 5;
  } catch (long) {
    caught = -1;
  } catch (int value) {
    caught = value;
  }
  EQUAL(caught, 5);
}

TEST(exception_by_reference_can_be_changed) {
  int caught = 0;
  try {
    try {
      throw 5;
    } catch (int &value) {
      value = 6;
      throw;
    }
  } catch (int value) {
    caught = value;
  }
  EQUAL(caught, 6);
}

TEST(exception_as_base_class) {
  int caught = 0;
  try {
    throw Derived();
  } catch (Other &other) {
    caught = other.other;
    EQUAL(dynamic_cast<Derived &>(other).own, 3);
    CHECK(typeid(other) == typeid(Derived));
  }
  EQUAL(caught, 2);
}

TEST(exception_with_ambiguous_or_private_base_is_not_caught_by_it) {
  int caught = 0;
  try {
    throw Private();
  } catch (Base &) {
    caught = -1;
  } catch (Private &) {
    caught = 1;
  }
  EQUAL(caught, 1);
  try {
    try {
      throw Twice();
    } catch (Base &) {
      caught = -1;
    }
  } catch (Right &) {
    caught = 2;
  }
  EQUAL(caught, 2);
}

TEST(exception_that_is_a_pointer) {
  Derived derived;
  int caught = 0;
  try {
    throw &derived;
  } catch (Other *other) {
    caught = other->other;
  }
  EQUAL(caught, 2);
  try {
    throw nullptr;
  } catch (const char *text) {
    CHECK(text == nullptr);
    caught = 7;
  }
  EQUAL(caught, 7);
  try {
    throw "text";
  } catch (char *) {
    caught = -1;
  } catch (const char *text) {
    CHECK(strcmp(text, "text") == 0);
    caught = 8;
  }
  EQUAL(caught, 8);
}

TEST(exception_caught_by_all_things) {
  bool caught = false;
  try {
    throw Derived();
  } catch (...) {
    caught = true;
  }
  CHECK(caught);
}

TEST(exception_passes_functions_and_destroys_their_objects) {
  destroyed = 0;
  int caught = 0;
  try {
    throw_from_below(9);
  } catch (Base &base) {
    caught = base.base;
    EQUAL(destroyed, 10);
  }
  EQUAL(caught, 1);
}

TEST(exception_thrown_again_goes_to_outer_handlers) {
  events.clear();
  try {
    try {
      try {
        throw std::runtime_error("a");
      } catch (std::exception &caught) {
        events += caught.what();
        throw;
      }
    } catch (int) {
      events += "?";
    } catch (std::runtime_error &caught) {
      events += "b";
      throw;
    }
  } catch (...) {
    events += "c";
  }
  CHECK(events == "abc");
  CHECK(std::current_exception() == nullptr);
}

TEST(exception_within_a_handler_is_a_second_one) {
  events.clear();
  try {
    try {
      throw 1;
    } catch (int) {
      try {
        throw 2;
      } catch (int second) {
        EQUAL(second, 2);
        events += "i";
      }
      /* The first is current again. */
      try {
        throw;
      } catch (int first) {
        EQUAL(first, 1);
        events += "j";
      }
      throw std::string("k");
    }
  } catch (std::string &text) {
    events += text;
  }
  CHECK(events == "ijk");
}

TEST(exceptions_within_destructors_stay_there) {
  struct Quiet {
    ~Quiet() {
      EQUAL(std::uncaught_exceptions(), 1);
      try {
        throw 2;
      } catch (int value) {
        EQUAL(value, 2);
      }
    }
  };
  int caught = 0;
  try {
    Quiet quiet;
    throw 1;
  } catch (int value) {
    caught = value;
  }
  EQUAL(caught, 1);
  EQUAL(std::uncaught_exceptions(), 0);
}

TEST(exception_objects_are_destroyed_once) {
  Copied::copies = 0;
  try {
    throw Copied();
  } catch (Copied &) {
    EQUAL(Copied::alive, 1);
  }
  EQUAL(Copied::alive, 0);
  EQUAL(Copied::copies, 0);
  try {
    throw Copied();
  } catch (Copied value) {
    EQUAL(Copied::alive, 2);
    EQUAL(Copied::copies, 1);
  }
  EQUAL(Copied::alive, 0);
}

TEST(exception_in_a_constructor_destroys_what_was_made) {
  struct Half {
    Counted first;
    std::unique_ptr<Counted> second = std::make_unique<Counted>();
    Half() { throw 1; }
    ~Half() { destroyed = 100; }
  };
  destroyed = 0;
  try {
    Half half;
  } catch (int) {
  }
  EQUAL(destroyed, 2);
  struct Third {
    Counted counted;
    int number;
    Third() : number(destroyed) {
      static int made;
      if (++made == 3)
        throw 1;
    }
  };
  destroyed = 0;
  try {
    delete[] new Third[5];
  } catch (int) {
    EQUAL(destroyed, 3);
  }
}

namespace {
struct Guarded {
  int value;
  Guarded(int wanted) try : value(wanted == 0 ? throw 4 : wanted) {
  } catch (int thrown) {
    events += std::to_string(thrown);
  }
};
int guarded_function(int value) try {
  if (value > 0)
    throw value;
  return 0;
} catch (int thrown) {
  return thrown + 1;
}
} // namespace

TEST(exception_in_a_function_that_is_a_try_block) {
  EQUAL(guarded_function(0), 0);
  EQUAL(guarded_function(3), 4);
  events.clear();
  bool caught = false;
  try {
    Guarded guarded(0);
  } catch (int) {
    /* A constructor's handler throws again at its end. */
    caught = true;
  }
  CHECK(caught && events == "4");
}

TEST(exception_pointer) {
  std::exception_ptr kept;
  Copied::alive = 0;
  try {
    throw Copied();
  } catch (...) {
    kept = std::current_exception();
  }
  EQUAL(Copied::alive, 1);
  for (int i = 0; i < 3; ++i) {
    bool caught = false;
    try {
      std::rethrow_exception(kept);
    } catch (Copied &) {
      caught = true;
    }
    CHECK(caught);
    EQUAL(Copied::alive, 1);
  }
  kept = nullptr;
  EQUAL(Copied::alive, 0);
  auto made = std::make_exception_ptr(std::out_of_range("made"));
  try {
    std::rethrow_exception(made);
  } catch (std::logic_error &caught) {
    CHECK(strcmp(caught.what(), "made") == 0);
  }
}

TEST(exception_pointer_is_thrown_within_its_own_handler) {
  int caught = 0;
  try {
    throw 1;
  } catch (...) {
    try {
      std::rethrow_exception(std::current_exception());
    } catch (int value) {
      caught = value;
    }
    /* The outer one is the current one again. */
    try {
      throw;
    } catch (int value) {
      caught += value;
    }
  }
  EQUAL(caught, 2);
}

TEST(exception_within_another) {
  events.clear();
  try {
    try {
      throw std::runtime_error("inner");
    } catch (...) {
      std::throw_with_nested(std::logic_error("outer"));
    }
  } catch (const std::logic_error &outer) {
    events += outer.what();
    try {
      std::rethrow_if_nested(outer);
    } catch (const std::exception &inner) {
      events += inner.what();
    }
  }
  CHECK(events == "outerinner");
}

/* More than there can be, and an allocation that the compiler does not leave out. */
static volatile size_t huge = 0xf0000000;
static void *volatile made;

TEST(exception_bad_alloc) {
  int caught = 0;
  try {
    made = new char[huge];
  } catch (const std::bad_alloc &) {
    ++caught;
  }
  made = new (std::nothrow) char[huge];
  CHECK(made == nullptr);
  try {
    made = new int[huge];
  } catch (const std::bad_alloc &) {
    ++caught;
  }
  struct alignas(64) Aligned {
    char bytes[64];
  };
  try {
    made = new Aligned[huge / 64];
  } catch (const std::bad_alloc &) {
    ++caught;
  }
  auto *aligned = new Aligned;
  EQUAL(reinterpret_cast<size_t>(aligned) % 64, 0);
  delete aligned;
  static int handled;
  handled = 0;
  auto old = std::set_new_handler([] {
    if (++handled == 2)
      throw std::bad_alloc();
  });
  try {
    made = new char[huge];
  } catch (const std::bad_alloc &) {
    ++caught;
  }
  std::set_new_handler(old);
  EQUAL(handled, 2);
  EQUAL(caught, 4);
}

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpotentially-evaluated-expression"
static const char *name_of(Base *base) { return typeid(*base).name(); }
#pragma clang diagnostic pop

/* Runs a function and gives the type of its exception. */
template <typename Thrown> static bool throws(const std::function<void()> &run, const char *text = nullptr) {
  try {
    run();
  } catch (const Thrown &thrown) {
    return text == nullptr || strstr(thrown.what(), text) != nullptr;
  }
  return false;
}

TEST(exceptions_of_the_library) {
  std::vector<int> numbers(3);
  std::string text("abc");
  std::wstring wide(L"abc");
  std::map<int, int> map;
  CHECK(throws<std::out_of_range>([&] { numbers.at(3) = 1; }, "vector"));
  CHECK(throws<std::out_of_range>([&] { text.at(3) = 'x'; }));
  CHECK(throws<std::out_of_range>([&] { text.insert(9, "x"); }));
  CHECK(throws<std::out_of_range>([&] { wide.erase(9); }));
  CHECK(throws<std::out_of_range>([&] { map.at(1) = 2; }));
  CHECK(throws<std::length_error>([&] { numbers.reserve(std::numeric_limits<size_t>::max()); }));
  CHECK(throws<std::length_error>([&] { text.reserve(std::numeric_limits<size_t>::max()); }));
  CHECK(throws<std::invalid_argument>([&] { (void)std::stoi("x"); }, "stoi"));
  CHECK(throws<std::out_of_range>([&] { (void)std::stoi("99999999999"); }));
  CHECK(throws<std::bad_function_call>([] { std::function<void()>()(); }));
  CHECK(throws<std::bad_optional_access>([] { (void)std::optional<int>().value(); }));
  CHECK(throws<std::bad_variant_access>([] { (void)std::get<char>(std::variant<int, char>(1)); }));
  CHECK(throws<std::bad_cast>([] {
    Base base;
    (void)dynamic_cast<Derived &>(base);
  }));
  made = nullptr;
  CHECK(throws<std::bad_typeid>([] { made = const_cast<char *>(name_of(static_cast<Base *>(made))); }));
  CHECK(throws<std::bad_weak_ptr>([] { std::shared_ptr<int> pointer{std::weak_ptr<int>()}; }));
  CHECK(throws<std::system_error>([] { throw std::system_error(ENOENT, std::generic_category(), "here"); }, "here"));
}

TEST(exceptions_of_streams) {
  std::istringstream stream("x");
  stream.exceptions(std::ios::failbit);
  int number = 0;
  CHECK(throws<std::ios_base::failure>([&] { stream >> number; }) ||
        throws<std::ios_base::failure>([&] { stream.clear(std::ios::failbit); }));
}

namespace {
template <typename Character> struct Broken : std::basic_streambuf<Character> {
  using int_type = typename std::basic_streambuf<Character>::int_type;
  int_type underflow() override { throw std::runtime_error("below"); }
  int_type overflow(int_type) override { throw std::runtime_error("above"); }
};
} // namespace

TEST(exceptions_of_stream_buffers_set_badbit_or_go_on) {
  Broken<char> broken;
  char bytes[4];
  std::istream in(&broken);
  in.read(bytes, sizeof(bytes));
  CHECK(in.bad());
  in.clear();
  std::string line;
  std::getline(in, line);
  CHECK(in.bad());
  in.clear();
  in.exceptions(std::ios::badbit);
  CHECK(throws<std::runtime_error>([&] { in.read(bytes, sizeof(bytes)); }, "below"));
  std::ostream out(&broken);
  out << "text";
  CHECK(out.bad());
  Broken<wchar_t> wide;
  wchar_t characters[4];
  std::wistream wide_in(&wide);
  wide_in.read(characters, 4);
  CHECK(wide_in.bad());
}

TEST(exceptions_of_futures) {
  std::promise<int> promise;
  auto future = promise.get_future();
  promise.set_exception(std::make_exception_ptr(std::runtime_error("promised")));
  CHECK(throws<std::runtime_error>([&] { (void)future.get(); }, "promised"));
  CHECK(throws<std::future_error>([&] { (void)promise.get_future(); }));
}

TEST(exceptions_beside_long_jumps) {
  static jmp_buf place;
  volatile int jumps = 0, caught = 0;
  if (setjmp(place) == 0) {
    try {
      throw 1;
    } catch (int value) {
      caught = caught + value;
    }
    jumps = jumps + 1;
    longjmp(place, 1);
  }
  EQUAL(jumps, 1);
  try {
    if (setjmp(place) == 0)
      longjmp(place, 2);
    throw 2;
  } catch (int value) {
    caught = caught + value;
  }
  EQUAL(caught, 3);
}

jmp_buf outside;
volatile int through;

[[gnu::noinline]] void jump_out(int value) {
  Counted counted;
  longjmp(outside, value);
}
[[gnu::noinline]] void lets_nothing_out(int value) noexcept {
  through = through + 1;
  jump_out(value);
}
struct Jumps {
  ~Jumps() { jump_out(4); }
};

TEST(long_jump_leaves_a_function_that_lets_no_exception_out) {
  through = 0;
  destroyed = 0;
  volatile int jumps = 0;
  int value = setjmp(outside);
  if (value == 0)
    lets_nothing_out(5);
  EQUAL(value, 5);
  EQUAL(destroyed, 1);
  for (int round = 1; round <= 3; ++round)
    if (setjmp(outside) == 0)
      lets_nothing_out(round);
    else
      jumps = jumps + 1;
  EQUAL(jumps, 3);
  EQUAL(through, 4);
  if ((value = setjmp(outside)) == 0)
    Jumps jumping;
  EQUAL(value, 4);
  /* After a jump, a function that lets nothing out can throw and catch again. */
  volatile int caught = 0;
  [&]() noexcept {
    try {
      throw 1;
    } catch (int) {
      caught = 1;
    }
  }();
  EQUAL(caught, 1);
}

TEST(exception_leaves_a_loop_many_times) {
  unsigned sum = 0;
  for (unsigned i = 0; i < 20000; ++i) {
    try {
      Counted counted;
      throw i;
    } catch (unsigned value) {
      sum += value;
    }
  }
  EQUAL(sum, 199990000u);
}

TEST(noexcept_of_functions_is_known) {
  auto quiet = []() noexcept {};
  auto loud = [] {};
  CHECK(noexcept(quiet()) && !noexcept(loud()));
  try {
    quiet();
  } catch (...) {
    CHECK(false);
  }
}
