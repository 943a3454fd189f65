#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "migrate/runtime/backfill_progress.hpp"
#include "migrate/runtime/journal.hpp"
#include "migrate/runtime/outcome.hpp"
#include "migrate/runtime/prepared_step.hpp"
#include "migrate/runtime/queue_watchdog.hpp"
#include "migrate/runtime/version_apply.hpp"
#include "migrate/schema/naming.hpp"

namespace migrate::runtime {

/// What C++ revisions are given beside the database.
struct RevisionInputs {
  schema::NamingConvention naming{};                     ///< for what they leave unnamed
  std::vector<std::pair<std::string, std::string>> x{};  ///< op.x()
};

/// What to do about a statement outside transactions that an earlier run began, when nothing tells whether it took
/// effect.
enum class UncertainStatement { stop, retry, skip };

/// How much of a step a dry run passes over.
enum class Untried { part, all };

struct ExecutorOptions {
  bool transaction_per_migration = true;       ///< false: steps share one transaction
  std::string lock_timeout = "5s";             ///< PostgreSQL's setting; empty: the server's own
  std::string statement_timeout{};             ///< same
  std::string idle_timeout = "5min";           ///< of a transaction that waits for us; empty: the server's own
  int lock_retries = 10;                       ///< how often a step that could not get a lock is tried again
  std::chrono::milliseconds lock_deadline{0};  ///< for all tries of a step; zero: no limit
  QueueWatchdog* watchdog = nullptr;           ///< cancels what others queue behind; null: nobody looks
  int interrupt_fd = -1;                       ///< readable when the user wants out; watched between tries
  VersionApplyHooks on_version_apply{};
  RevisionInputs inputs{};
  JournalOptions journal{};
  UncertainStatement uncertain = UncertainStatement::stop;
  /// All steps go through one transaction that is rolled back, without a journal; what runs outside of transactions is
  /// passed over. Only sequences that were advanced stay so.
  bool dry_run = false;
};

/// What a run tells while it goes on. Any may be empty; none may throw.
struct ExecutorEvents {
  std::function<void(const PreparedStep&)> on_start;
  std::function<void(const PreparedStep&, double milliseconds)> on_done;
  std::function<void(const PreparedStep&, int attempt, const std::string& reason)> on_retry;
  std::function<void(const std::string&)> on_hook_output;  ///< what a command hook printed
  /// Reads where the database stands after the connection broke or was interrupted, over another one, and notes
  /// `note` in the journal there. May return nothing.
  std::function<std::optional<std::vector<std::string>>(const FailureNote& note)> read_rows_again;
  /// A statement, counted from 1, is passed over: an earlier run that ended half-way had done it.
  std::function<void(const PreparedStep&, std::size_t statement)> on_resume;
  std::function<void(const PreparedStep&, const std::string&)> on_log;            ///< a C++ revision tells something
  std::function<void(const PreparedStep&, const BackfillProgress&)> on_backfill;  ///< after each batch
  /// A dry run passes something over; `why` is a sentence without its end: "its section runs outside transactions".
  std::function<void(const PreparedStep&, Untried, const std::string& why)> on_untried;
};

}  // namespace migrate::runtime
