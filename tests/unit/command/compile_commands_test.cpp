#include "migrate/command/compile_commands.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace migrate;
using nlohmann::json;

TEST_CASE("a compilation database keeps every character of paths and flags", "[cpp][editors]") {
  const std::vector<command::CompileCommand> commands{
      {"/home/a \"b\"", "/home/a \"b\"/versions/ü.cpp", {"c++", "-DNAME=\"a\\b\"", "line\nbreak\ttab", "\x01"}},
      {"/x", "/x/y.cpp", {}},
  };
  const auto text = command::compile_commands_text(commands);
  const auto read = json::parse(text);
  REQUIRE(read.size() == 2);
  CHECK(read[0]["directory"] == commands[0].directory);
  CHECK(read[0]["file"] == commands[0].file);
  CHECK(read[0]["arguments"].get<std::vector<std::string>>() == commands[0].arguments);
  CHECK(read[1]["arguments"].empty());
  CHECK(std::ranges::count(text, '\n') == 4);  // an entry a line: differences can be read
  CHECK(json::parse(command::compile_commands_text({})).empty());
}
