#pragma once
#include <span>
#include <string>
#include <vector>

#include "migrate/script/plan.hpp"
#include "migrate/script/revision_graph.hpp"

namespace migrate::command {

/// Version rows set against the files.
struct Standing {
  std::vector<script::Index> known;
  std::vector<std::string> unknown;  ///< rows without a file: there the database is ahead of these files
};

Standing standing(const script::RevisionGraph& graph, std::span<const std::string> rows);

/// Those revisions of `steps` that are not applied, in that order. Where there are unknown rows nobody can tell what
/// lies below them, so that only what builds on known rows counts.
std::vector<script::Index> pending(const script::RevisionGraph& graph, const Standing& standing,
                                   std::span<const script::Step> steps);

}  // namespace migrate::command
