#include "plan_oracle.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/base/process.hpp"
#include "migrate/catalog/read_model.hpp"
#include "migrate/engine/sql_error.hpp"
#include "migrate/server/private_server.hpp"

namespace migrate::test {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

/// One entry of the dump; columns of a table stand in no order that a migration could keep.
std::string normal_entry(std::vector<std::string> lines) {
  const bool columns = std::ranges::any_of(lines, [](const std::string& line) {
    const bool table = line.starts_with("CREATE TABLE") || line.starts_with("CREATE UNLOGGED TABLE") ||
                       line.starts_with("CREATE FOREIGN TABLE");
    return table || (line.starts_with("CREATE TYPE") && line.ends_with("AS ("));
  });
  if (columns) {
    for (auto& line : lines) {
      if (line.ends_with(',')) line.pop_back();
    }
    std::ranges::sort(lines);
  }
  std::string text;
  for (const auto& line : lines) {
    if (!line.empty()) text += line + "\n";
  }
  return text;
}

std::string differences(const std::string& have, const std::string& want) {
  auto left = lines_of(have);
  auto right = lines_of(want);
  std::ranges::sort(left);
  std::ranges::sort(right);
  std::vector<std::string> only_left, only_right;
  std::ranges::set_difference(left, right, std::back_inserter(only_left));
  std::ranges::set_difference(right, left, std::back_inserter(only_right));
  return fmt::format("  have: {}\n  want: {}\n", fmt::join(only_left, "\n        "),
                     fmt::join(only_right, "\n        "));
}

std::string listed(const std::vector<schema::Change>& changes) {
  std::string text;
  for (const auto& change : changes) {
    text += fmt::format("  {} {}", schema::kind_name(change.kind), schema::describe(change.to));
    for (const auto& attribute : change.attributes) {
      text += fmt::format(" [{}: {} -> {}]", attribute.name, fmt::join(attribute.from, " | "),
                          fmt::join(attribute.to, " | "));
    }
    text += '\n';
  }
  return text;
}

/// Executes the plan from `database` to the wanted model; what is wrong afterwards.
std::string fault_of_move(const TempDatabase& database, const schema::Model& wanted, const std::string& wanted_dump,
                          const schema::PlanOptions& options) {
  const auto plan = schema::plan(model_of(database), wanted, options);
  const auto told = [&](const std::string& what) {
    return fmt::format("{}\nplan:\n{}\nchanges:\n{}", what, schema::to_script(plan.groups), listed(plan.changes));
  };
  try {
    execute(database, plan);
  } catch (const base::Error& error) {
    return told(fmt::format("the plan fails: {}\n", error.what()));
  }
  const auto dump = schema_of(database);
  if (dump != wanted_dump) return told("pg_dump differs:\n" + differences(dump, wanted_dump));
  const auto left = schema::diff(model_of(database), wanted);
  return left.changes.empty() ? std::string() : told("differences are left:\n" + listed(left.changes));
}

}  // namespace

schema::Model model_of(const TempDatabase& database) {
  auto connection = database.connect();
  catalog::ReadOptions options;
  options.acl = true;
  options.foreign = true;
  return catalog::read_model(connection, options);
}

std::string schema_of(const TempDatabase& database) {
  const auto pg_dump = (server::find_binaries() / "pg_dump").string();
  const auto result = base::run_process({pg_dump, "--schema-only", "--dbname", database.uri()});
  if (result.exit_code != 0) throw base::Error("pg_dump: " + result.errors);
  std::vector<std::string> entries;
  std::vector<std::string> entry;
  for (const auto& line : lines_of(result.output)) {
    if (line.starts_with("-- Name: ")) {
      entries.push_back(normal_entry(std::move(entry)));
      entry.clear();
    }
    const bool noise = line.starts_with("--") || line.starts_with("\\") || line.starts_with("SET default_");
    if (!noise) entry.push_back(line);
  }
  entries.push_back(normal_entry(std::move(entry)));
  std::ranges::sort(entries);
  return fmt::format("{}", fmt::join(entries, ""));
}

void execute(const TempDatabase& database, const schema::Plan& plan) {
  for (const auto& group : plan.groups) {
    auto connection = database.connect();
    if (group.transactional) connection.execute("BEGIN");
    for (const auto& statement : group.statements) {
      try {
        connection.execute(statement.sql);
      } catch (const engine::SqlError& error) {
        throw base::Error(fmt::format("{}\nin: {}", error.what(), statement.sql));
      }
    }
    if (group.transactional) connection.execute("COMMIT");
  }
}

std::string fault_of(const std::string& old_sql, const std::string& new_sql, const OracleOptions& options) {
  const TempDatabase moved, wanted;
  moved.execute(old_sql);
  wanted.execute(new_sql);
  const auto start = model_of(moved);
  const auto start_dump = schema_of(moved);
  schema::PlanOptions up;
  up.diff.renames = options.renames;
  up.online = options.online;
  if (auto fault = fault_of_move(moved, model_of(wanted), schema_of(wanted), up); !fault.empty()) return "up: " + fault;
  schema::PlanOptions down;
  down.online = options.online;
  for (const auto& rename : options.renames) {
    down.diff.renames.push_back({rename.from, rename.from.name});
    down.diff.renames.back().from.name = rename.to;
  }
  if (auto fault = fault_of_move(moved, start, start_dump, down); !fault.empty()) return "down: " + fault;
  return {};
}

}  // namespace migrate::test
