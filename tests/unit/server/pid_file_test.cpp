#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "migrate/server/detail/pid_file.hpp"
#include "support/temp_dir.hpp"

namespace migrate::server::detail {
namespace {

TEST_CASE("a complete pid file gives process and socket directory and readiness", "[server]") {
  const auto file = parse_pid_file("4711\n/srv/data\n1700000000\n5432\n/srv/socket\n\n 12345 7\nready   \n");
  REQUIRE(file);
  CHECK(file->pid == 4711);
  CHECK(file->socket_directory == "/srv/socket");
  CHECK(file->ready);
}

TEST_CASE("a server that is starting or stopping is not ready", "[server]") {
  CHECK_FALSE(parse_pid_file("4711\n/d\n1\n5432\n/s\n\n 1 2\nstarting\n")->ready);
  CHECK_FALSE(parse_pid_file("4711\n/d\n1\n5432\n/s\n\n 1 2\nstopping\n")->ready);
}

TEST_CASE("a pid file that is still being written has a process and nothing more", "[server]") {
  const auto file = parse_pid_file("4711\n/d\n");
  REQUIRE(file);
  CHECK(file->socket_directory.empty());
  CHECK_FALSE(file->ready);
}

TEST_CASE("text that names no process is no pid file", "[server]") {
  for (const char* text : {"", "\n", "postgres\n", "12x\n", "-5\n", "0\n", "1\n", "99999999999999999999\n"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_pid_file(text));
  }
}

TEST_CASE("a pid file that names this very test is left over from a server that is gone", "[server]") {
  const test::TempDir directory;
  directory.write("data/postmaster.pid", std::to_string(::getpid()) + "\n/d\n1\n5432\n/s\n\n 1 2\nready\n");
  CHECK_FALSE(running_server(directory.path() / "data"));
}

TEST_CASE("this process is alive and a number that no process has is not", "[server]") {
  CHECK(is_alive(::getpid()));
  CHECK_FALSE(is_alive(0x3fffffff));
}

TEST_CASE("a process that ended and was not waited for is not alive", "[server]") {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  for (int tries = 0; tries < 1000 && is_alive(child); ++tries) ::usleep(1000);
  CHECK_FALSE(is_alive(child));
  ::waitpid(child, nullptr, 0);
}

}  // namespace
}  // namespace migrate::server::detail
