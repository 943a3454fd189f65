#include "migrate/cli/plan_file.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "migrate/base/files.hpp"

namespace migrate::cli {
namespace {

using nlohmann::json;

/// What is missing or of a wrong kind in the document.
struct Fault {
  std::string where;
};

const json& field(const json& object, const char* name) {
  if (!object.is_object() || !object.contains(name)) throw Fault{fmt::format("\"{}\" is missing", name)};
  return object[name];
}

template <class T>
T value(const json& object, const char* name) {
  try {
    return field(object, name).get<T>();
  } catch (const json::exception&) {
    throw Fault{fmt::format("\"{}\" is not what it should be", name)};
  }
}

/// Null for "".
std::string text_or_null(const json& object, const char* name) {
  return field(object, name).is_null() ? std::string() : value<std::string>(object, name);
}

script::Direction direction_in(const json& object) {
  const auto word = value<std::string>(object, "direction");
  if (word == "upgrade") return script::Direction::upgrade;
  if (word == "downgrade") return script::Direction::downgrade;
  throw Fault{fmt::format("\"direction\" is \"{}\"", word)};
}

const json& list(const json& object, const char* name) {
  const auto& found = field(object, name);
  if (!found.is_array()) throw Fault{fmt::format("\"{}\" is no list", name)};
  return found;
}

command::PlannedStatement statement_in(const json& object) {
  command::PlannedStatement statement;
  statement.file = value<std::string>(object, "file");
  if (!field(object, "line").is_null()) statement.line = value<std::size_t>(object, "line");
  if (!field(object, "column").is_null()) statement.column = value<std::size_t>(object, "column");
  statement.sql = value<std::string>(object, "sql");
  statement.copy_bytes = value<std::size_t>(object, "copy_bytes");
  if (!field(object, "transaction").is_null()) statement.transaction = value<std::size_t>(object, "transaction");
  return statement;
}

command::PlannedStep step_in(const json& object) {
  command::PlannedStep step;
  step.step.direction = direction_in(object);
  step.step.revision = value<std::string>(object, "revision");
  step.step.from = value<std::vector<std::string>>(object, "from");
  step.step.to = value<std::vector<std::string>>(object, "to");
  step.step.rows_after = value<std::vector<std::string>>(object, "rows_after");
  for (const auto& change : list(object, "row_changes")) {
    step.step.rows.push_back({text_or_null(change, "from"), text_or_null(change, "to")});
  }
  step.path = value<std::string>(object, "path");
  step.checksum = text_or_null(object, "checksum");
  step.rows_transaction = value<std::size_t>(object, "rows_transaction");
  for (const auto& statement : list(object, "statements")) step.statements.push_back(statement_in(statement));
  return step;
}

command::Plan plan_in(const json& document) {
  command::Plan plan;
  plan.direction = direction_in(document);
  plan.target = value<std::string>(document, "target");
  plan.rows_before = value<std::vector<std::string>>(document, "rows_before");
  plan.rows_after = value<std::vector<std::string>>(document, "rows_after");
  plan.transaction_per_migration = value<bool>(document, "transaction_per_migration");
  for (const auto& step : list(document, "steps")) plan.steps.push_back(step_in(step));
  return plan;
}

}  // namespace

command::Plan parse_plan(std::string_view text, std::string_view name) {
  constexpr const char* k_hint = "Nothing was run. `migrate plan --json > FILE` writes one.";
  const auto document = json::parse(text, nullptr, false);
  try {
    if (document.is_discarded()) throw Fault{"it is not JSON"};
    const auto version = value<int>(document, "version");
    if (version != k_plan_version) {
      throw command::UsageError(fmt::format("{}: this is a plan of version {}, and this migrate reads version {}", name,
                                            version, k_plan_version),
                                "Nothing was run. Make the plan with the migrate that is to apply it.");
    }
    return plan_in(document);
  } catch (const Fault& fault) {
    throw command::UsageError(fmt::format("{}: this is not a plan: {}", name, fault.where), k_hint);
  }
}

command::Plan read_plan(const std::filesystem::path& file, script::Direction direction) {
  auto plan = parse_plan(base::read_file(file), file.string());
  if (plan.direction == direction) return plan;
  const auto verb = to_string(plan.direction);
  throw command::UsageError(fmt::format("{}: this is a plan to {}", file.string(), verb),
                            fmt::format("Nothing was run. `migrate {} --plan {}` applies it.", verb, file.string()));
}

}  // namespace migrate::cli
