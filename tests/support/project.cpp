#include "support/project.hpp"

#include <fmt/format.h>

namespace migrate::test {

namespace fs = std::filesystem;

Project::Project(std::string_view settings) {
  directory_.write("alembic.toml", fmt::format("[alembic]\nengine.url = \"{}\"\n{}\n", database_.uri(), settings));
  fs::create_directory(path() / "versions");
}

fs::path Project::add_revision(std::string_view file_name, std::string_view text) const {
  return directory_.write(fs::path("versions") / file_name, text);
}

fs::path Project::add_sql(std::string_view id, std::string_view down, std::string_view upgrade,
                          std::string_view downgrade) const {
  return add_revision(fmt::format("{}.sql", id),
                      fmt::format("-- revision {0}\n--\n-- revision: {0}\n-- down_revision: {1}\n\n"
                                  "-- migrate:upgrade\n{2}\n\n-- migrate:downgrade\n{3}\n",
                                  id, down, upgrade, downgrade));
}

RunResult Project::run(const std::vector<std::string>& arguments, const Environment& environment) const {
  return run_migrate(arguments, path(), environment);
}

}  // namespace migrate::test
