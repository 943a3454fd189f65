#include <nlohmann/json.hpp>

#include "migrate/cli/json.hpp"
#include "migrate/command/difference_text.hpp"

namespace migrate::cli::json {
namespace {

using nlohmann::ordered_json;

std::string document(const ordered_json& value) {
  return value.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

ordered_json named(const schema::EntityId& id) {
  ordered_json object{{"kind", schema::kind_name(id.kind)}, {"schema", id.schema}};
  if (!id.of.empty()) object["of"] = id.of;
  object["name"] = id.name;
  if (!id.signature.empty()) object["signature"] = id.signature;
  return object;
}

ordered_json to_json(const schema::Change& change) {
  ordered_json object{{"change", schema::kind_name(change.kind)}};
  object.update(named(change.from));
  if (change.from != change.to) object["to"] = change.to.name;
  auto attributes = ordered_json::array();
  for (const auto& attribute : change.attributes) {
    attributes.push_back({{"name", attribute.name}, {"from", attribute.from}, {"to", attribute.to}});
  }
  object["attributes"] = std::move(attributes);
  object["text"] = command::describe(change);
  return object;
}

ordered_json to_json(const schema::PlannedStatement& statement, std::size_t transaction, bool transactional) {
  auto hazards = ordered_json::array();
  for (const auto& hazard : statement.hazards) hazards.push_back(schema::describe(hazard));
  return {{"sql", statement.sql},
          {"hazards", std::move(hazards)},
          {"transaction", transactional ? ordered_json(transaction) : ordered_json(nullptr)}};
}

ordered_json paths(const std::vector<std::filesystem::path>& files) {
  auto list = ordered_json::array();
  for (const auto& file : files) list.push_back(file.string());
  return list;
}

}  // namespace

std::string differences(const command::DiffReport& report) {
  const auto& plan = report.comparison.plan;
  auto changes = ordered_json::array();
  for (const auto& change : plan.changes) changes.push_back(to_json(change));
  auto statements = ordered_json::array();
  for (std::size_t i = 0; i < plan.groups.size(); ++i) {
    for (const auto& statement : plan.groups[i].statements) {
      statements.push_back(to_json(statement, i + 1, plan.groups[i].transactional));
    }
  }
  auto suggestions = ordered_json::array();
  for (const auto& suggestion : plan.suggestions) {
    auto object = named(suggestion.from);
    object["to"] = suggestion.to.name;
    suggestions.push_back(std::move(object));
  }
  return document({{"from", report.from},
                   {"to", report.to},
                   {"equal", report.comparison.equal()},
                   {"differences", std::move(changes)},
                   {"suggested_renames", std::move(suggestions)},
                   {"statements", std::move(statements)},
                   {"warnings", report.comparison.warnings}});
}

std::string generated(const command::GeneratedReport& report) {
  auto files = ordered_json::array();
  for (const auto& file : report.files) files.push_back({{"revision", file.id}, {"path", file.path.string()}});
  return document({{"revisions", std::move(files)}, {"hazards", report.hazards}, {"warnings", report.warnings}});
}

std::string dumped(const command::DumpReport& report) {
  return document({{"script", report.script},
                   {"written", paths(report.written)},
                   {"removed", paths(report.removed)},
                   {"warnings", report.warnings}});
}

}  // namespace migrate::cli::json
