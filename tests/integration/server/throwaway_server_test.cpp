#include <catch2/catch.hpp>
#include <filesystem>

#include "integration/server/forked.hpp"
#include "integration/server/server_under_test.hpp"
#include "migrate/base/text.hpp"
#include "migrate/server/detail/pid_file.hpp"

namespace migrate::test {
namespace {

namespace fs = std::filesystem;

TEST_CASE("a throw-away server leaves nothing behind", "[server]") {
  const TempDir above;
  int pid = 0;
  fs::path socket;
  {
    server::ThrowawayServer throwaway({.directory = above.path()});
    pid = throwaway.server().status().pid;
    socket = throwaway.server().status().socket_directory;
    CHECK(query(throwaway.url(), "SHOW fsync") == "off");
    CHECK_FALSE(fs::is_empty(above.path()));
  }
  CHECK_FALSE(server::detail::is_alive(pid));
  CHECK(fs::is_empty(above.path()));
  CHECK_FALSE(fs::exists(socket));
}

TEST_CASE("a throw-away server ends when its process is killed", "[server]") {
  const TempDir above;
  Forked owner([&] {
    const server::ThrowawayServer throwaway({.directory = above.path()});
    above.write("ready", query(throwaway.url(), "SELECT 'yes'"));
    ::pause();
    return std::string();
  });
  REQUIRE(eventually([&] { return fs::exists(above.path() / "ready"); }));
  fs::path directory;
  for (const auto& entry : fs::directory_iterator(above.path())) {
    if (entry.is_directory()) directory = entry.path();
  }
  const auto running = server::detail::running_server(directory / "data");
  REQUIRE(running);
  owner.kill();
  CHECK(eventually([&] { return !fs::exists(directory); }));
  CHECK_FALSE(server::detail::is_alive(running->pid));
}

TEST_CASE("a throw-away server is not taken down by a forked copy of its process", "[server]") {
  server::ThrowawayServer throwaway;
  Forked copy([&] {
    throwaway.~ThrowawayServer();
    return std::string("destroyed");
  });
  CHECK(copy.answer() == "destroyed");
  CHECK(query(throwaway.url(), "SELECT 1") == "1");
}

TEST_CASE("a throw-away server that cannot start leaves nothing behind", "[server]") {
  const TempDir above;
  CHECK_THROWS_AS(server::ThrowawayServer({.directory = above.path(), .settings = {{"work_mem", "plenty"}}}),
                  server::ServerError);
  CHECK(fs::is_empty(above.path()));
}

}  // namespace
}  // namespace migrate::test
