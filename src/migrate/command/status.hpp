#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "migrate/command/context.hpp"
#include "migrate/command/edited.hpp"
#include "migrate/command/revision_view.hpp"
#include "migrate/runtime/journal.hpp"

namespace migrate::command {

/// How files and database stand to each other.
struct StatusReport {
  std::string database;       ///< URL with its password hidden
  std::string version_table;  ///< public.alembic_version
  bool version_table_exists = false;
  std::vector<std::string> rows;      ///< of the version table
  std::vector<RevisionView> current;  ///< those of them that these files have
  std::vector<std::string> unknown;   ///< and those they do not have
  std::size_t revisions = 0;          ///< how many files there are
  std::size_t applied = 0;            ///< how many of them the known rows imply
  std::vector<RevisionView> pending;  ///< in the order an upgrade would take; see pending()
  std::vector<EditedRevision> edited;
  bool edits_known = false;  ///< false: safety.edited or safety.journal says that nobody is to look
  std::vector<runtime::Journal::HalfDone> half_done;
  std::string journal_table;  ///< empty: safety.journal is false
  bool journal_exists = false;
  bool journal_readable = true;             ///< false: this role may not, so what it says is not known
  std::optional<runtime::JournalRow> last;  ///< of the journal

  [[nodiscard]] bool up_to_date() const {
    return pending.empty() && edited.empty() && unknown.empty() && half_done.empty() && journal_readable;
  }
};

/// Looks at both sides; writes nothing. A missing version table is no error, rows without a file neither. Throws
/// RevisionError, engine::DatabaseError …
StatusReport status(const Context& context);

}  // namespace migrate::command
