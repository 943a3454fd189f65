#include <catch2/catch.hpp>
#include <chrono>

#include "migrate/server/detail/file_lock.hpp"
#include "migrate/server/detail/postmaster.hpp"
#include "migrate/server/private_server.hpp"
#include "support/temp_dir.hpp"

namespace migrate::server::detail {
namespace {

using namespace std::chrono_literals;
using Catch::Matchers::Contains;

TEST_CASE("a lock is had by one at a time and is free again after its holder", "[server]") {
  const test::TempDir directory;
  const auto path = directory.path() / "lock";
  {
    const auto first = FileLock::acquire(path, 0ms);
    REQUIRE(first);
    const auto start = std::chrono::steady_clock::now();
    CHECK_FALSE(FileLock::acquire(path, 50ms));
    CHECK(std::chrono::steady_clock::now() - start >= 50ms);
  }
  CHECK(FileLock::acquire(path, 0ms));
}

TEST_CASE("a lock file that cannot be opened is an error and not a lock", "[server]") {
  const test::TempDir directory;
  CHECK_THROWS_AS(FileLock::acquire(directory.path(), 0ms), ServerError);
  CHECK_THROWS_WITH(FileLock::acquire(directory.path() / "no" / "lock", 0ms), Contains("no/lock"));
}

TEST_CASE("the end of a log is its last lines from where we began to look", "[server]") {
  const test::TempDir directory;
  const auto log = directory.write("server.log", "old\none\ntwo\nthree\n");
  CHECK(log_tail(log, 4, 2) == "  two\n  three");
  CHECK(log_tail(log, 4, 10) == "  one\n  two\n  three");
  CHECK_THAT(log_tail(log, 18, 10), Contains("nothing was written"));
  CHECK_THAT(log_tail(log, 9999, 10), Contains("nothing was written"));
  CHECK_THAT(log_tail(directory.path() / "none", 0), Contains("cannot read"));
}

TEST_CASE("a directory in a list of directories is quoted", "[server]") {
  CHECK(quote_directory("/a b,c") == "\"/a b,c\"");
  CHECK(quote_directory("/a\"b") == "\"/a\"\"b\"");
}

}  // namespace
}  // namespace migrate::server::detail
