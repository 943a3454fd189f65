#include "migrate/engine/detail/batch_run.hpp"

#include <fmt/format.h>

#include <utility>

#include "migrate/engine/detail/channel.hpp"

namespace migrate::engine::detail {

BatchRun::BatchRun(Channel& channel) : Exchange(channel, channel.command_limit()), flight_(channel.wire) {}

void BatchRun::start(const Batch& batch) {
  for (const auto& item : batch.items()) {
    if (item.parameters > Parameters::k_limit) {
      throw DatabaseArgumentError(
          fmt::format("{} parameters, where a statement may have {}", item.parameters, Parameters::k_limit));
    }
    if (item.statement == nullptr) continue;
    if (channel().statements.owns(*item.statement) && item.statement->ready()) continue;
    throw DatabaseArgumentError("a prepared statement of another connection, or one the server has dropped, in a batch",
                                "Prepare it on this connection first.");
  }
  for (const auto& text : batch.texts()) channel().announce(text, 0);
  channel().require_sent(flight_.enter());
  if (!queue(batch)) {
    channel().lose(wire().error_text());
    channel().require_idle();
  }
  flight_.launch();
}

bool BatchRun::queue(const Batch& batch) {
  const auto& items = batch.items();
  const auto pointers = batch.parameters().pointers();
  flight_.reserve(items.size() + 1);
  for (const auto& item : items) {
    const Values values(pointers.data() + item.first, item.parameters);
    const bool queued = item.sync                   ? flight_.sync()
                        : item.statement != nullptr ? flight_.prepared(item.statement->name(), values)
                                                    : flight_.query(batch.texts()[item.sql], values);
    if (!queued) return false;
  }
  return (!items.empty() && items.back().sync) || flight_.sync();
}

Exchange::Progress BatchRun::advance() {
  const Flight::Read read = flight_.read();
  if (read == Flight::Read::on) return Progress::on;
  if (read == Flight::Read::broken) {
    give_up();
    keep_reason_of_loss();
  }
  return Progress::over;
}

/// The last error is what ended the session; earlier ones were statements' own.
void BatchRun::keep_reason_of_loss() {
  for (auto& item : flight_.items()) {
    if (item.error && (item.error->sqlstate.empty() || item.error->severity == "FATAL") && !outcome_.error) {
      outcome_.error = *item.error;
    }
  }
}

std::vector<BatchOutcome> BatchRun::finish() {
  if (is_cut()) {
    for (auto& item : flight_.items()) {
      if (item.error && !outcome_.error && item.error->sqlstate == "57014") outcome_.error = *item.error;
    }
  }
  outcome_.statements = flight_.answered();
  judge();
  std::vector<BatchOutcome> outcomes;
  outcomes.reserve(flight_.size());
  std::size_t cause = 0;
  for (auto& item : flight_.items()) {
    if (item.is_sync) continue;
    if (item.result) {
      channel().note_tag(*item.result);
      outcomes.emplace_back(std::move(*item.result));
    } else if (item.error) {
      cause = outcomes.size();
      outcomes.emplace_back(SqlError(std::move(*item.error), cause));
    } else {
      outcomes.emplace_back(cause);
    }
  }
  return outcomes;
}

}  // namespace migrate::engine::detail
