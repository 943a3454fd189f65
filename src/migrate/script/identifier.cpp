#include "migrate/script/identifier.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/base/text.hpp"
#include "migrate/script/detail/graph_check.hpp"
#include "migrate/script/detail/plan_order.hpp"
#include "migrate/script/detail/resolver.hpp"

namespace migrate::script {
namespace {

using detail::Identifier;
using detail::Resolver;

/// The lower end of a history range: nothing for the whole of it.
struct LowerEnd {
  std::vector<Index> revisions;
  bool is_base = false;
};

LowerEnd lower_end(const RevisionGraph& graph, const Resolver& resolver, std::string_view text,
                   std::string_view upper) {
  if (text.empty()) return {{}, true};
  auto identifier = detail::parse_identifier(graph, text);
  // "-3:current" counts from what stands right of the colon.
  if (identifier.symbol.empty() && *identifier.offset < 0 && upper == "current") identifier.symbol = "current";
  if (identifier.symbol != "base" || identifier.offset) return {resolver.revisions(identifier), false};
  if (!identifier.branch) return {{}, true};
  auto roots = graph.bases();
  const auto on = resolver.lineage(resolver.branch(*identifier.branch));
  std::erase_if(roots, [&](Index i) { return !on[i]; });
  return {roots, false};
}

std::vector<Index> upper_end(const RevisionGraph& graph, const Resolver& resolver, std::string_view text,
                             std::string_view lower) {
  if (!text.empty()) return resolver.upgrade_targets(detail::parse_identifier(graph, text));
  if (!lower.ends_with("@base")) return graph.real_heads();
  const auto branch = lower.substr(0, lower.size() - std::string_view("base").size());
  return resolver.revisions(detail::parse_identifier(graph, std::string(branch) + "heads"));
}

std::vector<Index> between(const RevisionGraph& graph, const LowerEnd& lower, std::span<const Index> upper,
                           std::string_view range) {
  const auto below = graph.ancestors(upper);
  if (lower.is_base) return detail::order_downwards(graph, below, upper);
  for (const Index i : lower.revisions) {
    if (below[i]) continue;
    throw ResolutionError(ResolutionFault::not_on_path,
                          fmt::format("'{}': {} is not below {}", range, graph[i].id, detail::described(graph, upper)),
                          "Write the older revision first.");
  }
  // Ordered with everything between the ends, so that a way through another branch counts too; then those are left out.
  auto hull = graph.descendants(lower.revisions);
  for (Index i = 0; i < hull.size(); ++i) hull[i] = hull[i] && below[i];
  auto order = detail::order_downwards(graph, std::move(hull), upper);
  const auto on_line = graph.lineage_descendants(lower.revisions);
  std::erase_if(order, [&](Index i) { return !on_line[i]; });
  return order;
}

}  // namespace

std::vector<Index> resolve(const RevisionGraph& graph, std::string_view identifier, std::span<const std::string> rows) {
  const auto parsed = detail::parse_identifier(graph, identifier);
  const auto applied = needs_rows(identifier) ? resolve_rows(graph, rows) : std::vector<Index>();
  return Resolver(graph, applied).revisions(parsed);
}

std::vector<Index> resolve_rows(const RevisionGraph& graph, std::span<const std::string> rows) {
  std::vector<Index> found;
  std::vector<std::string> unknown;
  for (const auto& row : rows) {
    if (const auto i = graph.find(row)) {
      found.push_back(*i);
    } else {
      unknown.push_back("'" + row + "'");
    }
  }
  if (unknown.empty()) return found;
  throw DatabaseAheadError(
      fmt::format("the database is at {} {}, which these files do not have",
                  unknown.size() == 1 ? "revision" : "revisions", detail::listed(unknown)),
      "It was applied from another branch, or its file was deleted: get the file back (git pull, git switch). If the "
      "schema is known, set the row with 'migrate stamp --purge REVISION'.");
}

std::vector<Index> resolve_history(const RevisionGraph& graph, std::string_view range,
                                   std::span<const std::string> rows) {
  const auto applied = needs_rows(range) ? resolve_rows(graph, rows) : std::vector<Index>();
  const Resolver resolver(graph, applied);
  const auto colon = range.find(':');
  if (colon == std::string_view::npos) {
    const auto found = resolver.revisions(detail::parse_identifier(graph, range));
    std::vector<bool> flags(graph.size());
    for (const Index i : found) flags[i] = true;
    return detail::order_downwards(graph, std::move(flags), found);
  }
  if (range.find(':', colon + 1) != std::string_view::npos) {
    throw ResolutionError(ResolutionFault::range_not_allowed, fmt::format("'{}' has more than one colon", range),
                          "A range is 'FROM:TO', 'FROM:' or ':TO'.");
  }
  const auto lower = range.substr(0, colon);
  const auto upper = range.substr(colon + 1);
  return between(graph, lower_end(graph, resolver, lower, upper), upper_end(graph, resolver, upper, lower), range);
}

bool needs_rows(std::string_view identifier) {
  const auto parts = base::split(identifier, ':');
  return std::ranges::any_of(parts, detail::stands_on_rows);
}

}  // namespace migrate::script
