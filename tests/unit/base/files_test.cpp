#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "migrate/base/error.hpp"
#include "migrate/base/files.hpp"

using namespace migrate::base;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

std::size_t files_in(const fs::path& directory) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

/// While it lives, no file of this process grows beyond `bytes`: a full disk, as far as write() can tell.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit small{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  void (*handler_)(int);
  rlimit before_{};
};

}  // namespace

TEST_CASE("a file comes back byte by byte, whatever its size", "[base][files]") {
  const TemporaryDirectory folder;
  const auto path = folder.path() / "f";
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{4095}, std::size_t{4096}, std::size_t{100001}}) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 7);
    replace_file(path, text);
    CHECK(read_file(path) == text);
    CHECK(read_prefix(path, 1000) == text.substr(0, 1000));
    CHECK(read_prefix(path, 0).empty());
  }
}

TEST_CASE("reading says what is in the way", "[base][files]") {
  const TemporaryDirectory folder;
  CHECK_THROWS_WITH(read_file(folder.path()),
                    Contains("cannot read " + folder.path().string()) && Contains("it is a directory"));
  CHECK_THROWS_WITH(read_file(folder.path() / "none"), Contains("none: No such file or directory"));
  try {
    (void)read_file(folder.path() / "none");
  } catch (const FileError& error) {
    CHECK_THAT(error.hint(), Contains("spelling"));
  }
  replace_file(folder.path() / "f", "x");
  CHECK_THROWS_AS(read_file(folder.path() / "f" / "below"), FileError);
}

TEST_CASE("a new file is never written over an old one", "[base][files]") {
  const TemporaryDirectory folder;
  const auto path = folder.path() / "f";
  write_new_file(path, "first");
  CHECK_THROWS_WITH(write_new_file(path, "second"), Contains("exists already"));
  CHECK(read_file(path) == "first");
  fs::create_symlink("nowhere", folder.path() / "link");
  CHECK_THROWS_WITH(write_new_file(folder.path() / "link", "x"), Contains("exists already"));
  CHECK_THROWS_WITH(write_new_file(folder.path() / "no" / "f", "x"), Contains("cannot create"));
}

TEST_CASE("a file that could not be written whole is not left behind", "[base][files]") {
  const TemporaryDirectory folder;
  replace_file(folder.path() / "old", "old");
  {
    const FileSizeLimit limit(10);
    CHECK_THROWS_WITH(write_new_file(folder.path() / "new", std::string(100, 'x')), Contains("File too large"));
    CHECK_THROWS_WITH(replace_file(folder.path() / "old", std::string(100, 'x')), Contains("File too large"));
  }
  CHECK(read_file(folder.path() / "old") == "old");
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("replacing keeps the mode and leaves no draft", "[base][files]") {
  const TemporaryDirectory folder;
  const auto path = folder.path() / "f";
  replace_file(path, "1");
  CHECK((fs::status(path).permissions() & fs::perms::all) == static_cast<fs::perms>(0644));
  fs::permissions(path, static_cast<fs::perms>(0751));
  replace_file(path, "2");
  CHECK(read_file(path) == "2");
  CHECK((fs::status(path).permissions() & fs::perms::all) == static_cast<fs::perms>(0751));
  CHECK(files_in(folder.path()) == 1);
  CHECK_THROWS_AS(replace_file(folder.path(), "x"), FileError);
}

TEST_CASE("replacing through a link changes the file and keeps the link", "[base][files]") {
  const TemporaryDirectory folder;
  fs::create_directory(folder.path() / "real");
  replace_file(folder.path() / "real/f", "1");
  fs::create_symlink("real/f", folder.path() / "link");
  replace_file(folder.path() / "link", "2");
  CHECK(fs::is_symlink(folder.path() / "link"));
  CHECK(read_file(folder.path() / "real/f") == "2");
}

TEST_CASE("root leaves a replaced file to its owner", "[base][files]") {
  const TemporaryDirectory folder;
  const auto path = folder.path() / "f";
  replace_file(path, "1");
  const uid_t owner = ::geteuid() == 0 ? 12345 : ::geteuid();
  REQUIRE(::chown(path.c_str(), owner, ::getegid()) == 0);
  replace_file(path, "2");
  struct stat now {};
  REQUIRE(::stat(path.c_str(), &now) == 0);
  CHECK(now.st_uid == owner);
}

TEST_CASE("a temporary directory is private and goes with all its content", "[base][files]") {
  fs::path path;
  {
    const TemporaryDirectory folder("name-");
    path = folder.path();
    CHECK(path.is_absolute());
    CHECK(path.filename().string().starts_with("name-"));
    CHECK((fs::status(path).permissions() & fs::perms::all) == fs::perms::owner_all);
    fs::create_directories(path / "a/b");
    write_new_file(path / "a/b/c", "x");
  }
  CHECK_FALSE(fs::exists(path));
  TemporaryDirectory kept("name-");
  path = kept.path();
  {
    const TemporaryDirectory inner("in-", path);
    CHECK(inner.path().parent_path() == path);
  }
  CHECK(files_in(path) == 0);
  CHECK_THROWS_AS(TemporaryDirectory("x-", path / "missing"), FileError);
}

TEST_CASE("a kept temporary directory stays", "[base][files]") {
  const TemporaryDirectory outer;
  fs::path path;
  {
    TemporaryDirectory folder("kept-", outer.path());
    path = folder.path();
    folder.keep();
  }
  CHECK(fs::exists(path));
}
