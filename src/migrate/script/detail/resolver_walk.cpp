// Counting steps up and down the parent links.
#include <fmt/format.h>

#include <algorithm>

#include "migrate/script/detail/resolver.hpp"

namespace migrate::script::detail {
namespace {

std::string name_of(const RevisionGraph& graph, Place place) {
  return place ? graph[*place].id : std::string("base");
}

[[noreturn]] void fail_short(const RevisionGraph& graph, const Identifier& identifier, Place from, long long found) {
  const long long wanted = std::abs(*identifier.offset);
  throw ResolutionError(
      ResolutionFault::relative_out_of_range,
      wanted == 0 ? fmt::format("'{}' goes nowhere", identifier.text)
                  : fmt::format("'{}' needs {} {} {} {}, there {} {}", identifier.text, wanted,
                                wanted == 1 ? "revision" : "revisions", *identifier.offset > 0 ? "above" : "below",
                                name_of(graph, from), found == 1 ? "is" : "are",
                                found == 0 ? "none" : fmt::format("only {}", found)),
      "'migrate history' shows what is there.");
}

[[noreturn]] void fail_fork(const RevisionGraph& graph, const Identifier& identifier, Place at,
                            std::span<const Index> ways, std::string_view kind) {
  throw ResolutionError(ResolutionFault::ambiguous_walk,
                        fmt::format("'{}' can be counted in several ways: {} has {} {}: {}", identifier.text,
                                    name_of(graph, at), ways.size(), kind, described(graph, ways)),
                        "Name the target by its id.");
}

}  // namespace

Place Resolver::walk(Place from, const Identifier& identifier) const {
  return *identifier.offset < 0 ? walk_down(from, identifier) : walk_up(from, identifier);
}

Index Resolver::walk_to_revision(Place from, const Identifier& identifier) const {
  if (identifier.symbol.empty() && *identifier.offset == 0) fail_short(graph_, identifier, from, 0);
  const auto to = walk(from, identifier);
  if (!to) fail_short(graph_, identifier, from, std::max(-*identifier.offset - 1, 0LL));
  return *to;
}

Place Resolver::walk_up(Place from, const Identifier& identifier) const {
  const auto on = identifier.branch ? lineage(branch(*identifier.branch)) : std::vector<bool>(graph_.size(), true);
  Place at = from;
  for (long long step = 0; step < *identifier.offset; ++step) {
    auto ways = at ? graph_.children(*at) : graph_.bases();
    std::erase_if(ways, [&](Index i) { return !on[i]; });
    if (ways.empty()) fail_short(graph_, identifier, from, step);
    if (ways.size() > 1) fail_fork(graph_, identifier, at, ways, at ? "children" : "revisions above it");
    at = ways.front();
  }
  return at;
}

Place Resolver::walk_down(Place from, const Identifier& identifier) const {
  Place at = from;
  for (long long step = 0; step < -*identifier.offset; ++step) {
    if (!at) fail_short(graph_, identifier, from, std::max(step - 1, 0LL));
    const auto& ways = graph_.parents(*at);
    if (ways.size() > 1) fail_fork(graph_, identifier, at, ways, "parents");
    at = ways.empty() ? Place() : Place(ways.front());
  }
  return at;
}

}  // namespace migrate::script::detail
