#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/script/revision_graph.hpp"
#include "migrate/script/section.hpp"

namespace migrate::script {

/// One change of the version table. `from` empty: INSERT; `to` empty: DELETE; both: UPDATE.
struct RowChange {
  std::string from;
  std::string to;
  bool operator==(const RowChange&) const = default;
};

/// One move of the database: plain data, the same for online, offline, dry run and JSON.
struct Step {
  Direction direction = Direction::upgrade;
  bool stamp = false;             ///< only the rows move; no script runs
  std::string revision;           ///< the revision whose script runs (upgrade: the new one; downgrade: the one undone)
  std::vector<std::string> from;  ///< shown left of "->"; empty is shown as nothing (base)
  std::vector<std::string> to;    ///< shown right of "->"
  std::vector<RowChange> rows;    ///< in execution order
  std::vector<std::string> rows_after;  ///< the whole version table afterwards, sorted
};

/// Steps that take a database with these version rows to the target (`head`, `heads`, id, +N, label@head, …).
/// A target already applied gives no steps. Throws ResolutionError or DatabaseAheadError.
std::vector<Step> plan_upgrade(const RevisionGraph& graph, std::span<const std::string> rows, std::string_view target);

std::vector<Step> plan_downgrade(const RevisionGraph& graph, std::span<const std::string> rows,
                                 std::string_view target);

/// Row moves without scripts. With `purge` the table is emptied first, whatever it holds.
std::vector<Step> plan_stamp(const RevisionGraph& graph, std::span<const std::string> rows,
                             std::span<const std::string> targets, bool purge);

}  // namespace migrate::script
