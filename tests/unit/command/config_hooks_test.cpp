#include <catch2/catch.hpp>

#include "unit/command/config_folder.hpp"

using namespace migrate;
using Catch::Contains;
using test::ConfigFolder;
using test::fault_of;

namespace {

std::string hook_fault(const std::string& lines) {
  return fault_of("[[alembic.on_version_apply]]\n" + lines + "\n");
}

}  // namespace

TEST_CASE("version hooks are read in their order, with paths and places", "[config][hooks]") {
  const ConfigFolder folder(
      "[alembic]\n[[alembic.on_version_apply]]\nsql = \"SELECT :'heads'\"\n\n[[alembic.on_version_apply]]\n"
      "command = [\"./tell\", \"{revision}\", \"{print $1}\"]\ncwd = \"tools\"\n");
  const auto config = folder.load();
  REQUIRE(config.on_version_apply.size() == 2);
  CHECK(config.on_version_apply[0].sql == "SELECT :'heads'");
  CHECK(config.on_version_apply[0].command.empty());
  CHECK(config.on_version_apply[0].origin == "alembic.toml:2");
  CHECK(config.on_version_apply[1].sql.empty());
  CHECK(config.on_version_apply[1].command == std::vector<std::string>{"./tell", "{revision}", "{print $1}"});
  CHECK(config.on_version_apply[1].working_directory == folder.directory().path() / "tools");
  CHECK(config.on_version_apply[1].origin == "alembic.toml:5");
}

TEST_CASE("a version hook is either SQL or a command", "[config][hooks]") {
  CHECK_THAT(hook_fault(""),
             Contains("alembic.toml:1:1: alembic.on_version_apply needs the key sql or the key command"));
  CHECK_THAT(hook_fault("sql = \"SELECT 1\"\ncommand = [\"x\"]"),
             Contains("alembic.toml:3:") && Contains("has both sql and command") && Contains("two hooks"));
  CHECK_THAT(hook_fault("sql = \"SELECT 1\"\ncwd = \".\""), Contains("alembic.toml:3:") && Contains("no command"));
  CHECK_THAT(fault_of("[[alembic.on_version_apply]]\nsql = \"SELECT 1\"\n[[alembic.on_version_apply]]\ncwd = \".\"\n"),
             Contains("alembic.toml:3:1: alembic.on_version_apply needs"));
  CHECK_THAT(hook_fault("command = []"), Contains("must not be empty"));
  CHECK_THAT(hook_fault("sqll = \"SELECT 1\""), Contains("did you mean sql?"));
  CHECK_THAT(fault_of("[alembic.on_version_apply]\nsql = \"SELECT 1\"\n"), Contains("[[alembic.on_version_apply]]"));
}

TEST_CASE("SQL that cannot run inside a step is refused with its place", "[config][hooks]") {
  const auto sql = [](std::string_view text) { return hook_fault("sql = \"" + std::string(text) + "\""); };
  CHECK_THAT(
      sql("SELECT :'revison'"),
      Contains("alembic.toml:2:7: alembic.on_version_apply.sql: unknown name :'revison'; did you mean :'revision'?"));
  CHECK_THAT(sql("SELECT :'zzzzzzzz'"), Contains("Known here: :'revision', :'direction', :'heads', :'title'."));
  CHECK_THAT(sql(""), Contains("no statement"));
  CHECK_THAT(sql("-- nothing"), Contains("no statement"));
  CHECK_THAT(sql("SELECT 'open"), Contains("on_version_apply.sql"));
  CHECK_THAT(sql("INSERT INTO a VALUES (1); COMMIT"), Contains("COMMIT cannot run here"));
  CHECK_THAT(sql("VACUUM"), Contains("VACUUM cannot run here"));
  CHECK_THAT(sql("COPY a FROM stdin;\\n1\\n\\\\.\\n"), Contains("COPY with data"));
  CHECK(sql("SELECT ':''revison''', $$ :'nobody' $$, '5'::text; -- :'nobody'").empty());
}

TEST_CASE("a slip in a command's name is refused, other braces are the program's", "[config][hooks]") {
  CHECK_THAT(hook_fault("command = [\"x\", \"{revison}\"]"),
             Contains("alembic.toml:2:") && Contains("did you mean {revision}?"));
  CHECK(hook_fault("command = [\"awk\", \"{print}\", \"{\", \"}{\"]").empty());
}

TEST_CASE("a file template with folders needs the recursive search", "[config]") {
  const std::string with_folder = "[alembic]\nfile_template = \"{year}/{rev}\"\n";
  CHECK_THAT(fault_of(with_folder),
             Contains("alembic.toml:2:17: file_template \"{year}/{rev}\" puts new files into folders") &&
                 Contains("recursive_version_locations = true"));
  CHECK(fault_of(with_folder + "recursive_version_locations = true\n").empty());
}
