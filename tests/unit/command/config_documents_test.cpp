#include <catch2/catch.hpp>

#include "migrate/base/text.hpp"
#include "migrate/command/detail/config_keys.hpp"
#include "migrate/command/detail/slot_writer.hpp"
#include "unit/command/config_folder.hpp"

using namespace migrate;
using Catch::Contains;
using test::ConfigFolder;

namespace {

const std::filesystem::path k_source = MIGRATE_SOURCE_DIR;

/// The text with every line that is a setting in a comment made a setting.
std::string uncommented(std::string_view text) {
  std::string result;
  for (const auto line : base::split(text, '\n')) {
    const auto inner = line.starts_with("# ") ? line.substr(2) : std::string_view();
    const auto word = inner.substr(0, inner.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"));
    const bool setting = inner.starts_with("[[") || (!word.empty() && inner.substr(word.size()).starts_with(" = "));
    result.append(setting ? inner : line).append("\n");
  }
  return result;
}

}  // namespace

TEST_CASE("the settings that this checkout's alembic.toml shows as comments are the defaults", "[config]") {
  const auto text = uncommented(base::read_file(k_source / "alembic.toml"));
  const ConfigFolder shown(text);
  const ConfigFolder silent;
  CHECK(shown.fault().empty());
  for (const auto& key : command::config_keys()) {
    if (key.name == "url" || command::is_repeated(key.table)) continue;
    const auto name = command::dotted(key.table, key.name);
    const auto value = [&](const ConfigFolder& folder) {
      const auto setting = folder.setting(name);
      return setting.substr(0, setting.rfind(" < "));
    };
    CAPTURE(name);
    CHECK(value(shown) == value(silent));
    CHECK_THAT(shown.setting(name), Contains("alembic.toml:"));
  }
}

TEST_CASE("the documentation names every key in the table it belongs to, with its default", "[config]") {
  const auto text = base::read_file(k_source / "docs" / "configuration.md");
  for (const auto& key : command::config_keys()) {
    const auto table = command::dotted("alembic", key.table);
    const bool repeated = command::is_repeated(key.table);
    const auto begin = text.find(repeated ? "## `[[" + table + "]]`" : "## `[" + table + "]`");
    CAPTURE(key.table, key.name);
    REQUIRE(begin != std::string::npos);
    const auto section = text.substr(begin, text.find("\n## ", begin + 1) - begin);
    const auto row = section.find("\n| `" + std::string(key.name) + "` |");
    REQUIRE(row != std::string::npos);
    if (repeated) continue;
    command::FileSettings defaults;
    const auto slot = key.slot(defaults);
    std::string shown = command::show(slot);
    if (std::holds_alternative<std::string*>(slot)) shown = "\"" + shown + "\"";
    CHECK(section.substr(row + 1).starts_with("| `" + std::string(key.name) + "` | `" + shown + "` |"));
  }
}
