#include <argdata.hpp>
#include <string>

#include "check.h"

static_assert(__CloudABI__ == 1);

TEST(argdata_hpp_reads_maps_and_sequences) {
  auto key = argdata_t::create_str("list");
  auto one = argdata_t::create_int(1);
  auto two = argdata_t::create_int(2ULL);
  const argdata_t *numbers[] = {one.get(), two.get(), argdata_t::null()};
  auto list = argdata_t::create_seq(numbers);
  const argdata_t *keys[] = {key.get()}, *values[] = {list.get()};
  auto map = argdata_t::create_map(keys, values);
  int sum = 0, entries = 0;
  for (auto [name, value] : map->as_map()) {
    CHECK(name->as_str() == "list");
    for (auto number : value->as_seq())
      sum += number->as_int<int>();
    ++entries;
  }
  EQUAL(entries, 1);
  EQUAL(sum, 3);
  CHECK(!map->get_seq());
  CHECK(map->get_map());
  auto first = map->as_map().begin();
  auto copy = first++;
  CHECK(copy->first->as_str() == "list");
  CHECK(first == map->as_map().end());
  EQUAL(first.error(), 0);
  EQUAL(map->as_seq().begin().error(), EINVAL);
  CHECK(map->as_seq().empty());
}

TEST(argdata_hpp_has_optional_and_default_values) {
  CHECK(argdata_t::true_()->get_bool() == true);
  CHECK(!argdata_t::null()->get_bool());
  CHECK(argdata_t::bool_(false) == &argdata_false);
  EQUAL(argdata_t::null()->as_fd(), -1);
  CHECK(argdata_t::null()->as_str().empty());
  CHECK(argdata_t::null()->as_binary().empty());
  EQUAL(argdata_t::null()->as_float(), 0);
  auto text = argdata_t::create_str(std::string("abc"));
  CHECK(text->get_str() == "abc");
  CHECK(!text->get_int<int>());
  auto time = argdata_t::create_timestamp(argdata_t::timestamp(std::chrono::nanoseconds(-1)));
  CHECK(time->get_timestamp() == argdata_t::timestamp(std::chrono::nanoseconds(-1)));
  CHECK(argdata_t::create_str("\xff") == nullptr);
  const unsigned char bytes[] = {1, 2, 3};
  auto binary = argdata_t::create_binary(bytes);
  EQUAL(binary->get_binary()->size(), 3);
  EQUAL(binary->as_binary()[2], 3);
  CHECK(!argdata_t::create_int(300)->get_int<unsigned char>());
}

TEST(argdata_hpp_serializes_and_reads_back) {
  auto fd = argdata_t::create_fd(9);
  const argdata_t *parts[] = {fd.get(), fd.get()};
  auto seq = argdata_t::create_seq(parts);
  std::vector<int> fds;
  std::vector<unsigned char> bytes = seq->serialize(&fds);
  EQUAL(fds.size(), 1);
  EQUAL(fds[0], 9);
  EQUAL(bytes.size(), seq->serialized_length());
  auto back = argdata_t::create_from_buffer(
      bytes, [](void *list, size_t index) { return static_cast<std::vector<int> *>(list)->at(index); }, &fds);
  for (const argdata_t *value : back->as_seq())
    EQUAL(value->as_fd(), 9);
}

TEST(argdata_hpp_owns_readers_and_writers) {
  auto reader = argdata_reader_t::create(10, 0);
  auto writer = argdata_writer_t::create();
  CHECK(reader->get() == nullptr);
  EQUAL(writer->push(-1), 0);
}
