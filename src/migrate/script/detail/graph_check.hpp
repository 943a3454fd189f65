#pragma once
#include <string>
#include <vector>

#include "migrate/script/revision_graph.hpp"

namespace migrate::script::detail {

/// Every revision after all its parents and dependencies. Throws RevisionError that names the members of a cycle, by
/// parents alone or by parents and dependencies.
std::vector<Index> bottom_up_order(const RevisionGraph& graph);

/// How messages name a revision's file: its path, or "revision ID" for one that is only in memory.
std::string file_of(const Revision& revision);

/// The names for a message: at most ten, then how many more.
std::string listed(const std::vector<std::string>& names, std::string_view separator = ", ");

}  // namespace migrate::script::detail
