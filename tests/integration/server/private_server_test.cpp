#include "migrate/server/private_server.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "integration/server/forked.hpp"
#include "integration/server/server_under_test.hpp"
#include "migrate/base/text.hpp"

namespace migrate::test {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;

/// Inodes of the TCP sockets that listen on this machine.
std::vector<std::string> listening_inodes() {
  std::vector<std::string> inodes;
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    if (!fs::exists(table)) continue;
    const std::string text = base::read_file(table);
    for (const auto line : base::split(text, '\n')) {
      const auto fields = base::split_list(line, ' ');
      if (fields.size() > 9 && fields[3] == "0A") inodes.push_back(fields[9]);
    }
  }
  return inodes;
}

/// "socket:[4711]" of every socket the process has open, one a line. Its own user may always look, root not everywhere.
std::string open_sockets(int pid) {
  const std::string process = "/proc/" + std::to_string(pid);
  struct stat owner {};
  if (::stat(process.c_str(), &owner) != 0) return "error";
  if (::geteuid() == 0 && (::setgid(owner.st_gid) != 0 || ::setuid(owner.st_uid) != 0)) return "error";
  std::string sockets;
  for (const auto& entry : fs::directory_iterator(process + "/fd")) {
    std::error_code ignored;
    const auto target = fs::read_symlink(entry.path(), ignored).string();
    if (target.starts_with("socket:[")) sockets += target + "\n";
  }
  return sockets;
}

TEST_CASE("a private server starts and stops and each may be said twice", "[server]") {
  const ServerUnderTest test;
  auto server = test.server();
  CHECK_FALSE(server.status().exists);
  CHECK_NOTHROW(server.stop());

  server.start();
  const auto first = server.status();
  CHECK(first.exists);
  CHECK(first.running);
  CHECK(first.pid > 1);
  CHECK(first.data_directory == fs::canonical(test.directory()) / "data");
  CHECK(test.query("SHOW server_version").starts_with(first.version));
  server.start();
  CHECK(server.status().pid == first.pid);

  server.stop();
  server.stop();
  const auto last = server.status();
  CHECK(last.exists);
  CHECK_FALSE(last.running);
  CHECK(last.pid == 0);
  CHECK(last.version == first.version);
}

TEST_CASE("data survives a restart", "[server]") {
  const ServerUnderTest test("pg", {.durable = true});
  test.server().start();
  test.query("CREATE TABLE kept AS SELECT 42 AS answer");
  test.server().stop();
  test.server().start();
  CHECK(test.query("SELECT answer FROM kept") == "42");
}

TEST_CASE("nobody but its user gets at a private server and it listens on no network", "[server]") {
  const ServerUnderTest test;
  test.server().start();
  const auto status = test.server().status();
  CHECK(fs::status(status.socket_directory).permissions() == fs::perms::owner_all);
  CHECK(fs::status(status.data_directory).permissions() == fs::perms::owner_all);
  CHECK(test.query("SHOW listen_addresses").empty());

  const auto listening = listening_inodes();
  Forked user([&] { return open_sockets(status.pid); });
  const auto sockets = user.answer();
  CHECK_THAT(sockets, Contains("socket:["));
  for (const auto& inode : listening) CHECK_THAT(sockets, !Contains("socket:[" + inode + "]"));
}

TEST_CASE("a private server never runs as root", "[server]") {
  const ServerUnderTest test;
  test.server().start();
  struct stat process {};
  REQUIRE(::stat(("/proc/" + std::to_string(test.server().status().pid)).c_str(), &process) == 0);
  CHECK(process.st_uid != 0);
  struct stat data {};
  REQUIRE(::stat((test.directory() / "data").c_str(), &data) == 0);
  CHECK(data.st_uid == process.st_uid);
}

TEST_CASE("an ordinary user starts and stops a server of their own", "[server]") {
  const ServerUnderTest test;
  give_to_ordinary_user(test.above().path());
  Forked user(
      [&] {
        auto server = test.server();
        server.start();
        const auto answer = query(server.url(), "SELECT 'works'");
        server.stop();
        return answer + (server.status().running ? " and stays" : " and ends");
      },
      Identity::ordinary_user);
  CHECK(user.answer() == "works and ends");
}

TEST_CASE("what root starts in a user's directory stays usable for the user", "[server]") {
  const ServerUnderTest test("project/.migrate/pg");
  fs::create_directory(test.above().path() / "project");
  give_to_ordinary_user(test.above().path() / "project");
  test.server().start();
  test.query("CREATE TABLE made_by_root ()");
  test.server().stop();
  Forked user(
      [&] {
        auto server = test.server();
        server.start();
        const auto answer = query(server.url(), "SELECT count(*) FROM made_by_root");
        server.stop();
        return answer;
      },
      Identity::ordinary_user);
  CHECK(user.answer() == "0");
}

TEST_CASE("a private server works below directories its user may not enter", "[server]") {
  const ServerUnderTest test("closed/pg");
  fs::create_directory(test.above().path() / "closed");
  fs::permissions(test.above().path() / "closed", fs::perms::owner_all);
  test.server().start();
  test.query("CREATE TABLE kept AS SELECT 1 AS one");
  test.query("CHECKPOINT");
  test.query("CREATE DATABASE another");
  test.server().stop();
  test.server().start();
  test.crash();
  test.server().start();
  CHECK(test.query("SELECT one FROM kept") == "1");
}

TEST_CASE("a path too long for a socket is no hindrance", "[server]") {
  const ServerUnderTest test(fs::path(std::string(100, 'x')) / std::string(100, 'y'));
  test.server().start();
  const auto socket = test.server().status().socket_directory;
  CHECK(socket.string().size() < 90);
  CHECK(fs::status(socket).permissions() == fs::perms::owner_all);
  CHECK(test.query("SELECT 1") == "1");
  test.server().stop();
  CHECK_FALSE(fs::exists(socket));
}

TEST_CASE("blanks commas and quotes in the path are no hindrance", "[server]") {
  for (const char* name : {"it's \"my\" project", "doe, jane 50% $HOME \\n"}) {
    CAPTURE(name);
    const ServerUnderTest test(name);
    test.server().start();
    CHECK(test.query("SELECT 1") == "1");
  }
}

TEST_CASE("the configured database is made when it is missing", "[server]") {
  const ServerUnderTest test("pg", {.durable = false, .database = "odd \"name\""});
  test.server().start();
  CHECK(test.query("SELECT current_database()") == "odd \"name\"");
  test.server().start();
  auto options = test.options();
  options.database = "second";
  server::PrivateServer second(options);
  second.start();
  CHECK(query(second.url(), "SELECT current_database()") == "second");
}

TEST_CASE("further settings reach the server", "[server]") {
  const ServerUnderTest test("pg", {.durable = false, .settings = {{"work_mem", "7MB"}}});
  test.server().start();
  CHECK(test.query("SHOW work_mem") == "7MB");
  CHECK(test.query("SHOW fsync") == "off");
}

TEST_CASE("a durable server is durable and speaks UTF-8 and UTC", "[server]") {
  const ServerUnderTest test("pg", {.durable = true});
  test.server().start();
  CHECK(test.query("SHOW fsync") == "on");
  CHECK(test.query("SHOW server_encoding") == "UTF8");
  CHECK(test.query("SHOW TimeZone") == "UTC");
  CHECK(test.query("SELECT current_user") == "postgres");
}

}  // namespace
}  // namespace migrate::test
