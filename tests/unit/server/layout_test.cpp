#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "migrate/server/detail/layout.hpp"
#include "migrate/server/private_server.hpp"
#include "support/temp_dir.hpp"

namespace migrate::server::detail {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;

/// A layout whose socket directory may be played with.
Layout with_socket(const test::TempDir& directory) {
  Layout layout = layout_of(directory.path());
  layout.account = {::geteuid(), ::getegid(), "me", true};
  layout.socket = directory.path() / "s";
  return layout;
}

TEST_CASE("a socket directory may be just as long as the system's address allows", "[server]") {
  // 107 characters and the closing zero fit; "/.s.PGSQL.5432" takes 14 of them.
  CHECK(is_usable_for_socket("/" + std::string(92, 'd')));
  CHECK_FALSE(is_usable_for_socket("/" + std::string(93, 'd')));
}

TEST_CASE("a comma in the path is no good for a socket because libpq separates hosts with it", "[server]") {
  CHECK(is_usable_for_socket("/home/jane doe/app"));
  CHECK_FALSE(is_usable_for_socket("/home/doe, jane/app"));
}

TEST_CASE("a directory with a short path keeps its socket inside", "[server]") {
  const test::TempDir directory;
  const auto layout = layout_of(directory.path() / "pg");
  CHECK(layout.socket == fs::canonical(directory.path()) / "pg" / "socket");
  CHECK_FALSE(layout.data_exists);
}

TEST_CASE("a long path gets a short socket directory that depends on nothing but the path", "[server]") {
  const test::TempDir directory;
  const fs::path one = directory.path() / std::string(120, 'a');
  const fs::path two = directory.path() / std::string(120, 'b');
  const auto socket = layout_of(one).socket;
  CHECK(is_usable_for_socket(socket));
  CHECK(layout_of(one / ".." / one.filename() / "").socket == socket);
  CHECK(layout_of(two).socket != socket);
}

TEST_CASE("a symbolic link and what it points to are one server", "[server]") {
  const test::TempDir directory;
  fs::create_directory(directory.path() / "real");
  fs::create_directory_symlink(directory.path() / "real", directory.path() / "link");
  CHECK(layout_of(directory.path() / "link").data == layout_of(directory.path() / "real").data);
}

TEST_CASE("the hash of a path is the same in every build", "[server]") {
  CHECK(stable_hash("") == 0xcbf29ce484222325ULL);
  CHECK(stable_hash("a") == 0xaf63dc4c8601ec8cULL);
}

TEST_CASE("the socket directory is closed to others even when it was open before", "[server]") {
  const test::TempDir directory;
  const auto layout = with_socket(directory);
  fs::create_directory(layout.socket);
  fs::permissions(layout.socket, fs::perms::all);
  secure_socket_directory(layout);
  CHECK(fs::status(layout.socket).permissions() == fs::perms::owner_all);
}

TEST_CASE("a symbolic link in place of the socket directory is refused", "[server]") {
  const test::TempDir directory;
  const auto layout = with_socket(directory);
  fs::create_directory(directory.path() / "elsewhere");
  fs::create_directory_symlink(directory.path() / "elsewhere", layout.socket);
  CHECK_THROWS_WITH(secure_socket_directory(layout), Contains("not a directory") && Contains(layout.socket.string()));
}

TEST_CASE("a socket directory of somebody else is refused", "[server]") {
  const test::TempDir directory;
  auto layout = with_socket(directory);
  fs::create_directory(layout.socket);
  if (::geteuid() == 0) {
    REQUIRE(::chown(layout.socket.c_str(), 12345, 12345) == 0);
  } else {
    layout.account.user = 12345;
    layout.socket = "/";
  }
  CHECK_THROWS_AS(secure_socket_directory(layout), ServerError);
}

TEST_CASE("a directory that is really a file gets an error that names it", "[server]") {
  const test::TempDir directory;
  const auto file = directory.write("pg", "no directory");
  CHECK_THROWS_WITH(make_directory(layout_of(file)), Contains(file.string()));
  CHECK_THROWS_WITH(make_directory(layout_of(file / "deeper")), Contains(file.string()));
}

TEST_CASE("a new directory keeps itself out of version control and an old one is left as it is", "[server]") {
  const test::TempDir directory;
  make_directory(layout_of(directory.path() / "a" / "b"));
  CHECK(directory.read("a/b/.gitignore") == "*\n");
  fs::create_directory(directory.path() / "old");
  make_directory(layout_of(directory.path() / "old"));
  CHECK(fs::is_empty(directory.path() / "old"));
}

}  // namespace
}  // namespace migrate::server::detail
