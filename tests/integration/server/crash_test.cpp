#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "integration/server/forked.hpp"
#include "integration/server/server_under_test.hpp"
#include "migrate/server/detail/account.hpp"
#include "migrate/server/detail/pid_file.hpp"
#include "support/test_server.hpp"

namespace migrate::test {
namespace {

namespace fs = std::filesystem;

/// A program that is no PostgreSQL, run by the user the server runs as: to PostgreSQL its number looks like a live
/// server's.
std::string as_server_user_forever(const server::detail::Account& account) {
  if (!account.is_current && ::setuid(account.user) != 0) return "error: cannot become the server's user";
  ::pause();
  return {};
}

/// Turns what the crashed server left into what a machine shows after its process number was given to `pid`.
void give_number_away(const ServerUnderTest& test, pid_t pid) {
  const auto status = test.server().status();
  const fs::path pid_file = status.data_directory / "postmaster.pid";
  const std::string text = base::read_file(pid_file);
  const std::string replaced = std::to_string(pid) + text.substr(text.find('\n'));
  std::ofstream(pid_file, std::ios::trunc) << replaced;
  std::ofstream(status.socket_directory / ".s.PGSQL.5432.lock", std::ios::trunc) << replaced;
}

TEST_CASE("a killed server starts again with its data", "[server]") {
  const ServerUnderTest test("pg", {.durable = true});
  test.server().start();
  test.query("CREATE TABLE kept AS SELECT 42 AS answer");
  test.crash();
  CHECK_FALSE(test.server().status().running);
  test.server().start();
  CHECK(test.query("SELECT answer FROM kept") == "42");
}

TEST_CASE("a stale pid file whose number now belongs to another program stops nothing", "[server]") {
  const ServerUnderTest test;
  test.server().start();
  test.crash();
  const auto account = server::detail::server_account(test.directory() / "data");
  const Forked other([&] { return as_server_user_forever(account); });
  give_number_away(test, other.pid());

  CHECK_FALSE(test.server().status().running);
  CHECK_NOTHROW(test.server().stop());
  CHECK(server::detail::is_alive(other.pid()));
  test.server().start();
  CHECK(test.query("SELECT 1") == "1");
  CHECK(test.server().status().pid != other.pid());
}

TEST_CASE("a stale pid file whose number now belongs to another PostgreSQL stops nothing", "[server]") {
  const ServerUnderTest one;
  const ServerUnderTest two;
  one.server().start();
  two.server().start();
  const int other = two.server().status().pid;
  one.crash();
  give_number_away(one, other);

  CHECK_FALSE(one.server().status().running);
  one.server().stop();
  one.server().start();
  CHECK(one.query("SELECT 1") == "1");
  CHECK(two.server().status().pid == other);
}

TEST_CASE("a pid file with nothing in it stops nothing", "[server]") {
  const ServerUnderTest test;
  test.server().start();
  test.server().stop();
  std::ofstream(test.directory() / "data" / "postmaster.pid").flush();
  test.server().start();
  CHECK(test.query("SELECT 1") == "1");
}

TEST_CASE("a start that is killed while it makes the cluster is made good by the next", "[server]") {
  const ServerUnderTest test;
  const auto unfinished = [&] {
    for (const auto& entry : fs::directory_iterator(test.directory())) {
      if (entry.path().filename().string().starts_with("data.new.") && fs::exists(entry.path() / "PG_VERSION"))
        return true;
    }
    return false;
  };
  fs::create_directory(test.directory());
  Forked starter([&] {
    test.server().start();
    return std::string();
  });
  REQUIRE(eventually(unfinished));
  starter.kill();
  CHECK_FALSE(test.server().status().exists);
  test.server().start();
  CHECK(test.query("SELECT 1") == "1");
}

TEST_CASE("what a half-made cluster left behind is removed", "[server]") {
  const ServerUnderTest test;
  test.above().write("pg/data.new.abcdef/PG_VERSION", "15\n");
  test.server().start();
  CHECK_FALSE(fs::exists(test.directory() / "data.new.abcdef"));
}

TEST_CASE("two processes that start one server at once get the same one", "[server]") {
  const ServerUnderTest test("pg", {.durable = false, .database = "wanted"});
  const auto start = [&] {
    auto server = test.server();
    server.start();
    return std::to_string(server.status().pid) + query(server.url(), "SELECT current_database()");
  };
  Forked one(start);
  Forked two(start);
  Forked three(start);
  const auto answer = one.answer();
  CHECK(answer == std::to_string(test.server().status().pid) + "wanted");
  CHECK(two.answer() == answer);
  CHECK(three.answer() == answer);
}

TEST_CASE("starts and stops from several processes never break the server", "[server]") {
  const ServerUnderTest test;
  test.server().start();
  test.query("CREATE TABLE kept ()");
  const auto work = [&](bool start) {
    auto server = test.server();
    for (int round = 0; round < 3; ++round) start ? server.start() : server.stop();
    return std::string("done");
  };
  Forked starter([&] { return work(true); });
  Forked stopper([&] { return work(false); });
  CHECK(starter.answer() == "done");
  CHECK(stopper.answer() == "done");
  test.server().start();
  CHECK(test.query("SELECT count(*) FROM kept") == "0");
}

TEST_CASE("the server outlives the process that started it and holds none of its pipes", "[server]") {
  const ServerUnderTest test;
  Forked starter([&] {
    test.server().start();
    return std::string("started");
  });
  // The answer ends when the last holder of the pipe has closed it.
  CHECK(starter.answer() == "started");
  CHECK(test.query("SELECT 1") == "1");
}

TEST_CASE("a server whose socket was swept away is started anew", "[server]") {
  const ServerUnderTest test;
  test.server().start();
  test.query("CREATE TABLE kept ()");
  fs::remove_all(test.server().status().socket_directory);
  test.server().start();
  CHECK(test.query("SELECT count(*) FROM kept") == "0");
}

}  // namespace
}  // namespace migrate::test
