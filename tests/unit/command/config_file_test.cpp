#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "unit/command/config_folder.hpp"

using namespace migrate;
using Catch::Contains;
using Catch::StartsWith;
using test::ConfigFolder;
namespace fs = std::filesystem;

TEST_CASE("the nearest alembic.toml above the working directory is found", "[config][file]") {
  ConfigFolder folder;
  folder.directory().write("a/b/c/keep", "");
  folder.options.working_directory /= "a/b/c";
  CHECK(folder.load().file == folder.directory().path() / "alembic.toml");
  CHECK(folder.load().version_locations.at(0) == folder.directory().path() / "versions");
  folder.directory().write("a/alembic.toml", "[alembic]\n");
  CHECK(folder.load().file == folder.directory().path() / "a/alembic.toml");
}

TEST_CASE("messages call the file as it is seen from the working directory", "[config][file]") {
  ConfigFolder folder("[alembic]\nx = 1\n");
  folder.directory().write("a/keep", "");
  folder.options.working_directory /= "a";
  CHECK_THAT(folder.fault(), StartsWith("../alembic.toml:2:1: "));
}

TEST_CASE("option -c goes before $ALEMBIC_CONFIG, and that before the search", "[config][file]") {
  ConfigFolder folder("[alembic]\nversion_table = \"searched\"\n");
  folder.directory().write("variable.toml", "[alembic]\nversion_table = \"variable\"\n");
  folder.directory().write("sub/option.toml", "[alembic]\nversion_table = \"option\"\n");
  folder.environment = {{"ALEMBIC_CONFIG", ""}};
  CHECK(folder.load().version_table == "searched");
  folder.environment = {{"ALEMBIC_CONFIG", "variable.toml"}};
  CHECK(folder.load().version_table == "variable");
  CHECK_THAT(folder.setting("config_file"), Contains("variable.toml < $ALEMBIC_CONFIG"));
  folder.options.config_file = "sub/option.toml";
  CHECK(folder.load().version_table == "option");
  CHECK(folder.load().version_locations.at(0) == folder.directory().path() / "sub/versions");
  CHECK_THAT(folder.setting("config_file"), Contains("option.toml < -c"));
  CHECK(folder.setting("version_table") == "option < sub/option.toml:2");
}

TEST_CASE("no configuration at all says where it was looked for and what to do", "[config][file]") {
  test::TempDir empty;
  empty.write("a/keep", "");
  command::GlobalOptions options;
  options.working_directory = empty.path() / "a";
  const auto environment = base::fixed_environment({});
  CHECK_THROWS_WITH(command::find_config_file(options, environment),
                    Contains("no alembic.toml in " + (empty.path() / "a").string()) && Contains("directory above"));
  try {
    (void)command::find_config_file(options, environment);
  } catch (const command::ConfigError& error) {
    CHECK_THAT(error.hint(), Contains("migrate init") && Contains("-c FILE") && !Contains("alembic.ini"));
  }
  empty.write("a/alembic.ini", "[alembic]\n");
  try {
    (void)command::find_config_file(options, environment);
  } catch (const command::ConfigError& error) {
    CHECK_THAT(error.hint(), Contains("alembic.ini"));
  }
}

TEST_CASE("a named file that is not there says who named it", "[config][file]") {
  ConfigFolder folder;
  folder.options.config_file = "nope.toml";
  CHECK_THAT(folder.fault(), StartsWith("-c: there is no file ") && Contains("nope.toml"));
  folder.options.config_file = "";
  CHECK_THAT(folder.fault(), Contains("-c: the file name is empty"));
  folder.options.config_file.reset();
  folder.environment = {{"ALEMBIC_CONFIG", "/no/such/file"}};
  CHECK_THAT(folder.fault(), StartsWith("$ALEMBIC_CONFIG: there is no file /no/such/file"));
}

TEST_CASE("a directory instead of the file is told apart", "[config][file]") {
  ConfigFolder folder;
  folder.directory().write("sub/keep", "");
  folder.options.config_file = "sub";
  CHECK_THAT(folder.fault(), Contains("sub: this is a directory") && !Contains("Did you mean"));
  folder.directory().write("sub/alembic.toml", "");
  CHECK_THAT(folder.fault(), Contains("Did you mean sub/alembic.toml?"));

  test::TempDir other;
  fs::create_directory(other.path() / "alembic.toml");
  folder.options.config_file.reset();
  folder.options.working_directory = other.path();
  CHECK_THAT(folder.fault(), StartsWith("alembic.toml: this is a directory"));
}

TEST_CASE("a dangling link and a loop of links are reported, not passed over", "[config][file]") {
  ConfigFolder folder;
  const auto file = folder.directory().path() / "alembic.toml";
  fs::remove(file);
  fs::create_symlink("nowhere", file);
  CHECK_THAT(folder.fault(), StartsWith("alembic.toml: cannot read "));
  fs::remove(file);
  fs::create_symlink("alembic.toml", file);
  CHECK_THAT(folder.fault(), StartsWith("alembic.toml: cannot read "));
}

TEST_CASE("an unreadable file is reported with the system's reason", "[config][file]") {
  if (::geteuid() == 0) {
    // root reads everything: a descriptor that cannot be read stands in.
    ConfigFolder folder;
    folder.options.config_file = "/proc/self/mem";
    CHECK_THAT(folder.fault(), Contains("cannot read /proc/self/mem"));
    return;
  }
  ConfigFolder folder;
  fs::permissions(folder.directory().path() / "alembic.toml", fs::perms::none);
  CHECK_THAT(folder.fault(), Contains("cannot read") && Contains("Permission denied"));
}

TEST_CASE("an endless file is not read to its end", "[config][file]") {
  ConfigFolder folder;
  folder.options.config_file = "/dev/zero";
  CHECK_THAT(folder.fault(), Contains("larger than 1 MiB"));
}

TEST_CASE("a link to the file counts from where the link stands", "[config][file]") {
  ConfigFolder folder;
  folder.directory().write("real/shared.toml", "[alembic]\n");
  fs::remove(folder.directory().path() / "alembic.toml");
  fs::create_symlink("real/shared.toml", folder.directory().path() / "alembic.toml");
  CHECK(folder.load().directory == folder.directory().path());
}
