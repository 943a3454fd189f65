#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "support/run_migrate.hpp"
#include "support/temp_database.hpp"
#include "support/temp_dir.hpp"

namespace migrate::test {

/// A user's project on a database of its own: a directory with alembic.toml (url of the database, plus `settings`) and
/// an empty versions/.
class Project {
 public:
  /// `settings`: further lines of TOML, put after `[alembic]` and its engine.url; they may open tables of their own.
  explicit Project(std::string_view settings = {});

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return directory_.path(); }
  [[nodiscard]] const TempDir& directory() const noexcept { return directory_; }
  [[nodiscard]] TempDatabase& database() noexcept { return database_; }

  /// Writes versions/<file_name>; its full path.
  std::filesystem::path add_revision(std::string_view file_name, std::string_view text) const;
  /// Writes versions/<id>.sql with a header and the two sections. Empty `down`: a base.
  std::filesystem::path add_sql(std::string_view id, std::string_view down, std::string_view upgrade,
                                std::string_view downgrade = "") const;

  /// Runs the built program in the project: project.migrate("upgrade", "head").
  template <typename... Words>
  RunResult migrate(const Words&... words) const {
    return run(std::vector<std::string>{std::string(words)...});
  }
  [[nodiscard]] RunResult run(const std::vector<std::string>& arguments, const Environment& environment = {}) const;

 private:
  TempDatabase database_;
  TempDir directory_;
};

}  // namespace migrate::test
