#include "migrate/schema/diff/plan.hpp"

#include <algorithm>
#include <array>

#include "migrate/schema/diff/detail/alter.hpp"
#include "migrate/schema/diff/detail/rewrite.hpp"
#include "migrate/schema/diff/detail/steps.hpp"

namespace migrate::schema {
namespace {

constexpr std::array<std::string_view, 6> k_hazard_names{"data loss", "rewrite",     "scan",
                                                         "lock",      "index build", "irreversible"};

bool creates_routine(const PlannedStatement& statement) {
  const bool routine =
      statement.subject.kind == EntityKind::function || statement.subject.kind == EntityKind::procedure;
  return routine && statement.sql.starts_with("CREATE ");
}

/// A value that nothing in the plan uses need not be committed before the rest.
void join_unused_values(detail::Statements& statements) {
  for (auto& statement : statements) {
    if (!statement.outside || statement.subject.kind != EntityKind::enum_type) continue;
    const auto tokens = detail::tokens_of(statement.sql);
    const auto label = std::ranges::find(tokens, detail::Token::Kind::literal, &detail::Token::kind);
    const auto uses = [&](const PlannedStatement& other) {
      return !other.sql.starts_with("ALTER TYPE ") && other.sql.find(label->text) != std::string::npos;
    };
    statement.outside = label != tokens.end() && std::ranges::any_of(statements, uses);
  }
}

std::vector<Group> grouped(detail::Statements statements) {
  std::vector<Group> groups;
  for (auto& statement : statements) {
    const bool fits = !groups.empty() && groups.back().transactional != statement.outside && !statement.apart;
    if (!fits) groups.push_back({!statement.outside, {}});
    groups.back().statements.push_back(std::move(statement));
  }
  for (auto& group : groups) {
    const auto first = std::ranges::find_if(group.statements, creates_routine);
    if (first == group.statements.end()) continue;
    // Bodies in strings may name what comes later.
    const std::string_view scope = group.transactional ? "SET LOCAL" : "SET";
    PlannedStatement setting{std::string(scope) + " check_function_bodies = off", {}, first->subject};
    group.statements.insert(group.statements.begin(), std::move(setting));
  }
  return groups;
}

}  // namespace

std::string describe(const Hazard& hazard) {
  return std::string(k_hazard_names[static_cast<std::size_t>(hazard.kind)]) + ": " + hazard.text;
}

Plan plan(const Model& from, const Model& to, const PlanOptions& options) {
  Renamed renamed = apply_renames(from, to, options.diff.renames);
  Differences differences = diff(from, to, options.diff);
  detail::Statements statements;
  for (const auto& change : renamed.renames) {
    detail::Writer writer(statements, change.to);
    detail::rename(renamed.model, change, writer);
  }
  const auto fates = detail::fates(renamed.model, to, differences.changes);
  const detail::Scene scene{renamed.model, to, fates};
  detail::StepGraph graph;
  detail::add_drops(scene, graph);
  detail::add_creations(scene, graph);
  detail::add_alterations(scene, graph);
  if (options.online) detail::make_online(scene, graph);
  detail::add_order(scene, graph);
  for (auto& statement : graph.sorted()) statements.push_back(std::move(statement));
  join_unused_values(statements);
  return {std::move(differences.changes), std::move(differences.suggestions), grouped(std::move(statements))};
}

std::string to_script(const std::vector<Group>& groups) {
  std::string text;
  for (const auto& group : groups) {
    for (const auto& statement : group.statements) {
      if (!text.empty()) text += '\n';
      for (const auto& hazard : statement.hazards) text += "-- hazard: " + describe(hazard) + '\n';
      text += statement.sql + ";\n";
    }
  }
  return text;
}

}  // namespace migrate::schema
