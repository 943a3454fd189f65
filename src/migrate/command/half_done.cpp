#include "migrate/command/half_done.hpp"

#include <fmt/format.h>

#include "migrate/command/standing.hpp"

namespace migrate::command {

std::vector<runtime::Journal::HalfDone> half_done_revisions(const script::RevisionGraph& graph,
                                                            std::span<const std::string> rows,
                                                            const runtime::Journal& journal,
                                                            engine::Connection& connection) {
  auto found = journal.half_done(connection);
  const auto applied = graph.ancestors(standing(graph, rows).known);
  std::erase_if(found, [&](const runtime::Journal::HalfDone& row) {
    const auto index = graph.find(row.revision);
    return index && applied[*index] == (row.direction == "upgrade");
  });
  return found;
}

std::string describe(const runtime::Journal::HalfDone& half_done) {
  const auto of = half_done.statements > 0 ? fmt::format(" of {}", half_done.statements) : std::string();
  return fmt::format("revision {} at statement {}{}, {} ({})", half_done.revision, half_done.statement, of,
                     half_done.outcome, half_done.direction);
}

}  // namespace migrate::command
