#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "migrate/command/compile.hpp"
#include "migrate/command/context.hpp"
#include "migrate/runtime/backfill_progress.hpp"
#include "migrate/runtime/prepared_step.hpp"
#include "migrate/runtime/run_options.hpp"

/// What upgrade, downgrade and stamp have in common: plan from the version rows, check, lock, run.
namespace migrate::command {

struct StepReport {
  script::Step step;
  std::string title;
  std::filesystem::path path;
  std::string line;  ///< "Running upgrade a -> b, title"
  double milliseconds = 0;
  bool dry_run = false;   ///< it was only tried
  std::string untried{};  ///< why a dry run passed all of it over: "its section runs outside transactions"
};

struct MoveReport {
  std::vector<StepReport> steps;  ///< what was done; empty: there was nothing to do
  std::vector<std::string> rows_before;
  std::vector<std::string> rows;     ///< where the database stands now
  std::string script;                ///< --sql: the script, and nothing was run
  bool dry_run = false;              ///< the steps were only tried; `rows` is where the database stands as before
  std::vector<std::string> ahead{};  ///< rows these files do not have, where that was allowed; then nothing was done
};

/// Called as things happen. Any may be empty.
struct MoveEvents {
  std::function<void(const StepReport&)> on_start;
  std::function<void(const StepReport&)> on_done;
  std::function<void(const StepReport&, int attempt, const std::string& reason)> on_retry;
  std::function<void(const std::string& holder)> on_lock_wait;
  /// The connection was lost and made again; the run goes on from `rows`, which may be behind the step that was
  /// running.
  std::function<void(const std::string& reason, const std::vector<std::string>& rows)> on_reconnect;
  std::function<void(const std::string&)> on_hook_output;
  std::function<void(const std::string&)> on_warning;
  /// A statement, counted from 1, is passed over: an earlier run that ended half-way had done it.
  std::function<void(const StepReport&, std::size_t statement)> on_resume;
  std::function<void(const std::string&)> on_log;  ///< what a C++ revision tells with op.log()
  /// After each batch of a backfill.
  std::function<void(const StepReport&, const runtime::BackfillProgress&)> on_backfill;
  /// A dry run passes a part of a step over; of a step that it passes over as a whole, on_done tells.
  std::function<void(const StepReport&, const std::string& why)> on_untried;
  CompileEvents compile;  ///< C++ revisions are compiled before the first step runs
};

using Planner =
    std::function<std::vector<script::Step>(const script::RevisionGraph& graph, const std::vector<std::string>& rows)>;

struct MoveOptions {
  bool compare_applied = false;  ///< look whether applied revisions were edited, as safety.edited says
  runtime::UncertainStatement uncertain = runtime::UncertainStatement::stop;
  bool dry_run = false;  ///< try everything in a transaction that is rolled back
  /// Called with what would run from these rows, before the run lock is taken and again when the rows were others under
  /// it; may throw.
  std::function<void(std::span<const runtime::PreparedStep>, const std::vector<std::string>& rows)> check{};
};

/// Runs the plan on the database. At the target nothing is locked and nothing is written. Throws runtime::StepError,
/// runtime::RunLockError, EditedError, script errors …
MoveReport move(const Context& context, const Planner& plan, const MoveEvents& events, const MoveOptions& options = {});

/// Writes the plan from `rows` as a script instead.
MoveReport move_offline(const Context& context, const script::RevisionGraph& graph,
                        const std::vector<std::string>& rows, const std::vector<script::Step>& steps,
                        const MoveEvents& events = {});

/// "a:b" cut at its colon; `from` is nothing when there is no colon. Throws UsageError for two colons.
struct OfflineRange {
  std::optional<std::string> from;
  std::string to;
};
OfflineRange offline_range(const std::string& text);

/// Ids of the version rows an offline script starts from: none for nothing, "base" or "".
std::vector<std::string> offline_rows(const script::RevisionGraph& graph, const std::optional<std::string>& from);

}  // namespace migrate::command
