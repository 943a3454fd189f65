#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "migrate/base/clock.hpp"
#include "migrate/base/environment.hpp"
#include "migrate/base/log.hpp"
#include "migrate/command/config.hpp"
#include "migrate/engine/connection.hpp"
#include "migrate/engine/engine.hpp"
#include "migrate/runtime/version_table.hpp"
#include "migrate/script/revision_graph.hpp"
#include "migrate/server/private_server.hpp"

namespace migrate::command {

/// The words of a command do not fit together (exit code 2). Nothing was run.
class UsageError : public base::Error {
 public:
  using Error::Error;
};

/// Everything a verb may touch outside its arguments.
struct Context {
  Config config;
  base::Environment environment = base::process_environment();
  base::WallClock clock = base::system_wall_clock();
  base::LogSink log;                                     ///< progress and diagnostics
  std::function<void(const engine::Notice&)> on_notice;  ///< what the server says along the way
  int interrupt_fd = -1;                                 ///< see engine::ConnectionHooks
  /// C++ revisions run in a process of their own, so that one that crashes or never returns harms nobody. False: in
  /// this one, for programs that must not fork.
  bool isolate_revisions = true;
};

/// All revision files of the project, or those of the bundle; these live as long as config.archive.
script::RevisionGraph load_graph(const Context& context);

/// The embedded PostgreSQL of this project; not started by this. Throws ConfigError for a bundle, unless --url asks.
server::PrivateServer embedded_server(const Config& config);

/// How to reach the database; starts the embedded server when that is the one. Throws ConfigError or ServerError.
engine::ConnectionConfig connection_config(const Context& context);

/// The database of a project, connected, with its version table found.
class Database {
 public:
  /// Throws engine::DatabaseConnectionError, VersionTableError …
  explicit Database(const Context& context);

  [[nodiscard]] engine::Connection& connection() { return *lease_; }
  [[nodiscard]] runtime::VersionTable& version_table() { return *table_; }
  [[nodiscard]] const engine::ConnectionConfig& config() const { return engine_->config(); }
  /// Looks for the version table again: another run may have made it since.
  void locate_version_table();
  /// Version rows as they are now, sorted.
  [[nodiscard]] std::vector<std::string> rows();

 private:
  std::string schema_setting_, table_setting_;
  std::unique_ptr<engine::Engine> engine_;
  engine::Lease<engine::Connection> lease_;
  std::optional<runtime::VersionTable> table_;
};

/// Files and database side by side: the files are read while the connection is made. A fault in the files is reported
/// before one of the database.
struct Project {
  script::RevisionGraph graph;
  std::unique_ptr<Database> database;
};
Project open_project(const Context& context);

}  // namespace migrate::command
