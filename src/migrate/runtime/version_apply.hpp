#pragma once
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "migrate/runtime/hook_sql.hpp"

namespace migrate::runtime {

/// Something to do whenever the version table moved: SQL inside the step's transaction, or a program after its commit.
/// One of the two is empty.
struct VersionApplyHook {
  std::string sql{};                   ///< with :'revision', :'direction', :'heads', :'title'
  std::vector<std::string> command{};  ///< with {revision}, {direction}, {heads}, {title}
  std::filesystem::path working_directory{};
  std::string origin{};  ///< where it is written: "alembic.toml:12"
};

/// The hooks of a run, in their order. Not changed once made.
class VersionApplyHooks {
 public:
  VersionApplyHooks() = default;
  /// Throws base::Error as HookSql does.
  explicit VersionApplyHooks(std::vector<VersionApplyHook> hooks);

  [[nodiscard]] bool has_sql() const noexcept { return !sql_.empty(); }

  struct Statement {
    std::string sql;
    std::string origin;
  };
  /// What to run after the step's row change, before its COMMIT.
  [[nodiscard]] std::vector<Statement> statements(const PreparedStep& step) const;

  /// Runs the programs for a step that is committed; `on_output` gets what each of them prints. The values are also in
  /// $MIGRATE_REVISION, $MIGRATE_DIRECTION, $MIGRATE_HEADS and $MIGRATE_TITLE. Throws StepError for the first one that
  /// fails; `rows` is where the database stands.
  void run_commands(const PreparedStep& step, const std::vector<std::string>& rows,
                    const std::function<void(const std::string&)>& on_output) const;

 private:
  struct Sql {
    HookSql sql;
    std::string origin;
  };
  std::vector<Sql> sql_;
  std::vector<VersionApplyHook> commands_;
};

/// `word` of a command with {revision} and the like replaced; other braces stay as they are.
std::string with_hook_values(std::string_view word, const HookValues& values);

}  // namespace migrate::runtime
