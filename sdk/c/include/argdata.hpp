// argdata.hpp: argdata.h as classes. C++17 or later.
//
// Values are handled by pointers, as in C: a pointer out of a tree belongs to the tree, and a made value is a
// std::unique_ptr. `get_*` gives an optional that is empty when the value has another type or is malformed; `as_*`
// gives an empty value then: nothing, false, -1 for a descriptor, 0, an empty string, map or sequence, or the epoch.
#ifndef CLOUDABI_ARGDATA_HPP
#define CLOUDABI_ARGDATA_HPP

#include <errno.h>
#include <time.h>

#include <chrono>
#include <cstddef>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include <argdata.h>

#include <mstd/optional.hpp>
#include <mstd/range.hpp>
#include <mstd/string_view.hpp>

struct argdata_t {
  using timestamp = std::chrono::time_point<std::chrono::system_clock, std::chrono::nanoseconds>;

  argdata_t() = delete;
  argdata_t(const argdata_t &) = delete;
  argdata_t &operator=(const argdata_t &) = delete;
  void operator delete(void *value) { argdata_free(static_cast<argdata_t *>(value)); }

  // An empty pointer stands for a failure, with errno, as in C.
  static std::unique_ptr<argdata_t> create_from_buffer(mstd::range<const unsigned char> bytes,
                                                       int (*convert)(void *, std::size_t) = nullptr,
                                                       void *argument = nullptr) {
    return own(argdata_from_buffer(bytes.data(), bytes.size(), convert, argument));
  }
  static std::unique_ptr<argdata_t> create_binary(mstd::range<const unsigned char> bytes) {
    return own(argdata_create_binary(bytes.data(), bytes.size()));
  }
  static std::unique_ptr<argdata_t> create_fd(int fd) { return own(argdata_create_fd(fd)); }
  static std::unique_ptr<argdata_t> create_float(double real) { return own(argdata_create_float(real)); }
  template <typename T> static std::unique_ptr<argdata_t> create_int(const T &number) {
    return own(argdata_create_int(number));
  }
  static std::unique_ptr<argdata_t> create_str(mstd::string_view string) {
    return own(argdata_create_str(string.data(), string.size()));
  }
  static std::unique_ptr<argdata_t> create_timestamp(const timestamp &time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    timespec value;
    value.tv_sec = static_cast<time_t>(seconds.time_since_epoch().count());
    value.tv_nsec = static_cast<long>((time - seconds).count());
    return own(argdata_create_timestamp(&value));
  }
  static std::unique_ptr<argdata_t> create_map(mstd::range<const argdata_t *const> keys,
                                               mstd::range<const argdata_t *const> values) {
    const std::size_t count = keys.size() < values.size() ? keys.size() : values.size();
    return own(argdata_create_map(keys.data(), values.data(), count));
  }
  static std::unique_ptr<argdata_t> create_seq(mstd::range<const argdata_t *const> values) {
    return own(argdata_create_seq(values.data(), values.size()));
  }

  static constexpr const argdata_t *null() { return &argdata_null; }
  static constexpr const argdata_t *true_() { return &argdata_true; }
  static constexpr const argdata_t *false_() { return &argdata_false; }
  static constexpr const argdata_t *bool_(bool truth) { return truth ? true_() : false_(); }

