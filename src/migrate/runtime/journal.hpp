#pragma once
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/engine/connection.hpp"
#include "migrate/runtime/prepared_step.hpp"
#include "migrate/runtime/version_table.hpp"

namespace migrate::runtime {

/// Whether steps are noted down, and by whom.
struct JournalOptions {
  bool enabled = false;
  std::string host{};   ///< the user and machine that run this program: "alice@build-7"
  std::string tool{};   ///< "migrate 0.1.0"
  bool script = false;  ///< for a script, whose steps begin with their transactions
};

/// What a row of the journal says, as it is written. The database adds who, the times and the duration.
struct JournalEntry {
  std::string_view revision;
  std::string_view direction;              ///< upgrade, downgrade, stamp, accept
  std::optional<std::size_t> statement{};  ///< counted from 1; nothing: the whole step
  std::size_t statements = 0;              ///< how many the section has; 0: not known
  std::string_view checksum{};             ///< of the section, or of the statement
  std::string_view outcome = "done";       ///< started, done, failed, skipped
  std::string_view body{};                 ///< the section as it was applied, to show later what was changed
  std::string_view message{};              ///< why it failed
  double milliseconds = -1;                ///< how long it took; below 0: as long as the message it is part of
};

/// A row of the journal as `migrate log` shows it.
struct JournalRow {
  std::string revision, direction;
  std::optional<int> statement;
  int statements = 0;
  std::string checksum, outcome, started_at, finished_at;
  double duration_ms = 0;
  std::string who, host, tool, message;
};

/// What the journal remembers of a revision that is applied.
struct AppliedRevision {
  std::string direction;  ///< of the last row: upgrade, downgrade, stamp, accept
  std::string checksum;   ///< empty: not known
};

/// One statement of a step that was begun and not ended.
struct BegunStatement {
  std::size_t statement = 0;
  std::string checksum;
  std::string outcome;
  bool doubtful = false;  ///< revisions were taken back since, and perhaps what it made with them
};

/// The table beside the version table that keeps what was run: <version_table>_log. A step's row is part of the step's
/// own transaction; the statements of a step that is no transaction have rows of their own, which are committed before
/// and after each. Every statement made here is schema-qualified.
class Journal {
 public:
  /// A journal that notes nothing.
  Journal() = default;
  /// For scripts written without a database.
  Journal(const VersionTable& versions, JournalOptions options, bool exists);
  /// Looks whether the table is there. One round trip, none when it is not enabled.
  static Journal locate(engine::Connection& connection, const VersionTable& versions, JournalOptions options);

  [[nodiscard]] bool enabled() const noexcept { return options_.enabled; }
  [[nodiscard]] bool exists() const noexcept { return exists_; }
  void set_exists(bool exists) noexcept { exists_ = exists; }
  /// Quoted where needed: public.alembic_version_log
  [[nodiscard]] const std::string& qualified_name() const noexcept { return qualified_; }

  [[nodiscard]] std::string create_statement(bool if_not_exists) const;
  /// The row is said to have begun when the message came in that this statement is part of.
  [[nodiscard]] std::string insert(const JournalEntry& entry) const;
  /// The columns that insert() fills, and the SQL of their values; in `given` a parameter may stand for a value.
  struct Values {
    std::string revision, direction, statement, statements, checksum, outcome, body, message;
    double milliseconds = -1;
  };
  [[nodiscard]] static std::string_view columns();
  [[nodiscard]] std::string values(const Values& given) const;
  [[nodiscard]] static Values literals(const JournalEntry& entry);
  /// Ends a statement that was begun: its row says `entry.outcome` now.
  [[nodiscard]] std::string finish(const JournalEntry& entry) const;

  /// The newest rows first; `revision` empty: of all. At most `limit` rows, 0: all of them.
  [[nodiscard]] std::vector<JournalRow> read(engine::Connection& connection, std::string_view revision,
                                             std::size_t limit) const;
  /// What the last row about each revision as a whole says.
  [[nodiscard]] std::map<std::string, AppliedRevision, std::less<>> applied(engine::Connection& connection) const;
  /// How the revision was applied last; empty: not kept.
  [[nodiscard]] std::string body(engine::Connection& connection, std::string_view revision) const;
  /// The statements of the revision that were begun since it was last done as a whole, in order.
  [[nodiscard]] std::vector<BegunStatement> begun(engine::Connection& connection, std::string_view revision,
                                                  std::string_view direction) const;
  /// Revisions with begun statements, and how far they came.
  struct HalfDone {
    std::string revision, direction;
    int statement = 0;  ///< the last that was begun
    int statements = 0;
    std::string outcome;
  };
  [[nodiscard]] std::vector<HalfDone> half_done(engine::Connection& connection) const;

 private:
  std::string qualified_;
  JournalOptions options_;
  bool exists_ = false;
};

/// The row about a step as a whole that went through.
JournalEntry journal_entry(const PreparedStep& step);

}  // namespace migrate::runtime
