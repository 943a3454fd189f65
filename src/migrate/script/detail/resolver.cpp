#include "migrate/script/detail/resolver.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/base/text.hpp"
#include "migrate/script/detail/graph_check.hpp"

namespace migrate::script::detail {
namespace {

/// A prefix finds only names longer than this, as in Alembic; shorter ones are written in full.
constexpr std::size_t k_longest_unfindable = 3;

[[noreturn]] void fail_unknown(const RevisionGraph& graph, std::string_view word, const Identifier& identifier) {
  const auto names = graph.names();
  const auto near = base::nearest(word, names);
  const auto place = word == identifier.text ? std::string() : fmt::format(" (in '{}')", identifier.text);
  throw ResolutionError(ResolutionFault::unknown_revision,
                        fmt::format("there is no revision or label '{}'{}", word, place),
                        near ? fmt::format("Did you mean '{}'? 'migrate history' lists all revisions.", *near)
                             : "'migrate history' lists all revisions.");
}

[[noreturn]] void fail_ambiguous(std::string_view word, const std::vector<RevisionGraph::Name>& names) {
  std::vector<std::string> candidates;
  for (const auto& name : names) candidates.emplace_back(name.text);
  throw ResolutionError(ResolutionFault::ambiguous_prefix,
                        fmt::format("'{}' is the beginning of several: {}", word, listed(candidates)),
                        "Write more of the one you mean.");
}

[[noreturn]] void fail_multiple_heads(const RevisionGraph& graph, std::span<const Index> heads,
                                      const Identifier& identifier) {
  std::string one = graph[heads.front()].id;
  for (const Index head : heads) {
    if (graph.labels(head).empty()) continue;
    one = graph.labels(head).front() + "@head";
    break;
  }
  throw ResolutionError(
      ResolutionFault::multiple_heads,
      fmt::format("'{}' is not one revision: there are several heads: {}", identifier.text, described(graph, heads)),
      fmt::format(
          "Name one ('{}') or take all ('migrate upgrade heads'). For good, join them ('migrate merge heads') or"
          " put a branch that is not applied yet on top of the other ('migrate rebase REV').",
          one));
}

[[noreturn]] void fail_several_rows(const RevisionGraph& graph, std::span<const Index> rows,
                                    const Identifier& identifier) {
  std::string one = graph[rows.front()].id;
  throw ResolutionError(ResolutionFault::ambiguous_current,
                        fmt::format("'{}' counts from one revision, but the database stands at several: {}",
                                    identifier.text, described(graph, rows)),
                        fmt::format("Name the target by its id, or say where to count from: '{}@{}', '{}{}'.", one,
                                    identifier.offset ? fmt::format("{:+}", *identifier.offset) : "head", one,
                                    identifier.offset ? fmt::format("{:+}", *identifier.offset) : ""));
}

}  // namespace

std::string described(const RevisionGraph& graph, std::span<const Index> revisions) {
  std::vector<std::string> names;
  for (const Index i : revisions) {
    const auto& labels = graph.labels(i);
    names.push_back(labels.empty() ? graph[i].id : fmt::format("{} ({})", graph[i].id, base::join(labels, ", ")));
  }
  return listed(names);
}

std::vector<bool> Resolver::lineage(Index of) const {
  const Index from[] = {of};
  auto flags = graph_.lineage_ancestors(from);
  const auto above = graph_.lineage_descendants(from);
  for (Index i = 0; i < flags.size(); ++i) flags[i] = flags[i] || above[i];
  return flags;
}

Index Resolver::branch(std::string_view word) const {
  return named(word, std::nullopt, Identifier{std::string(word), {}, {}, {}});
}

Index Resolver::named(std::string_view word, std::optional<Index> branch, const Identifier& identifier) const {
  auto exact = graph_.find(word);
  if (!exact) exact = graph_.find_label(word);
  if (exact && (!branch || lineage(*branch)[*exact])) return *exact;
  if (exact) {
    throw ResolutionError(ResolutionFault::not_in_branch,
                          fmt::format("'{}' is neither above nor below '{}'", word, *identifier.branch),
                          fmt::format("Leave '{}@' out, or name a revision of that branch.", *identifier.branch));
  }
  auto names = graph_.names_with_prefix(word);
  std::erase_if(names, [](const auto& name) { return name.text.size() <= k_longest_unfindable; });
  if (names.empty()) fail_unknown(graph_, word, identifier);
  if (branch) {
    const auto on = lineage(*branch);
    std::erase_if(names, [&](const auto& name) { return !on[name.revision]; });
    if (names.empty()) {
      throw ResolutionError(ResolutionFault::not_in_branch,
                            fmt::format("nothing above or below '{}' begins with '{}'", *identifier.branch, word));
    }
  }
  if (names.size() > 1) fail_ambiguous(word, names);
  return names.front().revision;
}

std::vector<Index> Resolver::heads(const Identifier& identifier, bool real) const {
  if (!identifier.branch) return real ? graph_.real_heads() : graph_.heads();
  auto found = graph_.heads();
  const auto on = lineage(branch(*identifier.branch));
  std::erase_if(found, [&](Index i) { return !on[i]; });
  return found;
}

std::vector<Index> Resolver::rows_on(const std::vector<bool>& lineage) const {
  std::vector<Index> found;
  std::ranges::copy_if(rows_, std::back_inserter(found), [&](Index i) { return lineage[i]; });
  return found;
}

std::vector<Index> Resolver::symbol_revisions(const Identifier& identifier) const {
  const auto of = identifier.branch ? std::optional(branch(*identifier.branch)) : std::nullopt;
  if (identifier.symbol == "base") return {};
  if (identifier.symbol == "heads") return heads(identifier, true);
  if (identifier.symbol == "current") {
    return of ? rows_on(lineage(*of)) : std::vector<Index>(rows_.begin(), rows_.end());
  }
  if (identifier.symbol != "head") return {named(identifier.symbol, of, identifier)};
  auto found = heads(identifier, false);
  if (found.size() > 1) fail_multiple_heads(graph_, found, identifier);
  return found;
}

Place Resolver::symbol_place(const Identifier& identifier) const {
  const auto found = symbol_revisions(identifier);
  if (found.empty()) return std::nullopt;
  if (found.size() > 1 && identifier.symbol == "current") fail_several_rows(graph_, found, identifier);
  if (found.size() > 1) fail_multiple_heads(graph_, found, identifier);
  return found.front();
}

std::vector<Index> Resolver::revisions(const Identifier& identifier) const {
  if (!identifier.offset) return symbol_revisions(identifier);
  if (!identifier.symbol.empty()) return {walk_to_revision(symbol_place(identifier), identifier)};
  if (*identifier.offset < 0) return below_heads(identifier);
  return {above_rows(identifier)};
}

std::vector<Index> Resolver::upgrade_targets(const Identifier& identifier) const {
  if (!identifier.offset) return symbol_revisions(identifier);
  if (!identifier.symbol.empty()) return {walk_to_revision(symbol_place(identifier), identifier)};
  if (*identifier.offset < 0) {
    throw ResolutionError(ResolutionFault::relative_out_of_range,
                          fmt::format("'{}' counts down, an upgrade goes up", identifier.text),
                          "Write +N, or use 'migrate downgrade'.");
  }
  return {above_rows(identifier)};
}

std::vector<Index> Resolver::below_heads(const Identifier& identifier) const {
  std::vector<Index> found;
  for (const Index head : heads(identifier, true)) {
    const Index below = walk_to_revision(head, identifier);
    if (std::ranges::find(found, below) == found.end()) found.push_back(below);
  }
  return found;
}

Index Resolver::above_rows(const Identifier& identifier) const {
  if (identifier.branch) return walk_to_revision(start_of_branch(identifier), identifier);
  if (rows_.size() > 1) fail_several_rows(graph_, rows_, identifier);
  return walk_to_revision(rows_.empty() ? Place() : Place(rows_.front()), identifier);
}

/// The row on the branch; else the highest applied revision on it; else base.
Place Resolver::start_of_branch(const Identifier& identifier) const {
  const auto on = lineage(branch(*identifier.branch));
  auto found = rows_on(on);
  if (found.empty()) {
    auto applied = graph_.ancestors(rows_);
    for (Index i = 0; i < applied.size(); ++i) applied[i] = applied[i] && on[i];
    for (Index i = 0; i < applied.size(); ++i) {
      const auto is_applied = [&](Index above) { return applied[above]; };
      if (applied[i] && std::ranges::none_of(graph_.edge_children(i), is_applied)) found.push_back(i);
    }
  }
  if (found.size() > 1) fail_several_rows(graph_, found, identifier);
  return found.empty() ? Place() : Place(found.front());
}

Resolver::Downgrade Resolver::downgrade_target(const Identifier& identifier) const {
  if (identifier.symbol.empty()) return below_row(identifier);
  const auto toward = identifier.branch ? std::optional(branch(*identifier.branch)) : std::nullopt;
  if (identifier.offset) return {walk(symbol_place(identifier), identifier), toward};
  // A head has nothing above it. With several, as the target of a downgrade it can only be a slip.
  if (identifier.symbol == "head" && graph_.heads().size() > 1) {
    fail_multiple_heads(graph_, graph_.heads(), identifier);
  }
  return {symbol_place(identifier), toward};
}

Resolver::Downgrade Resolver::below_row(const Identifier& identifier) const {
  if (*identifier.offset >= 0) {
    throw ResolutionError(ResolutionFault::relative_out_of_range,
                          fmt::format("'{}' does not count down, a downgrade does", identifier.text),
                          "Write -N, or use 'migrate upgrade'.");
  }
  if (rows_.empty()) {
    throw ResolutionError(ResolutionFault::relative_out_of_range,
                          fmt::format("'{}' has nothing to count from: no revision is applied", identifier.text));
  }
  std::vector<Index> start(rows_.begin(), rows_.end());
  const auto toward = identifier.branch ? std::optional(branch(*identifier.branch)) : std::nullopt;
  if (toward) {
    const auto on = lineage(*toward);
    start = rows_on(on);
    if (start.empty()) start = implied_tips(on);
    if (start.empty()) {
      throw ResolutionError(ResolutionFault::not_on_path,
                            fmt::format("'{}': nothing of '{}' is applied", identifier.text, *identifier.branch),
                            "'migrate current' shows where the database stands.");
    }
  }
  if (start.size() > 1) fail_several_rows(graph_, start, identifier);
  return {walk(start.front(), identifier), toward.value_or(start.front())};
}

/// Applied revisions of a branch that no applied child stands on: there because a row depends on them.
std::vector<Index> Resolver::implied_tips(const std::vector<bool>& lineage) const {
  const auto applied = graph_.ancestors(rows_);
  std::vector<Index> found;
  for (Index i = 0; i < applied.size(); ++i) {
    const auto is_applied = [&](Index child) { return applied[child]; };
    if (applied[i] && lineage[i] && std::ranges::none_of(graph_.children(i), is_applied)) found.push_back(i);
  }
  return found;
}

}  // namespace migrate::script::detail
