#include "migrate/command/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <future>
#include <optional>

#include "migrate/command/schema_files.hpp"

namespace migrate::command {
namespace {

constexpr std::string_view k_bodies_setting = "check_function_bodies = off";
/// Attributes that the server writes from what it has parsed.
constexpr std::array<std::string_view, 9> k_deparsed{"definition",      "default",       "expression", "using", "check",
                                                     "partition_bound", "partition_key", "arguments",  "tables"};

bool is_deparsed(const schema::AttributeChange& attribute) {
  return std::ranges::find(k_deparsed, attribute.name) != k_deparsed.end() && !attribute.from.empty() &&
         !attribute.to.empty();
}

bool may_be_spelling(const std::vector<schema::Change>& changes) {
  return std::ranges::any_of(
      changes, [](const schema::Change& change) { return std::ranges::any_of(change.attributes, is_deparsed); });
}

/// The model as it reads after a dump and a restore; nothing where that cannot be done.
std::optional<schema::Model> restored(SchemaReader& reader, const schema::Model& model) {
  try {
    return reader.read_script("dump.sql", dump_script(model));
  } catch (const SchemaError&) {
    // It stands on something that is not managed. The texts are then taken as they are.
    return std::nullopt;
  }
}

bool same(const schema::Entity& one, const schema::Entity& other, const std::string& attribute) {
  return one.fact(attribute) == other.fact(attribute) && one.list(attribute) == other.list(attribute);
}

/// Takes over what `change` says of an entity where both sides restored say the same; true when there was such.
bool agree(schema::Entity& to, const schema::Entity& from, const schema::Change& change, const schema::Entity& old,
           const schema::Entity& wanted) {
  bool agreed = false;
  for (const auto& attribute : change.attributes) {
    if (!is_deparsed(attribute) || !same(old, wanted, attribute.name)) continue;
    if (const auto fact = from.facts.find(attribute.name); fact != from.facts.end()) {
      to.facts[attribute.name] = fact->second;
    }
    if (const auto list = from.lists.find(attribute.name); list != from.lists.end()) {
      to.lists[attribute.name] = list->second;
    }
    agreed = true;
  }
  return agreed;
}

/// Writes what means the same in `to` as it is in `from`; true when there was such.
bool settle(SchemaReader& reader, Comparison& pair) {
  auto ahead = std::async(std::launch::async, [&] { return restored(reader, pair.from); });
  const auto wanted = restored(reader, pair.to);
  const auto old = ahead.get();
  if (!old || !wanted) return false;
  bool agreed = false;
  for (const auto& change : pair.plan.changes) {
    const auto found = pair.to.entities().find(change.to);
    const auto* from = pair.from.find(change.from);
    const auto* restored_from = old->find(change.from);
    const auto* restored_to = wanted->find(change.to);
    if (found == pair.to.entities().end() || !from || !restored_from || !restored_to) continue;
    if (agree(found->second, *from, change, *restored_from, *restored_to)) agreed = true;
  }
  return agreed;
}

void note_unmanaged(Comparison& pair, const SideNames& names) {
  const auto note = [&](const schema::Model& here, const schema::Model& there, const std::string& where) {
    for (const auto& [id, entity] : here.entities()) {
      if (id.kind != schema::EntityKind::unmanaged || there.find(id) != nullptr) continue;
      pair.warnings.push_back(fmt::format("{} is only in {}; objects of its kind are not compared", id.name, where));
    }
  };
  note(pair.from, pair.to, names.from);
  note(pair.to, pair.from, names.to);
  const int one = pair.from.server_version / 10000, other = pair.to.server_version / 10000;
  if (one != other && one != 0 && other != 0) {
    pair.warnings.push_back(
        fmt::format("{} was read from PostgreSQL {}, {} from PostgreSQL {}: what the versions write differently shows "
                    "as a difference; autogenerate.dev_url can name a server of the same version",
                    names.from, one, names.to, other));
  }
}

}  // namespace

Comparison compare(SchemaReader& reader, schema::Model from, schema::Model to, const schema::PlanOptions& options,
                   const SideNames& names) {
  Comparison pair{std::move(from), std::move(to), {}, {}};
  pair.plan = schema::plan(pair.from, pair.to, options);
  if (may_be_spelling(pair.plan.changes) && settle(reader, pair)) {
    pair.plan = schema::plan(pair.from, pair.to, options);
  }
  note_unmanaged(pair, names);
  return pair;
}

std::vector<schema::PlannedStatement> dump_statements(const schema::Model& model, bool& routines) {
  schema::Model empty;
  empty.server_version = model.server_version;
  std::vector<schema::PlannedStatement> result;
  routines = false;
  for (auto& group : schema::plan(empty, model).groups) {
    for (auto& statement : group.statements) {
      if (statement.sql.starts_with("SET ") && statement.sql.ends_with(k_bodies_setting)) {
        routines = true;
      } else {
        result.push_back(std::move(statement));
      }
    }
  }
  return result;
}

std::string dump_script(const schema::Model& model) {
  bool routines = false;
  const auto statements = dump_statements(model, routines);
  const std::string head = routines ? fmt::format("SET {};\n\n", k_bodies_setting) : "";
  return statements.empty() ? "" : head + schema::to_script({{true, statements}});
}

}  // namespace migrate::command
