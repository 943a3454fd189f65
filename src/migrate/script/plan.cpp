#include "migrate/script/plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/script/detail/plan_order.hpp"
#include "migrate/script/detail/resolver.hpp"
#include "migrate/script/detail/version_rows.hpp"
#include "migrate/script/identifier.hpp"

namespace migrate::script {
namespace {

std::vector<bool> minus(std::vector<bool> flags, const std::vector<bool>& other) {
  for (Index i = 0; i < flags.size(); ++i) flags[i] = flags[i] && !other[i];
  return flags;
}

std::vector<bool> both(std::vector<bool> flags, const std::vector<bool>& other) {
  for (Index i = 0; i < flags.size(); ++i) flags[i] = flags[i] && other[i];
  return flags;
}

[[noreturn]] void fail_not_on_path(const RevisionGraph& graph, std::span<const Index> applied, std::string_view target,
                                   std::string_view why) {
  throw ResolutionError(ResolutionFault::not_on_path, fmt::format("cannot downgrade to '{}': {}", target, why),
                        applied.empty() ? std::string("No revision is applied.")
                                        : fmt::format("The database stands at {}.", detail::described(graph, applied)));
}

/// What has to go first when `target` stays: its children, or for base the revisions without parents. Of several, with
/// a branch, only those it stands on.
std::vector<Index> downgrade_roots(const RevisionGraph& graph, const detail::Resolver::Downgrade& to,
                                   std::span<const Index> applied, std::string_view target) {
  auto roots = to.target ? graph.children(*to.target) : graph.bases();
  if (!to.only_toward || roots.size() < 2) return roots;
  const Index toward[] = {*to.only_toward};
  const auto below = graph.lineage_ancestors(toward);
  const auto several = roots;
  std::erase_if(roots, [&](Index i) { return !below[i]; });
  if (!roots.empty()) return roots;
  fail_not_on_path(
      graph, applied, target,
      fmt::format("none of {} is at or below {}", detail::described(graph, several), graph[*to.only_toward].id));
}

}  // namespace

std::vector<Step> plan_upgrade(const RevisionGraph& graph, std::span<const std::string> rows, std::string_view target) {
  const auto applied = resolve_rows(graph, rows);
  const detail::Resolver resolver(graph, applied);
  const auto targets = resolver.upgrade_targets(detail::parse_identifier(graph, target));
  detail::VersionRows table(graph, applied);
  table.refuse_overlap();

  auto order = detail::order_downwards(graph, minus(graph.ancestors(targets), graph.ancestors(applied)), targets);
  std::ranges::reverse(order);
  std::vector<Step> steps;
  steps.reserve(order.size());
  for (const Index revision : order) steps.push_back(table.upgrade(revision));
  return steps;
}

std::vector<Step> plan_downgrade(const RevisionGraph& graph, std::span<const std::string> rows,
                                 std::string_view target) {
  const auto applied = resolve_rows(graph, rows);
  const detail::Resolver resolver(graph, applied);
  const auto to = resolver.downgrade_target(detail::parse_identifier(graph, target));
  const auto roots = downgrade_roots(graph, to, applied, target);
  const auto all_applied = graph.ancestors(applied);
  const auto going = both(graph.descendants(roots), all_applied);

  const bool anything = std::ranges::find(going, true) != going.end();
  if (to.target && !anything && std::ranges::find(applied, *to.target) == applied.end()) {
    fail_not_on_path(graph, applied, target,
                     all_applied[*to.target] ? fmt::format("{} is applied only because another revision depends on it",
                                                           graph[*to.target].id)
                                             : fmt::format("{} is not applied", graph[*to.target].id));
  }
  detail::VersionRows table(graph, applied);
  std::vector<Step> steps;
  for (const Index revision : detail::order_downwards(graph, going, applied))
    steps.push_back(table.downgrade(revision));
  return steps;
}

}  // namespace migrate::script
