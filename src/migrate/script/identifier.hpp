#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/script/revision_graph.hpp"

namespace migrate::script {

/// Resolves one identifier to the revisions it names, for show, edit, stamp, merge and --head: full id, unique prefix,
/// label, head, heads, base (names nothing), current, label@…, rev±N, ±N. `rows` is what the version table holds; only
/// `current` and a bare +N look at it; a bare -N counts down from each head, as in Alembic. Throws ResolutionError, or
/// DatabaseAheadError for rows these files do not have.
std::vector<Index> resolve(const RevisionGraph& graph, std::string_view identifier,
                           std::span<const std::string> rows = {});

/// Turns rows of the version table into revisions. Throws DatabaseAheadError naming the unknown ones.
std::vector<Index> resolve_rows(const RevisionGraph& graph, std::span<const std::string> rows);

/// A history range "a:b", "a:", ":b" or a single identifier, both ends included; newest first.
std::vector<Index> resolve_history(const RevisionGraph& graph, std::string_view range,
                                   std::span<const std::string> rows = {});

/// Whether resolving the identifier or range needs the version table (`current`, a bare +N).
bool needs_rows(std::string_view identifier);

}  // namespace migrate::script
