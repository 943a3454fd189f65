#pragma once
#include <fmt/format.h>

#include "expect.hpp"
#include "migrate/base/files.hpp"

namespace migrate::test {

namespace fs = std::filesystem;

/// No compiler, nothing at all to be found.
inline const Environment k_nothing_on_path{{"PATH", "/nonexistent"}};

/// A project of two SQL revisions whose database is named by a variable, and the bundle made of it.
struct Bundled {
  explicit Bundled(const std::string& settings = "version_locations = [\"versions\"]") {
    project.directory().write(
        "alembic.toml",
        fmt::format("[alembic]\n{}\n[alembic.engine]\nurl = \"${{DATABASE_URL:-embedded}}\"\n", settings));
    project.add_sql("aaaa", "", "CREATE TABLE accounts (id bigint PRIMARY KEY);", "DROP TABLE accounts;");
    project.add_sql("bbbb", "aaaa", "CREATE TABLE orders (id bigint PRIMARY KEY);", "DROP TABLE orders;");
  }

  RunResult make(std::vector<std::string> words = {}) {
    words.insert(words.begin(), {"bundle", "-o", file().string()});
    return project.run(words);
  }

  [[nodiscard]] fs::path file() const { return elsewhere.path() / "shop-migrate"; }

  /// Runs the bundle in an empty directory.
  [[nodiscard]] RunResult run(const std::vector<std::string>& words,
                              const Environment& environment = k_nothing_on_path) const {
    return run_program(file(), words, empty.path(), environment);
  }

  /// With the project's database.
  [[nodiscard]] RunResult run_there(std::vector<std::string> words) {
    words.insert(words.begin(), {"--url", project.database().uri()});
    return run(words);
  }

  Project project;
  TempDir elsewhere, empty;
};

/// Changes the last place of `from` in a file.
inline void change(const fs::path& file, std::string_view from, std::string_view to) {
  auto bytes = base::read_file(file);
  const auto at = bytes.rfind(from);
  REQUIRE(at != std::string::npos);
  bytes.replace(at, from.size(), to);
  base::replace_file(file, bytes);
}

}  // namespace migrate::test
