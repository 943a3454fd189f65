#pragma once
#include <string>
#include <vector>

#include "migrate/command/accept.hpp"
#include "migrate/command/branches.hpp"
#include "migrate/command/build.hpp"
#include "migrate/command/bundle.hpp"
#include "migrate/command/current.hpp"
#include "migrate/command/diff.hpp"
#include "migrate/command/dump.hpp"
#include "migrate/command/ensure_version.hpp"
#include "migrate/command/failure.hpp"
#include "migrate/command/init.hpp"
#include "migrate/command/log.hpp"
#include "migrate/command/move.hpp"
#include "migrate/command/new_file.hpp"
#include "migrate/command/plan.hpp"
#include "migrate/command/rebase.hpp"
#include "migrate/command/revision.hpp"
#include "migrate/command/revision_view.hpp"
#include "migrate/command/status.hpp"
#include "migrate/command/verify.hpp"
#include "migrate/command/wait.hpp"

/// Answers as JSON. Queries give one document; moves give one object per line.
namespace migrate::cli::json {

std::string revisions(const std::vector<command::RevisionView>& revisions);
std::string branches(const std::vector<command::BranchPoint>& points);
std::string current(const command::CurrentReport& report);
std::string settings(const std::vector<command::Setting>& settings);
std::string rebase(const command::RebaseReport& report);
std::string new_file(const command::NewFileReport& report);
std::string ensured(const command::EnsureVersionReport& report);
std::string opened(const std::vector<std::filesystem::path>& files);
std::string laid_out(const command::InitReport& report);
std::string built(const command::BuildReport& report);
std::string bundled(const command::BundleReport& report);
std::string database(const server::ServerStatus& status);
/// What `upgrade --plan` reads again: see plan_file.hpp.
std::string plan(const command::Plan& plan);
std::string differences(const command::DiffReport& report);
std::string generated(const command::GeneratedReport& report);
std::string dumped(const command::DumpReport& report);
std::string verified(const command::VerifyReport& report);

std::string status(const command::StatusReport& report);
std::string answered(const command::WaitReport& report);
std::string journal(const command::LogReport& report);
std::string accepted(const command::AcceptReport& report);

/// What tells the events of one run from those of others.
struct EventMarks {
  std::string tag{};     ///< of the user; empty: none
  bool dry_run = false;  ///< nothing stays
};

/// The first event of a run: {"event":"start", "version":1, …}
std::string start(const std::string& command, const std::vector<std::string>& targets, const EventMarks& marks);
/// {"event":"retry", …}: a step could not get a lock
std::string retried(const command::StepReport& report, int attempt, const std::string& reason, const EventMarks& marks);
/// {"event":"wait", "holder":…}: for another run
std::string run_lock_wait(const std::string& holder, const EventMarks& marks);
/// {"event":"reconnect", "heads":…}: the connection was lost, and the run goes on from these rows
std::string reconnected(const std::string& reason, const std::vector<std::string>& rows, const EventMarks& marks);
/// {"event":"resume", …}: a statement was done by an earlier run
std::string resumed(const command::StepReport& report, std::size_t statement, const EventMarks& marks);
/// An event that is a message: "warning", "log" (of a C++ revision) or "hook"
std::string told(const char* event, const std::string& message, const EventMarks& marks);
/// {"event":"notice", …}: of the server
std::string notice(const engine::Notice& notice, bool dry_run);
/// {"event":"step", "status":"started", "done" or "untried", …}
std::string step(const command::StepReport& report, bool done, const EventMarks& marks);
/// {"event":"untried", "reason":…}: a dry run passes a part of a step over.
std::string untried(const command::StepReport& report, const std::string& why, const EventMarks& marks);
/// {"event":"backfill", "table":…, "rows":…}
std::string backfill(const command::StepReport& report, const runtime::BackfillProgress& progress,
                     const EventMarks& marks);
/// {"event":"compile", "status":"started" or "done", …}
std::string compiling(std::size_t count, const EventMarks& marks);
std::string compiled(std::size_t count, double seconds, const EventMarks& marks);
/// {"event":"finished", "changed":…, "heads":[…]}
std::string finished(const command::MoveReport& report, const EventMarks& marks);
/// {"event":"error", "exit_code":…, "message":…}
std::string failure(const command::Failure& failure, bool dry_run = false);
/// Any flat object of texts.
std::string object(const std::vector<std::pair<std::string, std::string>>& fields);

}  // namespace migrate::cli::json
