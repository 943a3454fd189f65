#include "migrate/script/detail/graph_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "migrate/base/text.hpp"

namespace migrate::script::detail {
namespace {

/// Peels revisions off whose targets are all peeled; what is left over is a cycle or stands on one.
struct Peeled {
  std::vector<Index> order;
  std::vector<std::size_t> waiting;  ///< targets not yet peeled; 0 for all of `order`
};

Peeled peel(const RevisionGraph& graph, bool with_dependencies) {
  Peeled result;
  result.order.reserve(graph.size());
  result.waiting.resize(graph.size());
  for (Index i = 0; i < graph.size(); ++i) {
    result.waiting[i] = graph.parents(i).size() + (with_dependencies ? graph.dependencies(i).size() : 0);
    if (result.waiting[i] == 0) result.order.push_back(i);
  }
  const auto release = [&](const std::vector<Index>& links) {
    for (const Index i : links) {
      if (--result.waiting[i] == 0) result.order.push_back(i);
    }
  };
  for (std::size_t done = 0; done < result.order.size(); ++done) {
    const Index i = result.order[done];
    release(graph.children(i));
    if (with_dependencies) release(graph.dependents(i));
  }
  return result;
}

/// One cycle among the revisions that could not be peeled, from the bottom up, its first member also at the end.
std::vector<Index> find_cycle(const RevisionGraph& graph, const Peeled& peeled, bool with_dependencies) {
  const auto is_left = [&](Index i) { return peeled.waiting[i] > 0; };
  const auto below = [&](Index i) {
    for (const Index target : graph.parents(i)) {
      if (is_left(target)) return target;
    }
    const auto& dependencies = graph.dependencies(i);
    return with_dependencies ? *std::ranges::find_if(dependencies, is_left) : i;
  };
  Index at = 0;
  while (!is_left(at)) ++at;
  std::vector<bool> seen(graph.size());
  std::vector<Index> path;
  for (; !seen[at]; at = below(at)) {
    seen[at] = true;
    path.push_back(at);
  }
  path.erase(path.begin(), std::ranges::find(path, at));
  path.push_back(at);
  std::ranges::reverse(path);
  return path;
}

[[noreturn]] void fail_with_cycle(const RevisionGraph& graph, const Peeled& peeled, bool with_dependencies) {
  const auto cycle = find_cycle(graph, peeled, with_dependencies);
  std::vector<std::string> ids;
  for (const Index i : cycle) ids.push_back(graph[i].id);
  std::vector<std::string> files;
  for (const Index i : std::span(cycle).first(cycle.size() - 1)) files.push_back(file_of(graph[i]));
  const bool by_dependency = with_dependencies;
  throw RevisionError(fmt::format("{}: {}",
                                  by_dependency ? "dependency cycle: down_revision and depends_on lead in a circle"
                                                : "cycle: down_revision leads in a circle",
                                  listed(ids, " -> ")),
                      fmt::format("Correct {} in one of: {}",
                                  by_dependency ? "depends_on or down_revision" : "down_revision", listed(files)));
}

}  // namespace

std::vector<Index> bottom_up_order(const RevisionGraph& graph) {
  auto all = peel(graph, true);
  if (all.order.size() == graph.size()) return std::move(all.order);
  const auto lineage = peel(graph, false);
  if (lineage.order.size() < graph.size()) fail_with_cycle(graph, lineage, false);
  fail_with_cycle(graph, all, true);
}

std::string file_of(const Revision& revision) {
  return revision.path.empty() ? "revision " + revision.id : revision.path.string();
}

std::string listed(const std::vector<std::string>& names, std::string_view separator) {
  constexpr std::size_t k_most = 10;
  if (names.size() <= k_most) return base::join(names, separator);
  return fmt::format("{} and {} more", base::join(std::span(names).first(k_most), separator), names.size() - k_most);
}

}  // namespace migrate::script::detail
