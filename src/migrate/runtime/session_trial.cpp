// What a session does differently in a dry run: one transaction with a savepoint before each step, and no COMMIT.
#include <fmt/format.h>

#include <algorithm>

#include "migrate/base/text.hpp"
#include "migrate/runtime/session.hpp"

namespace migrate::runtime {
namespace {

constexpr std::string_view k_savepoint = "migrate_dry_run";

}  // namespace

void Session::open_trial(const PreparedStep& first) {
  untried_.clear();
  Message message;
  open(message);
  send(message, first);
}

void Session::set_savepoint(const PreparedStep& step) {
  Message message;
  if (savepoint_) message.add(Purpose::frame, fmt::format("RELEASE SAVEPOINT {}", k_savepoint));
  message.add(Purpose::frame, fmt::format("SAVEPOINT {}", k_savepoint));
  send(message, step);
  savepoint_ = true;
}

void Session::check_constraints(const PreparedStep& step) {
  Message message;
  message.add(Purpose::commit, "SET CONSTRAINTS ALL IMMEDIATE");
  // Which were immediate before cannot be brought back; what they would say is said by the next check.
  message.add(Purpose::frame, "SET CONSTRAINTS ALL DEFERRED");
  send(message, step);
}

void Session::roll_back_trial() noexcept {
  savepoint_ = false;
  if (connection_.alive()) connection_.rollback_if_open();
  set_tables_exist(table_committed_, journal_committed_);
}

bool Session::take_back() noexcept {
  if (!savepoint_) return connection_.alive() && connection_.rollback_if_open();
  try {
    if (connection_.alive()) connection_.script(fmt::format("ROLLBACK TO SAVEPOINT {}", k_savepoint));
  } catch (const std::exception&) {  // all of it is rolled back then
    return false;
  }
  return connection_.alive();
}

void Session::tell_untried(const PreparedStep& step, Untried how_much, const std::string& why) {
  const auto& revision = step.step.revision;
  if (std::ranges::find(untried_, revision) == untried_.end()) untried_.push_back(revision);
  if (events_.on_untried) events_.on_untried(step, how_much, why);
}

void Session::fail_trial(StepFailureFacts facts) const {
  facts.dry_run = true;
  facts.state = fmt::format("This was a dry run: nothing is changed, the database stands {}.",
                            rows_.empty() ? "at base (no revision applied)" : "at " + base::join(rows_, ", "));
  if (!untried_.empty()) {
    facts.state += fmt::format(
        " The step was tried without what could not be tried before it ({}): if it needs that, only a real run can "
        "tell.",
        base::join(untried_, ", "));
  }
  throw StepError(std::move(facts));
}

}  // namespace migrate::runtime
