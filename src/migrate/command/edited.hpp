#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "migrate/base/error.hpp"
#include "migrate/engine/connection.hpp"
#include "migrate/runtime/journal.hpp"
#include "migrate/script/revision_graph.hpp"

namespace migrate::command {

/// Revisions that are applied have been edited since. Nothing was run.
class EditedError : public base::Error {
 public:
  using Error::Error;
};

/// An applied revision whose file says something else than what was applied.
struct EditedRevision {
  std::string revision;
  std::filesystem::path path;
  std::string changes;  ///< lines "line 12: was …, is …"; empty: only that there are any is known
};

/// Compares what the journal remembers of the revisions that these version rows imply with their files. What the
/// journal does not know, such as what Alembic applied, is not compared. Throws DatabaseError.
std::vector<EditedRevision> find_edited(const script::RevisionGraph& graph, std::span<const std::string> rows,
                                        const runtime::Journal& journal, engine::Connection& connection);

/// "versions/ab_x.sql: revision ab was edited after it had been applied", and the changes on lines of their own.
std::string describe(const EditedRevision& edited);

}  // namespace migrate::command
