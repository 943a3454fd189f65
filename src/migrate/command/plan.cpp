#include "migrate/command/plan.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

#include "migrate/base/text.hpp"
#include "migrate/command/cpp_loader.hpp"
#include "migrate/command/move.hpp"
#include "migrate/runtime/shown_query.hpp"

namespace migrate::command {
namespace {

using script::Direction;

/// Revisions without a downgrade, found by asking for it.
using Irreversible = std::map<std::string, bool>;

std::string shown_path(const Context& context, const std::filesystem::path& path) {
  const auto relative = path.lexically_relative(context.config.directory);
  const bool outside = relative.empty() || *relative.begin() == "..";
  return outside ? path.string() : relative.generic_string();
}

/// Loads what `inner` does, and looks for the downgrades of the same revisions besides. A downgrade that is missing is
/// stood in for, since the plan tells of it.
runtime::CppLoader looking_for_downgrades(runtime::CppLoader inner, Irreversible& irreversible) {
  return [inner = std::move(inner), &irreversible](std::span<const runtime::CppStep> steps) {
    std::vector<runtime::CppStep> wanted(steps.begin(), steps.end());
    for (const auto& step : steps) wanted.push_back({step.revision, Direction::downgrade});
    auto bodies = inner(wanted);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const bool missing = !bodies.at(steps.size() + i);
      irreversible[steps[i].revision->id] = missing;
      if (missing && steps[i].direction == Direction::downgrade) {
        bodies[i] = [](std::string_view, const script::Serve&) { return false; };
      }
    }
    bodies.resize(steps.size());
    return bodies;
  };
}

/// Sets the transactions apart as the executor does.
class Transactions {
 public:
  explicit Transactions(bool one_per_migration) : one_per_migration_(one_per_migration) {}

  std::optional<std::size_t> of_statement(bool outside) {
    if (!outside) return current();
    open_ = false;
    return std::nullopt;
  }

  std::size_t of_rows(bool step_in_transaction) {
    const auto number = current();
    if (one_per_migration_ || !step_in_transaction) open_ = false;
    return number;
  }

 private:
  std::size_t current() {
    if (!open_) ++number_;
    open_ = true;
    return number_;
  }

  bool one_per_migration_;
  bool open_ = false;
  std::size_t number_ = 0;
};

/// "upgrade a -> b, title"
std::string heading(const script::Step& step, std::string_view title) {
  const auto named = [](const std::vector<std::string>& rows) {
    return rows.empty() ? "base" : base::join(rows, ", ");
  };
  auto text = fmt::format("{} {} -> {}", to_string(step.direction), named(step.from), named(step.to));
  if (!title.empty()) text += fmt::format(", {}", title);
  return text;
}

PlannedStep planned(const Context& context, const runtime::PreparedStep& step, Transactions& transactions) {
  PlannedStep result;
  result.step = step.step;
  result.title = step.title;
  result.heading = heading(step.step, step.title);
  result.path = shown_path(context, step.path);
  result.cpp = static_cast<bool>(step.cpp_body);
  result.checksum = step.checksum;
  auto outline = runtime::outline(step, {context.config.naming_convention, context.config.x});
  for (auto& statement : outline.statements) {
    statement.file = shown_path(context, statement.file);
    const bool outside = statement.outside;
    result.statements.push_back({std::move(statement), transactions.of_statement(outside), false});
  }
  for (const auto& place : outline.questions) result.questions.push_back(shown_path(context, place));
  if (!step.transaction) transactions.of_statement(true);
  result.rows_transaction = transactions.of_rows(step.transaction);
  return result;
}

/// A step that would be refused.
PlannedStep stuck(const Context& context, const script::Revision& revision, const script::Step& step) {
  PlannedStep result;
  result.step = step;
  result.title = revision.title();
  result.heading = heading(step, result.title);
  result.path = shown_path(context, revision.path);
  result.cpp = revision.type == script::RevisionType::cpp;
  result.reversible = false;
  return result;
}

bool has_downgrade_section(const script::Revision& revision) {
  return script::load_sql_revision(revision).downgrade.has_value();
}

/// Marks what locks a relation that a statement before it made.
void mark_new_relations(Plan& plan) {
  std::set<std::string> made;
  for (auto& step : plan.steps) {
    for (auto& statement : step.statements) {
      const auto& effect = statement.effect;
      statement.on_new = !effect.on.empty() && made.contains(effect.on);
      if (!effect.creates.empty()) made.insert(effect.creates);
    }
  }
}

Plan empty_plan(const Context& context, Direction direction, std::string target, std::vector<std::string> rows) {
  Plan plan;
  plan.direction = direction;
  plan.target = std::move(target);
  plan.rows_after = rows;
  plan.rows_before = std::move(rows);
  plan.transaction_per_migration = context.config.transaction_per_migration;
  return plan;
}

/// Notes which SQL revisions have no downgrade; what is left can be prepared.
std::vector<script::Step> without_stuck(const script::RevisionGraph& graph, std::span<const script::Step> steps,
                                        Irreversible& irreversible) {
  std::vector<script::Step> left;
  for (const auto& step : steps) {
    const auto& revision = graph[graph.find(step.revision).value()];
    const bool missing = revision.type == script::RevisionType::sql && !has_downgrade_section(revision);
    irreversible[step.revision] = missing;
    if (!missing || step.direction == Direction::upgrade) left.push_back(step);
  }
  return left;
}

Plan make(const Context& context, const script::RevisionGraph& graph, const PlanRequest& request,
          const std::string& target, std::vector<std::string> rows, const CompileEvents& events) {
  const auto steps = request.direction == Direction::upgrade ? script::plan_upgrade(graph, rows, target)
                                                             : script::plan_downgrade(graph, rows, target);
  Irreversible irreversible;
  const auto left = without_stuck(graph, steps, irreversible);
  const auto prepared =
      runtime::prepare_steps(graph, left, looking_for_downgrades(cpp_loader(context, events), irreversible));
  auto plan = empty_plan(context, request.direction, target, std::move(rows));
  Transactions transactions(plan.transaction_per_migration);
  auto next = prepared.begin();
  for (const auto& step : steps) {
    const bool ready = next != prepared.end() && next->step.revision == step.revision;
    const bool refused = step.direction == Direction::downgrade && irreversible[step.revision];
    plan.steps.push_back(refused ? stuck(context, graph[graph.find(step.revision).value()], step)
                                 : planned(context, *next, transactions));
    plan.steps.back().reversible = !irreversible[step.revision];
    if (ready) ++next;
  }
  if (!steps.empty()) plan.rows_after = steps.back().rows_after;
  mark_new_relations(plan);
  return plan;
}

}  // namespace

std::string PlannedStatement::brief(std::size_t width) const {
  return runtime::shown_query(sql, width);
}

Plan plan(const Context& context, const PlanRequest& request, const CompileEvents& events) {
  if (const auto range = offline_range(request.target); range.from) {
    const auto graph = load_graph(context);
    return make(context, graph, request, range.to, offline_rows(graph, range.from), events);
  }
  const Project project = open_project(context);
  return make(context, project.graph, request, request.target, project.database->rows(), events);
}

Plan plan_of(const Context& context, Direction direction, std::string target, std::vector<std::string> rows,
             std::span<const runtime::PreparedStep> steps) {
  auto plan = empty_plan(context, direction, std::move(target), std::move(rows));
  Transactions transactions(plan.transaction_per_migration);
  for (const auto& step : steps) plan.steps.push_back(planned(context, step, transactions));
  if (!steps.empty()) plan.rows_after = steps.back().step.rows_after;
  return plan;
}

}  // namespace migrate::command
