// <filesystem> and file streams: beneath a directory that has a path, and nowhere else.
#include "check.h"

#include <cloudabi.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <system_error>

namespace fs = std::filesystem;

TEST(no_path_leads_anywhere_without_a_name) {
  CHECK(!fs::exists("/etc/passwd"));
  CHECK(!std::ifstream("/etc/passwd").is_open());
  std::error_code code;
  CHECK(!fs::create_directory("/made", code));
  CHECK(static_cast<bool>(code));
  EQUAL(program_directory_name(folder, "relative"), EINVAL);
  EQUAL(program_directory_name(-1, "/data"), EBADF);
}

TEST(a_named_directory_has_files_by_path) {
  EQUAL(program_directory_name(folder, "/data"), 0);
  CHECK(fs::create_directories("/data/a/b"));
  {
    std::ofstream file("/data/a/b/text");
    file << "hello " << 5;
  }
  std::ifstream file("/data/a/b/text");
  std::string word;
  int number = 0;
  file >> word >> number;
  CHECK(word == "hello");
  EQUAL(number, 5);
  EQUAL(fs::file_size("/data/a/b/text"), 7);
  CHECK(fs::copy_file("/data/a/b/text", "/data/a/copy"));
  fs::rename("/data/a/copy", "/data/a/renamed");
  std::set<std::string> found;
  for (const auto &entry : fs::recursive_directory_iterator("/data/a"))
    found.insert(entry.path().lexically_relative("/data/a").string() + (entry.is_directory() ? "/" : ""));
  CHECK((found == std::set<std::string>{"b/", "b/text", "renamed"}));
  EQUAL(fs::remove_all("/data/a"), 4);
  /* It does not lead out of the directory, and names nothing beside it. */
  std::error_code code;
  CHECK(!fs::exists("/data/../etc/passwd", code));
  fs::create_symlink("../../../../etc/passwd", "/data/out", code);
  CHECK(!std::ifstream("/data/out").is_open());
  fs::remove("/data/out", code);
  CHECK(!fs::exists("/etc/passwd", code));
}

TEST(errors_of_files_are_exceptions) {
  EQUAL(program_directory_name(folder, "/data"), 0);
  int caught = 0;
  try {
    fs::rename("/data/missing", "/data/other");
  } catch (const fs::filesystem_error &error) {
    ++caught;
    CHECK(error.code() == std::errc::no_such_file_or_directory);
    CHECK(error.path1() == "/data/missing" && error.path2() == "/data/other");
  }
  try {
    static_cast<void>(fs::file_size("/data/missing"));
  } catch (const fs::filesystem_error &error) {
    ++caught;
    CHECK(error.path1() == "/data/missing");
    CHECK(std::string(error.what()).find("file_size") != std::string::npos);
  }
  try {
    for (const auto &entry : fs::directory_iterator("/nowhere"))
      static_cast<void>(entry);
  } catch (const std::system_error &) {
    ++caught;
  }
  EQUAL(caught, 3);
}
