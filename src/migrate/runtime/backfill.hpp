#pragma once
#include <optional>
#include <string>
#include <vector>

#include "migrate/runtime/session.hpp"
#include "migrate/schema/request.hpp"

namespace migrate::runtime {

/// An update of a large table in batches, each a transaction of its own: it goes along a key and stores in each batch
/// how far it came, in <version_table>_backfill beside the version table. An interrupted one goes on from there. Rows
/// whose key is NULL come last, in one batch. The stored rows of a revision go when its step is committed, and the
/// table with the last of them.
class Backfill {
 public:
  /// Looks whether it has begun already. `before`: the statements of the step since its last commit. Throws CppFault
  /// for options that make no sense, StepError.
  Backfill(Session& session, const PreparedStep& step, const schema::Request& request, std::string place,
           const std::vector<std::string>& before);

  /// An earlier run began it after the same statements, and committed them.
  [[nodiscard]] bool begun() const noexcept { return begun_; }
  /// Looks at the table, and adds what stores the cursor. Throws CppFault when table or key are not there, StepError.
  void begin(Message& message);
  /// Outside transactions, with what begin() added committed. Throws StepError.
  void run();

  /// What removes the stored rows of a step.
  static void add_end(Message& message, const VersionTable& table, const PreparedStep& step);
  /// All of it as one statement, for scripts. Throws CppFault as the constructor does.
  static std::string whole_statement(const schema::Request& request, const std::string& place);

 private:
  void look_up(const std::vector<std::string>& before);
  /// Key of the last row of the next batch; nothing: there is none.
  std::optional<std::string> next_key();
  void change_batch(const std::string& last_key);
  void finish();
  /// Sends one statement; passing failures are tried again.
  engine::Result ask(const std::string& sql);
  /// UPDATE of the rows that `range` selects and of the cursor: "cursor = …".
  [[nodiscard]] std::string change(const std::string& range, const std::string& cursor) const;
  [[nodiscard]] std::string after_cursor() const;
  [[nodiscard]] std::string as_key(const std::string& text) const;
  void pause() const;
  void note_progress(bool done);
  void tell() const;

  Session& session_;
  const PreparedStep& step_;
  const schema::BackfillOptions& options_;
  std::string place_;
  std::string table_;          ///< quoted
  std::string key_;            ///< quoted, with the table
  std::string cursors_;        ///< the table of stored cursors, quoted
  std::string name_;           ///< of this one
  std::string before_digest_;  ///< of the statements before
  BackfillProgress progress_;

  std::string key_type_;
  bool key_nullable_ = false;
  bool cursors_exist_ = false, stored_ = false, begun_ = false, done_ = false;
  std::optional<std::string> cursor_;  ///< the last key that is done
};

}  // namespace migrate::runtime
