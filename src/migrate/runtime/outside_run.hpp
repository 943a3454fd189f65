#pragma once
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/runtime/journal.hpp"
#include "migrate/runtime/outside_statement.hpp"
#include "migrate/runtime/probe.hpp"
#include "migrate/runtime/session.hpp"

namespace migrate::runtime {

/// The statements of one step that run outside transactions, so that a run that dies between any two of them, or inside
/// of one, can be gone on with. The journal tells which of them have taken effect: most are noted in the transaction
/// that PostgreSQL makes for each; those that refuse to share one are noted before and after, and where the second note
/// is missing the catalog is asked.
class OutsideRun {
 public:
  /// `statements`: how many the step has; 0: not known yet.
  OutsideRun(Session& session, const PreparedStep& step, std::size_t statements);

  /// Runs the next statement, unless an earlier run did. Throws StepError.
  void run(const OutsideStatement& statement);

  /// The next statement is one that a C++ revision collects for a transaction: true when an earlier run committed it.
  bool committed_before(const PlacedStatement& statement);
  /// A C++ revision asks the database for what may change it, inside a transaction or `alone`. True: an earlier run had
  /// it committed and the user says that this one is to go on without its answer. Throws StepError when nobody said.
  bool asked_before(const PlacedStatement& statement, bool alone);
  /// What was asked alone has an answer.
  void note_answer(const PlacedStatement& statement, std::string_view outcome);
  /// What was collected is about to be committed by this message.
  void note_collected(Message& message);

 private:
  enum class Todo { run, skip };
  [[nodiscard]] bool journaled() const noexcept { return session_.journal().enabled(); }
  const BegunStatement* begun(std::size_t number);
  Todo resume(const OutsideStatement& statement, const BegunStatement& before);
  /// `how`: what is known of its end.
  Todo ask_catalog(const OutsideStatement& statement, std::string_view how);
  Todo ask_user(const OutsideStatement& statement, std::string_view how, const std::string& found);
  void refuse_foreign_index(const OutsideStatement& statement);
  void repair(const OutsideStatement& statement, const ProbeAnswer& answer);

  void run_alone(const OutsideStatement& statement);
  void run_with_note(const OutsideStatement& statement);
  void run_in_transaction(const OutsideStatement& statement);
  void count(const sql::Statement& facts);

  bool counts(const PlacedStatement& statement, const BegunStatement& group);
  [[nodiscard]] std::string group_checksum() const;
  /// Views of `checksum` are kept.
  [[nodiscard]] JournalEntry entry(const std::string& checksum, std::string_view outcome) const;
  void add_note(Message& message, const std::string& sql) const;
  void write(const std::string& sql);
  ProbeAnswer ask(const OutsideStatement& statement);
  [[noreturn]] void refuse(const OutsideStatement& statement, StepFailure cause, std::string message, std::string hint);

  Session& session_;
  const PreparedStep& step_;
  std::size_t statements_;
  std::size_t number_ = 0;  ///< of the current statement, from 1
  std::optional<std::map<std::size_t, BegunStatement>> begun_;
  std::size_t sent_ = 0;               ///< statements since the last that ended outside of transactions
  std::vector<std::string> open_;      ///< notes to be written when the section's own transaction ends
  std::string collected_;              ///< checksums of what was collected since the last commit
  std::size_t committed_through_ = 0;  ///< the last statement that an earlier run committed together with others
};

}  // namespace migrate::runtime
