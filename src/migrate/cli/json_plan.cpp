#include <nlohmann/json.hpp>

#include "migrate/cli/json.hpp"
#include "migrate/cli/plan_file.hpp"

namespace migrate::cli::json {
namespace {

using nlohmann::ordered_json;

/// What does not apply is null.
template <class T>
ordered_json or_null(bool applies, const T& value) {
  return applies ? ordered_json(value) : ordered_json(nullptr);
}

ordered_json transaction(const std::optional<std::size_t>& number) {
  return number ? ordered_json(*number) : ordered_json(nullptr);
}

ordered_json to_json(const command::PlannedStatement& statement) {
  const auto& effect = statement.effect;
  const bool locks = effect.lock != sql::LockMode::none;
  return {{"file", statement.file},
          {"line", or_null(statement.line != 0, statement.line)},
          {"column", or_null(statement.column != 0, statement.column)},
          {"kind", statement.kind},
          {"sql", statement.sql},
          {"copy_bytes", statement.copy_bytes},
          {"transaction", transaction(statement.transaction)},
          {"lock", or_null(locks, std::string(lock_name(effect.lock)))},
          {"on", or_null(!effect.on.empty(), effect.on)},
          {"on_new", statement.on_new},
          {"blocks", std::string(lock_blocks(effect.lock))},
          {"scans", effect.scans},
          {"rewrites", effect.rewrites},
          {"destructive", effect.destructive},
          {"loses", or_null(effect.destructive, effect.loses)},
          {"certain", effect.certain}};
}

ordered_json to_json(const std::vector<script::RowChange>& changes) {
  auto list = ordered_json::array();
  for (const auto& change : changes) {
    list.push_back(
        {{"from", or_null(!change.from.empty(), change.from)}, {"to", or_null(!change.to.empty(), change.to)}});
  }
  return list;
}

ordered_json to_json(const command::PlannedStep& step) {
  auto statements = ordered_json::array();
  bool destructive = false;
  for (const auto& statement : step.statements) {
    statements.push_back(to_json(statement));
    destructive = destructive || statement.effect.destructive;
  }
  return {{"revision", step.step.revision},
          {"direction", std::string(to_string(step.step.direction))},
          {"message", step.title},
          {"path", step.path},
          {"type", step.cpp ? "cpp" : "sql"},
          {"from", step.step.from},
          {"to", step.step.to},
          {"checksum", or_null(!step.checksum.empty(), step.checksum)},
          {"reversible", step.reversible},
          {"destructive", destructive},
          {"questions", step.questions},
          {"statements", std::move(statements)},
          {"row_changes", to_json(step.step.rows)},
          {"rows_transaction", step.rows_transaction},
          {"rows_after", step.step.rows_after}};
}

}  // namespace

std::string plan(const command::Plan& plan) {
  auto steps = ordered_json::array();
  bool destructive = false;
  for (const auto& step : plan.steps) {
    steps.push_back(to_json(step));
    destructive = destructive || steps.back()["destructive"];
  }
  const ordered_json document{
      {"version", k_plan_version},     {"direction", std::string(to_string(plan.direction))},
      {"target", plan.target},         {"rows_before", plan.rows_before},
      {"rows_after", plan.rows_after}, {"transaction_per_migration", plan.transaction_per_migration},
      {"destructive", destructive},    {"steps", std::move(steps)}};
  return document.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace migrate::cli::json
