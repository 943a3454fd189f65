#include <catch2/catch.hpp>
#include <filesystem>

#include "migrate/server/detail/installation.hpp"
#include "migrate/server/private_server.hpp"
#include "support/temp_dir.hpp"

namespace migrate::server {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;

void write_program(const test::TempDir& directory, const fs::path& relative, const std::string& text) {
  fs::permissions(directory.write(relative, "#!/bin/sh\n" + text), fs::perms(0755));
}

TEST_CASE("the major version is what names a data directory", "[server]") {
  CHECK(detail::major_version("15.20") == "15");
  CHECK(detail::major_version("17beta1") == "17");
  CHECK(detail::major_version("18devel") == "18");
  CHECK(detail::major_version("9.6.24") == "9.6");
  CHECK(detail::major_version("") == "");
}

TEST_CASE("the server programs of this machine are found and are really there", "[server]") {
  const fs::path binaries = find_binaries();
  CHECK(fs::exists(binaries / "postgres"));
  CHECK(fs::exists(binaries / "initdb"));
  CHECK_FALSE(fs::is_symlink(binaries / "postgres"));
}

TEST_CASE("a directory of links to the programs leads to the programs", "[server]") {
  const fs::path real = find_binaries();
  const test::TempDir directory;
  for (const char* name : {"initdb", "pg_ctl", "postgres"}) fs::create_symlink(real / name, directory.path() / name);
  CHECK(find_binaries(directory.path()) == real);
}

TEST_CASE("a configured directory without the programs is named in the error", "[server]") {
  const test::TempDir directory;
  CHECK_THROWS_WITH(find_binaries(directory.path()), Contains(directory.path().string()) && Contains("initdb"));
}

TEST_CASE("programs that do not work are refused with what they say", "[server]") {
  const test::TempDir directory;
  for (const char* name : {"initdb", "pg_ctl", "postgres"})
    write_program(directory, name, "echo broken wheel >&2; exit 1\n");
  CHECK_THROWS_WITH(find_binaries(directory.path()), Contains("broken wheel"));
}

TEST_CASE("programs whose share files are missing are refused", "[server]") {
  const test::TempDir directory;
  for (const char* name : {"initdb", "pg_ctl", "postgres"}) {
    write_program(directory, name, "echo VERSION=15.1 >&2; echo POSTGRES_BKI=/nowhere/postgres.bki >&2\n");
  }
  CHECK_THROWS_WITH(find_binaries(directory.path()), Contains("/nowhere/postgres.bki"));
}

TEST_CASE("an installation of the wrong major version is not taken", "[server]") {
  CHECK_THROWS_WITH(detail::find_installation({}, detail::unprivileged_account(), "7.4"),
                    Contains("PostgreSQL 7.4") && Contains("is version"));
}

TEST_CASE("PostgreSQL's programs see no PG variable and no locale of the caller", "[server]") {
  REQUIRE(::setenv("PGDATA", "/somewhere", 1) == 0);
  const auto options = detail::program_options(detail::unprivileged_account());
  ::unsetenv("PGDATA");
  CHECK(std::count(options.unset.begin(), options.unset.end(), "PGDATA") == 1);
  CHECK(options.environment.at("LC_ALL") == "C");
}

}  // namespace
}  // namespace migrate::server
