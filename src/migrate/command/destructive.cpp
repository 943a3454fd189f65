#include "migrate/command/destructive.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/base/text.hpp"
#include "migrate/runtime/shown_query.hpp"
#include "migrate/runtime/step_outline.hpp"
#include "migrate/script/error.hpp"

namespace migrate::command {
namespace {

/// The key of alembic.toml that decides, and what it says.
struct Policy {
  std::string_view key;
  DestructivePolicy says;
};

Policy policy_for(script::Direction direction, const SafetyConfig& safety) {
  if (direction == script::Direction::downgrade && safety.destructive_downgrade) {
    return {"safety.destructive_downgrade", *safety.destructive_downgrade};
  }
  return {"safety.destructive", safety.destructive};
}

}  // namespace

std::vector<DestructiveStatement> destructive_statements(const Context& context,
                                                         std::span<const runtime::PreparedStep> steps) {
  std::vector<DestructiveStatement> found;
  for (const auto& step : steps) {
    const auto outline = runtime::outline(step, {context.config.naming_convention, context.config.x});
    for (const auto& statement : outline.statements) {
      if (!statement.effect.destructive) continue;
      found.push_back({step.step.revision, statement.place(), statement.sql, statement.effect.loses});
    }
    for (const auto& place : outline.questions) {
      found.push_back({step.step.revision, place, {}, "what cannot be foreseen"});
    }
  }
  return found;
}

std::string describe(const DestructiveStatement& statement) {
  constexpr std::size_t k_width = 70;
  if (statement.sql.empty()) {
    return fmt::format("{}: asks the database; what it runs after that may lose {}", statement.place, statement.loses);
  }
  return fmt::format("{}: {}: loses {}", statement.place, runtime::shown_query(statement.sql, k_width),
                     statement.loses);
}

DestructiveGuard::DestructiveGuard(const Context& context, script::Direction direction, bool allowed, AskConsent ask)
    : context_(context), direction_(direction), allowed_(allowed), ask_(std::move(ask)) {}

void DestructiveGuard::check(std::span<const runtime::PreparedStep> steps) {
  const auto policy = policy_for(direction_, context_.config.safety);
  if (allowed_ || policy.says == DestructivePolicy::allow) return;
  const auto found = destructive_statements(context_, steps);
  std::vector<std::string> texts;
  for (const auto& statement : found) texts.push_back(describe(statement));
  const bool all_agreed = std::ranges::all_of(
      texts, [&](const std::string& text) { return std::ranges::find(agreed_, text) != agreed_.end(); });
  if (all_agreed) return;
  if (policy.says == DestructivePolicy::ask && ask_) {
    ask(found);
    agreed_ = std::move(texts);
    return;
  }
  throw DestructiveError(
      fmt::format("this {} loses data, and {} is \"{}\":\n  {}", to_string(direction_), policy.key,
                  policy.says == DestructivePolicy::ask ? "ask" : "refuse", base::join(texts, "\n  ")),
      "Nothing was run. If that is what you want, run it again with --allow-destructive.");
}

void DestructiveGuard::ask(std::span<const DestructiveStatement> found) const {
  const auto answer = ask_(found);
  if (answer == Consent::interrupted) throw script::Interrupted("interrupted at the question whether data may be lost");
  if (answer == Consent::refused) throw DestructiveError("the answer was no: data would be lost", "Nothing was run.");
}

}  // namespace migrate::command
