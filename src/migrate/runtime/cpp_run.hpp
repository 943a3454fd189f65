#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/runtime/cpp_statements.hpp"
#include "migrate/runtime/outside_run.hpp"
#include "migrate/runtime/session.hpp"
#include "migrate/runtime/statement_timeout.hpp"
#include "migrate/schema/request.hpp"

namespace migrate::runtime {

/// One run of a C++ revision on the database: calls its function and does what it asks for. What it asks for without
/// wanting an answer is collected and travels in one message with BEGIN, the row change and COMMIT.
class CppRun {
 public:
  /// What a revision that wanted no answers asked for: enough to send it again without calling its function again.
  using Recording = std::optional<std::vector<PlacedStatement>>;

  /// `commit`: the transaction ends with this step.
  CppRun(Session& session, const PreparedStep& step, bool commit);

  /// Throws StepError.
  void run(Recording& recording);

 private:
  void call_function();
  script::ServeReply serve(std::string_view bytes);
  script::ServeReply query(const schema::Request& request);
  script::ServeReply refused(const schema::Request& request, const engine::SqlError& error);
  void backfill(const schema::Request& request);
  void try_backfill(const schema::Request& request, const std::string& at);
  void finish();
  [[noreturn]] void report_thrown();

  /// Carries out statements in order: collected inside a transaction, sent alone outside.
  void play(const std::vector<PlacedStatement>& statements);
  void collect(const PlacedStatement& statement);
  void send_alone(const PlacedStatement& statement);
  void note_done(const std::string& sql);
  /// Sends what is collected; the transaction stays open.
  void flush();
  enum class Ends { open, commit, step };
  void send_collected(Ends how);
  /// Commits all so far, the steps before this one included.
  void commit_so_far();
  void require_no_transaction(const std::string& what);
  /// Nothing may be committed; what runs outside transactions is passed over.
  [[nodiscard]] bool is_trial() const noexcept { return session_.options().dry_run; }
  void ensure_open();
  [[nodiscard]] std::vector<PlacedStatement> render(const schema::Request& request);
  [[noreturn]] void fault(const std::string& place, const std::string& message, const std::string& hint);

  Session& session_;
  const PreparedStep& step_;
  bool commit_;
  CppRenderer renderer_;
  OutsideRun outside_;

  Message message_;                     ///< collected, not sent
  std::vector<std::string> collected_;  ///< the revision's statements since the last commit
  StatementTimeout timeout_{std::string()};
  bool opened_ = false;   ///< the transaction is open, or message_ opens it
  bool alone_;            ///< outside transactions now
  bool live_ = false;     ///< it asked for an answer
  bool touched_ = false;  ///< it may have left something in the session
  bool backfilled_ = false;
  bool flushed_ = false;  ///< something since the last commit has been sent

  std::optional<schema::Request> last_;      ///< finished or failed
  std::optional<StepFailureFacts> refused_;  ///< the statement whose refusal the revision was last told of
};

}  // namespace migrate::runtime
