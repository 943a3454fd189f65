#pragma once
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "migrate/cli/commit_graph.hpp"
#include "migrate/cli/output.hpp"
#include "migrate/command/revision_view.hpp"

/// A list of revisions, newest first, as a drawing. Parents that the list does not hold (it may be a range) show as cut
/// off, dependencies as dashed lines where the format has any.
namespace migrate::cli {

using Revisions = std::span<const command::RevisionView>;

/// The commit graph on the left, what `entry` says of each revision on its right; every line ends in a newline.
std::string graph_text(Revisions revisions, const std::function<std::string(const command::RevisionView&)>& entry,
                       const Output& output, std::size_t max_lanes = CommitGraph::k_max_lanes);

/// A Mermaid flowchart, bases at the top.
std::string mermaid(Revisions revisions);

/// A digraph in the language of Graphviz, bases at the top.
std::string dot(Revisions revisions);

}  // namespace migrate::cli
