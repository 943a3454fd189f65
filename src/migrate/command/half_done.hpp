#pragma once
#include <span>
#include <string>
#include <vector>

#include "migrate/engine/connection.hpp"
#include "migrate/runtime/journal.hpp"
#include "migrate/script/revision_graph.hpp"

namespace migrate::command {

/// Revisions whose statements were begun and which were not ended since: neither by the run nor by setting the version
/// rows past them.
std::vector<runtime::Journal::HalfDone> half_done_revisions(const script::RevisionGraph& graph,
                                                            std::span<const std::string> rows,
                                                            const runtime::Journal& journal,
                                                            engine::Connection& connection);

/// "revision ab12 at statement 2 of 5, failed (upgrade)"
std::string describe(const runtime::Journal::HalfDone& half_done);

}  // namespace migrate::command
