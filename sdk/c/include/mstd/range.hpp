// mstd/range.hpp: elements beside each other in memory, which belong to other code. argdata.hpp uses it.
#ifndef CLOUDABI_MSTD_RANGE_HPP
#define CLOUDABI_MSTD_RANGE_HPP

#include <cstddef>
#include <iterator>
#include <type_traits>

namespace mstd {

template <typename T> class range {
public:
  using value_type = std::remove_cv_t<T>;
  using pointer = T *;
  using reference = T &;
  using iterator = T *;
  using const_iterator = T *;

  constexpr range() = default;
  constexpr range(std::nullptr_t) {}
  constexpr range(T *data, std::size_t size) : data_(data), size_(size) {}
  constexpr range(T *begin, T *end) : data_(begin), size_(static_cast<std::size_t>(end - begin)) {}
  template <std::size_t N> constexpr range(T (&array)[N]) : data_(array), size_(N) {}

  // Anything that has its elements beside each other: a vector, a string, another range.
  template <typename C, typename = std::enable_if_t<
                            std::is_convertible_v<decltype(std::data(std::declval<C &>())), T *>>>
  constexpr range(C &&container) : data_(std::data(container)), size_(std::size(container)) {}

  constexpr T *data() const { return data_; }
  constexpr std::size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr T *begin() const { return data_; }
  constexpr T *end() const { return data_ + size_; }
  constexpr T &operator[](std::size_t index) const { return data_[index]; }
  constexpr T &front() const { return data_[0]; }
  constexpr T &back() const { return data_[size_ - 1]; }

private:
  T *data_ = nullptr;
  std::size_t size_ = 0;
};

} // namespace mstd

#endif