  mstd::optional<mstd::range<const unsigned char>> get_binary() const {
    const void *bytes;
    std::size_t size;
    if (argdata_get_binary(this, &bytes, &size) != 0)
      return {};
    return mstd::range<const unsigned char>(static_cast<const unsigned char *>(bytes), size);
  }
  mstd::optional<bool> get_bool() const { return got<bool>(argdata_get_bool); }
  mstd::optional<int> get_fd() const { return got<int>(argdata_get_fd); }
  mstd::optional<double> get_float() const { return got<double>(argdata_get_float); }
  template <typename T> mstd::optional<T> get_int() const {
    T number;
    if (argdata_get_int(this, &number) != 0)
      return {};
    return number;
  }
  mstd::optional<mstd::string_view> get_str() const {
    const char *string;
    std::size_t size;
    if (argdata_get_str(this, &string, &size) != 0)
      return {};
    return mstd::string_view(string, size);
  }
  mstd::optional<timestamp> get_timestamp() const {
    timespec time;
    if (argdata_get_timestamp(this, &time) != 0)
      return {};
    return timestamp(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
  }

  mstd::range<const unsigned char> as_binary() const { return get_binary().value_or(mstd::range<const unsigned char>()); }
  bool as_bool() const { return get_bool().value_or(false); }
  int as_fd() const { return get_fd().value_or(-1); }
  double as_float() const { return get_float().value_or(0.0); }
  template <typename T> T as_int() const { return get_int<T>().value_or(0); }
  mstd::string_view as_str() const { return get_str().value_or(mstd::string_view()); }
  timestamp as_timestamp() const { return get_timestamp().value_or(timestamp()); }

private:
  static std::unique_ptr<argdata_t> own(argdata_t *value) { return std::unique_ptr<argdata_t>(value); }
  template <typename T> mstd::optional<T> got(int (*getter)(const argdata_t *, T *)) const {
    T result;
    if (getter(this, &result) != 0)
      return {};
    return result;
  }

  // Both iterators: the entries are those of the C iterator that is copied along.
  template <typename I, typename V, void (*NEXT)(I *), bool (*GET)(const I *, V &)> class iterator {
  public:
    using value_type = V;
    using difference_type = std::ptrdiff_t;
    using pointer = const V *;
    using reference = const V &;
    using iterator_category = std::forward_iterator_tag;

    iterator() { it_.index = ARGDATA_ITERATOR_END; }
    explicit iterator(const I &it) : it_(it) {}
    reference operator*() const {
      GET(&it_, value_);
      return value_;
    }
    pointer operator->() const { return &**this; }
    iterator &operator++() {
      NEXT(&it_);
      return *this;
    }
    iterator operator++(int) {
      iterator before = *this;
      ++*this;
      return before;
    }
    // The number of the entry, or one of the markers of argdata.h.
    std::size_t index() const { return it_.index; }
    // EINVAL where the map or sequence is malformed, else 0.
    int error() const { return it_.index == ARGDATA_ITERATOR_INVALID ? EINVAL : 0; }
    friend bool operator==(const iterator &a, const iterator &b) {
      return a.it_.index == b.it_.index || (a.ended() && b.ended());
    }
    friend bool operator!=(const iterator &a, const iterator &b) { return !(a == b); }

  private:
    bool ended() const { return it_.index == ARGDATA_ITERATOR_END || it_.index == ARGDATA_ITERATOR_INVALID; }
    I it_;
    mutable V value_{};
  };

  using entry = std::pair<const argdata_t *, const argdata_t *>;
  static bool get_entry(const argdata_map_iterator_t *it, entry &value) {
    return argdata_map_get(it, &value.first, &value.second);
  }
  static bool get_element(const argdata_seq_iterator_t *it, const argdata_t *&value) {
    return argdata_seq_get(it, &value);
  }

  // The entries of a map or sequence, for a range-based for.
  template <typename I, typename ITERATOR> class entries {
  public:
    using iterator = ITERATOR;
    using const_iterator = ITERATOR;
    explicit entries(const I &start) : start_(start) {}
    ITERATOR begin() const { return ITERATOR(start_); }
    ITERATOR end() const { return ITERATOR(); }
    bool empty() const { return begin() == end(); }

  private:
    I start_;
  };

public:
  using map_iterator = iterator<argdata_map_iterator_t, entry, argdata_map_next, get_entry>;
  using seq_iterator = iterator<argdata_seq_iterator_t, const argdata_t *, argdata_seq_next, get_element>;
  using map = entries<argdata_map_iterator_t, map_iterator>;
  using seq = entries<argdata_seq_iterator_t, seq_iterator>;

  map as_map() const {
    argdata_map_iterator_t it;
    argdata_map_iterate(this, &it);
    return map(it);
  }
  seq as_seq() const {
    argdata_seq_iterator_t it;
    argdata_seq_iterate(this, &it);
    return seq(it);
  }
  mstd::optional<map> get_map() const {
    map found = as_map();
    if (found.begin().error() != 0)
      return {};
    return found;
  }
  mstd::optional<seq> get_seq() const {
    seq found = as_seq();
    if (found.begin().error() != 0)
      return {};
    return found;
  }

  std::size_t serialized_length(std::size_t *descriptors = nullptr) const {
    std::size_t length;
    argdata_serialized_length(this, &length, descriptors);
    return length;
  }
  void serialize(std::vector<unsigned char> &bytes) const {
    bytes.resize(serialized_length());
    argdata_serialize(this, bytes.data(), nullptr);
  }
  void serialize(std::vector<unsigned char> &bytes, std::vector<int> &descriptors) const {
    std::size_t count;
    bytes.resize(serialized_length(&count));
    // One more, so that there is a place to point to.
    descriptors.resize(count + 1);
    descriptors.resize(argdata_serialize(this, bytes.data(), descriptors.data()));
  }
  std::vector<unsigned char> serialize(std::vector<int> *descriptors = nullptr) const {
    std::vector<unsigned char> bytes;
    if (descriptors != nullptr)
      serialize(bytes, *descriptors);
    else
      serialize(bytes);
    return bytes;
  }
  void print_yaml(FILE *stream) const { argdata_print_yaml(this, stream); }
};

struct argdata_reader_t {
  argdata_reader_t() = delete;
  argdata_reader_t(const argdata_reader_t &) = delete;
  argdata_reader_t &operator=(const argdata_reader_t &) = delete;
  void operator delete(void *reader) { argdata_reader_free(static_cast<argdata_reader_t *>(reader)); }

  static std::unique_ptr<argdata_reader_t> create(std::size_t bytes_max, std::size_t descriptors_max) {
    return std::unique_ptr<argdata_reader_t>(argdata_reader_create(bytes_max, descriptors_max));
  }
  const argdata_t *get() const { return argdata_reader_get(this); }
  int pull(int fd) { return argdata_reader_pull(this, fd); }
  void release_fd(int fd) { argdata_reader_release_fd(this, fd); }
};

struct argdata_writer_t {
  argdata_writer_t() = delete;
  argdata_writer_t(const argdata_writer_t &) = delete;
  argdata_writer_t &operator=(const argdata_writer_t &) = delete;
  void operator delete(void *writer) { argdata_writer_free(static_cast<argdata_writer_t *>(writer)); }

  static std::unique_ptr<argdata_writer_t> create() {
    return std::unique_ptr<argdata_writer_t>(argdata_writer_create());
  }
  int push(int fd) { return argdata_writer_push(this, fd); }
  void set(const argdata_t *value) { argdata_writer_set(this, value); }
};

#endif
