#include "migrate/command/lost_connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "migrate/base/text.hpp"
#include "migrate/command/wait.hpp"

namespace migrate::command {
namespace {

/// A server that was restarted plays its log back first.
constexpr std::chrono::seconds k_patience{30};

/// admin_shutdown: pg_terminate_backend(), or the server being stopped.
constexpr std::string_view k_terminated = "57P01";

}  // namespace

std::unique_ptr<Database> LostConnection::reconnect(const runtime::StepError& error,
                                                    std::span<const runtime::PreparedStep> steps) {
  const auto& facts = error.facts();
  if (facts.cause != runtime::StepFailure::connection) throw runtime::StepError(facts);
  const std::string& revision = facts.step.revision;
  // A statement that takes the server down would do it again and again.
  if (revision == lost_in_ || !can_be_found_out(revision, steps)) throw runtime::StepError(facts);
  lost_in_ = revision;
  std::unique_ptr<Database> database;
  bool ended = false;
  try {
    wait(context_, k_patience);
    database = std::make_unique<Database>(context_);
    ended = ended_by_administrator(error, *database);
  } catch (const engine::DatabaseInterrupted&) {
    throw;
  } catch (const base::Error&) {
    throw runtime::StepError(facts);
  }
  if (ended) {
    auto told = facts;
    told.hint = "An administrator ended the session, perhaps because others waited for it; run again when they agree.";
    throw runtime::StepError(std::move(told));
  }
  connected_ = base::Stopwatch();
  return database;
}

bool LostConnection::can_be_found_out(const std::string& revision, std::span<const runtime::PreparedStep> steps) const {
  if (context_.config.safety.journal) return true;
  const auto step = std::ranges::find(steps, revision, [](const auto& one) { return one.step.revision; });
  return step != steps.end() && (step->step.stamp || (step->transaction && !step->cpp_body));
}

bool LostConnection::ended_by_administrator(const runtime::StepError& error, Database& database) const {
  if (error.facts().sqlstate != k_terminated) return false;
  const auto result = database.connection().execute(
      fmt::format("SELECT pg_catalog.now() - pg_catalog.pg_postmaster_start_time() > interval '{:.3f} seconds'",
                  connected_.milliseconds() / 1000));
  return result.scalar() == "t";
}

std::optional<std::span<const runtime::PreparedStep>> steps_left(std::span<const runtime::PreparedStep> steps,
                                                                 const std::vector<std::string>& rows_before,
                                                                 const std::vector<std::string>& rows) {
  const auto* at = &rows_before;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (*at == rows) return steps.subspan(i);
    at = &steps[i].step.rows_after;
  }
  if (*at == rows) return steps.last(0);
  return std::nullopt;
}

}  // namespace migrate::command
