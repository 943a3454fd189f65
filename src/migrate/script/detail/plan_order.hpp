#pragma once
#include <span>
#include <vector>

#include "migrate/script/revision_graph.hpp"

namespace migrate::script::detail {

/// The revisions flagged in `todo`, each before everything it stands on: the order of a downgrade, and backwards that
/// of an upgrade. Alembic's order: one line is followed down from each of `tops`, the first loaded one first, and left
/// only where another line still stands on the next revision; parents in written order, then dependencies.
std::vector<Index> order_downwards(const RevisionGraph& graph, std::vector<bool> todo, std::span<const Index> tops);

}  // namespace migrate::script::detail
