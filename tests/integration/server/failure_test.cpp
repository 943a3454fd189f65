#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "integration/server/forked.hpp"
#include "integration/server/server_under_test.hpp"

namespace migrate::test {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;

TEST_CASE("a directory that cannot be written to is named in the error", "[server]") {
  const ServerUnderTest test("closed/pg");
  fs::create_directory(test.above().path() / "closed");
  give_to_ordinary_user(test.above().path() / "closed");
  fs::permissions(test.above().path() / "closed", fs::perms(0555));
  Forked user([&] { return failure_to_start(test.server()); }, Identity::ordinary_user);
  const auto message = user.answer();
  CHECK_THAT(message, Contains("cannot write to " + fs::canonical(test.above().path()).string() + "/closed/pg"));
  CHECK_THAT(message, Contains("Permission denied") && Contains("--url"));
}

TEST_CASE("data made by another version of PostgreSQL is refused and left alone", "[server]") {
  const ServerUnderTest test;
  test.server().start();
  test.server().stop();
  const fs::path version = test.directory() / "data" / "PG_VERSION";
  const std::string right = base::read_file(version);
  std::ofstream(version, std::ios::trunc) << "7.4\n";
  const auto message = failure_to_start(test.server());
  CHECK_THAT(message, Contains("PostgreSQL 7.4") && Contains((fs::canonical(test.directory()) / "data").string()));
  CHECK_THAT(message, Contains("pg_dump"));
  CHECK(test.server().status().version == "7.4");

  auto options = test.options();
  options.binaries = server::find_binaries();
  CHECK_THAT(failure_to_start(server::PrivateServer(options)), Contains(options.binaries.string()));

  std::ofstream(version, std::ios::trunc) << right;
  test.server().start();
  CHECK(test.query("SELECT 1") == "1");
}

TEST_CASE("a server that will not start is reported with the end of its log", "[server]") {
  const ServerUnderTest test("pg", {.durable = false, .settings = {{"shared_buffers", "plenty"}}});
  const auto message = failure_to_start(test.server());
  CHECK_THAT(message, Contains("shared_buffers") && Contains("plenty") && Contains("server.log"));
}

TEST_CASE("an old failure in the log is not shown with a new one", "[server]") {
  const ServerUnderTest test("pg", {.durable = false, .settings = {{"work_mem", "plenty"}}});
  CHECK_THAT(failure_to_start(test.server()), Contains("work_mem"));
  auto options = test.options();
  options.settings = {{"shared_buffers", "nonsense"}};
  const auto message = failure_to_start(server::PrivateServer(options));
  CHECK_THAT(message, Contains("shared_buffers") && !Contains("work_mem"));
}

TEST_CASE("a data directory that is something else is refused and left alone", "[server]") {
  const ServerUnderTest test;
  test.above().write("pg/data/thesis.txt", "do not delete");
  const auto message = failure_to_start(test.server());
  CHECK_THAT(message, Contains("PG_VERSION") && Contains("Move it away"));
  CHECK(test.above().read("pg/data/thesis.txt") == "do not delete");
  CHECK_FALSE(test.server().status().exists);
}

TEST_CASE("an empty data directory is as good as none", "[server]") {
  const ServerUnderTest test;
  fs::create_directories(test.directory() / "data");
  test.server().start();
  CHECK(test.query("SELECT 1") == "1");
}

TEST_CASE("a user is told whose data it is that they cannot use", "[server]") {
  const ServerUnderTest test;
  test.server().start();
  test.server().stop();
  const bool root = ::geteuid() == 0;
  Forked user([&] { return failure_to_start(test.server()); }, Identity::ordinary_user);
  const auto message = user.answer();
  if (root) {
    CHECK_THAT(message, Contains("belongs to user") && Contains(test.directory().filename().string()));
  } else {
    CHECK(message.empty());  // The same user: nothing is in the way.
  }
}

}  // namespace
}  // namespace migrate::test
