#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <set>

#include "migrate/base/files.hpp"
#include "migrate/base/text.hpp"
#include "migrate/engine/connection_config.hpp"

using namespace migrate;
namespace fs = std::filesystem;

namespace {

const fs::path k_source = MIGRATE_SOURCE_DIR;

std::string page() {
  return base::read_file(k_source / "docs" / "engine.md");
}

/// The sources below a folder in one text.
std::string sources(const fs::path& folder) {
  std::string text;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const auto ending = entry.path().extension();
    if (ending == ".cpp" || ending == ".hpp") text += base::read_file(entry.path());
  }
  return text;
}

std::vector<std::string> names_in(std::string_view text) {
  std::vector<std::string> names;
  const auto pieces = base::split(text, '"');
  for (std::size_t n = 1; n < pieces.size(); n += 2) names.emplace_back(pieces[n]);
  return names;
}

/// The lines of the page that begin with `start`.
std::vector<std::string> rows_of(const std::string& text, const std::string& start) {
  std::vector<std::string> rows;
  for (const auto line : base::split(text, '\n')) {
    if (line.starts_with(start)) rows.emplace_back(line);
  }
  return rows;
}

}  // namespace

TEST_CASE("the page of the engine shows each requirement with tests that exist", "[engine][documents]") {
  const std::string tests = sources(k_source / "tests");
  const auto rows = rows_of(page(), "| R");
  REQUIRE(rows.size() == 57);
  for (std::size_t n = 0; n < rows.size(); ++n) {
    CAPTURE(rows[n]);
    CHECK(rows[n].starts_with(fmt::format("| R{} | ", n + 1)));
    const auto names = names_in(rows[n]);
    CHECK_FALSE(names.empty());
    for (const auto& name : names) {
      CAPTURE(name);
      const bool there = tests.find(fmt::format("TEST_CASE(\"{}\"", name)) != std::string::npos;
      CHECK(there);
    }
  }
}

TEST_CASE("the page of the engine tells the defaults that are", "[engine][documents]") {
  const engine::PoolOptions pool;
  const engine::ConnectionParts parts;
  const auto seconds = [](auto time) {
    return fmt::format("{}s", std::chrono::duration_cast<std::chrono::seconds>(time).count());
  };
  const std::vector<std::pair<std::string, std::string>> defaults = {
      {"pool_size", std::to_string(pool.pool_size)},
      {"max_overflow", std::to_string(pool.max_overflow)},
      {"pool_timeout", seconds(pool.pool_timeout)},
      {"pool_pre_ping", pool.pool_pre_ping ? "true" : "false"},
      {"pool_recycle", pool.pool_recycle == std::chrono::hours(1) ? "1h" : seconds(pool.pool_recycle)},
      {"ping_after_idle", seconds(pool.ping_after_idle)},
      {"ping_timeout", seconds(pool.ping_timeout)},
      {"lifo", pool.lifo ? "true" : "false"},
      {"max_waiters", std::to_string(pool.max_waiters)},
      {"max_connecting", std::to_string(pool.max_connecting)},
      {"reset", pool.reset == engine::ResetPolicy::rollback ? "rollback" : "another"},
      {"overflow_linger", seconds(pool.overflow_linger)},
      {"idle_timeout", std::to_string(pool.idle_timeout.count())},
      {"min_idle", std::to_string(pool.min_idle)},
      {"keepalive", std::to_string(pool.keepalive.count())},
      {"leak_threshold", seconds(pool.leak_threshold)},
      {"background_connect", pool.background_connect ? "true" : "false"},
      {"connect_timeout", seconds(parts.connect_timeout)},
      {"command_timeout", seconds(parts.command_timeout)},
      {"connect_retries", std::to_string(parts.retry.retries)},
  };
  const std::string text = page();
  for (const auto& [name, value] : defaults) {
    CAPTURE(name, value);
    CHECK(rows_of(text, fmt::format("| `{}` | `{}` |", name, value)).size() == 1);
  }
}

TEST_CASE("the page of the engine names the events that are", "[engine][documents]") {
  const std::string code = sources(k_source / "src" / "migrate" / "engine");
  const std::string text = page();
  const auto row_of = [&](const std::string& name) { return rows_of(text, fmt::format("| `{}` | ", name)); };
  std::set<std::string> found;
  for (const std::string kind : {"\"pool.", "\"connect.", "\"connection.", "\"engine."}) {
    for (auto at = code.find(kind); at != std::string::npos; at = code.find(kind, at + 1)) {
      found.insert(code.substr(at + 1, code.find('"', at + 1) - at - 1));
    }
  }
  CHECK(found.size() >= 10);
  for (const auto& name : found) {
    CAPTURE(name);
    CHECK(row_of(name).size() == 1);
  }
  for (const auto& row : rows_of(text, "| `pool.")) {
    CAPTURE(row);
    CHECK(found.count(row.substr(3, row.find('`', 3) - 3)) == 1);
  }
}
