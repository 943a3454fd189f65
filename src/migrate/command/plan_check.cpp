#include "migrate/command/plan_check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/base/text.hpp"

namespace migrate::command {
namespace {

constexpr const char* k_next =
    "Nothing was run. Make a new plan with `migrate plan --json`, have it looked at, and apply that.";

std::string stand(const std::vector<std::string>& rows) {
  return rows.empty() ? std::string("at base (no revision applied)") : "at " + base::join(rows, ", ");
}

/// "nothing", "b2", "b2, c3"
std::string listed(const std::vector<std::string>& ids) {
  return ids.empty() ? std::string("nothing") : base::join(ids, ", ");
}

bool same(const script::Step& one, const script::Step& other) {
  return one.revision == other.revision && one.direction == other.direction && one.from == other.from &&
         one.to == other.to && one.rows == other.rows && one.rows_after == other.rows_after;
}

std::string brief(const PlannedStatement& statement) {
  constexpr std::size_t k_width = 80;
  return fmt::format("`{}` ({})", statement.brief(k_width), statement.place());
}

/// What a C++ revision asks for depends on more than its text: headers, names of constraints, -x.
std::string first_difference(const PlannedStep& planned, const PlannedStep& now) {
  const auto count = std::min(planned.statements.size(), now.statements.size());
  for (std::size_t i = 0; i < count; ++i) {
    const auto& was = planned.statements[i];
    const auto& is = now.statements[i];
    if (was.sql != is.sql) return fmt::format("statement {} was {}, is {}", i + 1, brief(was), brief(is));
    if (was.copy_bytes != is.copy_bytes) return fmt::format("the data of statement {} was changed", i + 1);
  }
  if (planned.statements.size() == now.statements.size()) return {};
  return fmt::format("it had {} statements, and has {}", planned.statements.size(), now.statements.size());
}

bool same_transactions(const PlannedStep& planned, const PlannedStep& now) {
  return planned.rows_transaction == now.rows_transaction &&
         std::ranges::equal(planned.statements, now.statements, {}, &PlannedStatement::transaction,
                            &PlannedStatement::transaction);
}

std::string difference(const PlannedStep& planned, const PlannedStep& now) {
  if (planned.checksum != now.checksum) return "its content was changed since";
  if (now.cpp) {
    if (auto text = first_difference(planned, now); !text.empty()) return text;
  }
  return same_transactions(planned, now) ? "" : "its transactions begin and end elsewhere";
}

}  // namespace

void require_start(const Plan& plan, const std::vector<std::string>& rows) {
  if (rows == plan.rows_before) return;
  const bool at_end = rows == plan.rows_after;
  throw PlanMismatch(
      fmt::format("the plan begins {}, and the database stands {}{}", stand(plan.rows_before), stand(rows),
                  at_end ? ", where the plan ends" : ""),
      at_end ? "Nothing was run. The plan has been applied, or there is nothing left of it to do." : k_next);
}

void require_steps(const Plan& plan, std::span<const script::Step> steps) {
  if (std::ranges::equal(plan.steps, steps, same, &PlannedStep::step)) return;
  std::vector<std::string> were, are;
  for (const auto& step : plan.steps) were.push_back(step.step.revision);
  for (const auto& step : steps) are.push_back(step.revision);
  const bool reordered = were == are;
  throw PlanMismatch(fmt::format("the plan {}s {}, and these files now {}", to_string(plan.direction), listed(were),
                                 reordered ? std::string("give the same revisions other parents")
                                           : fmt::format("would {} {}", to_string(plan.direction), listed(are))),
                     k_next);
}

void require_content(const Plan& plan, const Plan& now) {
  std::vector<std::string> found;
  for (std::size_t i = 0; i < std::min(plan.steps.size(), now.steps.size()); ++i) {
    const auto text = difference(plan.steps[i], now.steps[i]);
    if (!text.empty()) {
      found.push_back(fmt::format("{}: revision {}: {}", now.steps[i].path, now.steps[i].step.revision, text));
    }
  }
  if (plan.transaction_per_migration != now.transaction_per_migration) {
    found.push_back(fmt::format("transaction_per_migration is {}, and was {}", now.transaction_per_migration,
                                plan.transaction_per_migration));
  }
  if (found.empty()) return;
  throw PlanMismatch(fmt::format("this is not what was planned:\n  {}", base::join(found, "\n  ")), k_next);
}

}  // namespace migrate::command
