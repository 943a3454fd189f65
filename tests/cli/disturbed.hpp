#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "support/project.hpp"

namespace migrate::test {

/// A number that the environment gives, else `otherwise`.
int from_environment(const char* name, int otherwise);

/// Where a history is run: a project, its database, and the way that the disturbed runs take to it.
struct Place {
  Project project;
  engine::Url database{project.database().url()};  ///< for the test itself
  engine::Url by{database};                        ///< for the runs

  /// First field of the first row, as TempDatabase::query.
  [[nodiscard]] std::string query(const std::string& sql) const;
};

/// A history: adds its revisions to the project; how many.
using History = std::function<int(const Project&)>;

/// What a run leaves that nobody disturbs, and how long it takes.
struct Undisturbed {
  std::string dump;
  std::chrono::milliseconds time{};
};
/// Compiles what there is to compile first.
Undisturbed run_undisturbed(const History& history);

/// How runs are disturbed, and what is asked of them.
struct Disturbances {
  int count = 0;
  unsigned seed = 0;
  /// Called with a run in its midst, again and again while it runs on.
  std::function<void(Place&, BackgroundMigrate&, std::mt19937&)> disturb;
  std::vector<int> may_exit;
  std::function<std::unique_ptr<Place>()> place = [] { return std::make_unique<Place>(); };
};

/// Runs the history again and again, disturbing its runs until they were disturbed so often; each time it must end as
/// the undisturbed one, with no step taken twice and no invalid index. A run that fails must say where the database
/// stands, if it says so, as it is.
void run_disturbed(const History& history, const Undisturbed& undisturbed, const Disturbances& disturbances);

}  // namespace migrate::test
