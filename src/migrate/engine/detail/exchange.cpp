#include "migrate/engine/detail/exchange.hpp"

#include <libpq-fe.h>

#include <chrono>
#include <string_view>

#include "migrate/engine/detail/channel.hpp"
#include "migrate/engine/detail/fields.hpp"

namespace migrate::engine::detail {
namespace {

/// From a cancel request to the end of the statement. Rolling back takes no time in PostgreSQL, so whoever needs longer
/// is not going to answer.
constexpr std::chrono::seconds k_grace{5};

}  // namespace

Exchange::Exchange(Channel& channel, Deadline limit) : channel_(channel), limit_(limit) {
  channel.require_idle();
}

Wire& Exchange::wire() const noexcept {
  return channel_.wire;
}

int Exchange::fd() const noexcept {
  return stage_ == Stage::settling ? canceller_->fd() : wire().socket();
}

Want Exchange::step(bool readable) {
  while (stage_ == Stage::running) {
    const Want want = wire().step(readable);
    readable = false;
    channel_.deliver_notices();
    if (want != Want::done) return want;
    const Progress progress = wire().phase() == Wire::Phase::closed || beyond_repair_ ? Progress::over : advance();
    channel_.deliver_notices();
    if (progress == Progress::pause) return Want::done;
    if (progress == Progress::over) stage_ = Stage::settling;
  }
  return settle();
}

/// Until the cancel request is known to have arrived it could still hit the next statement.
Want Exchange::settle() {
  if (stage_ == Stage::over) return Want::done;
  const bool closed = wire().phase() == Wire::Phase::closed || beyond_repair_;
  if (canceller_ && !closed) {
    const auto sent = canceller_->answer();
    if (!sent) return Want::read;
    if (!*sent) beyond_repair_ = true;
  }
  stage_ = Stage::over;
  return Want::done;
}

void Exchange::cut(Cut why) {
  if (is_cut() || hard_limit_) {
    outcome_.cut = is_cut() ? outcome_.cut : why;
    outcome_.answered = stage_ != Stage::running;
    wire().close();
    stage_ = Stage::over;
    return;
  }
  outcome_.cut = why;
  limit_ = Deadline::after(k_grace);
  canceller_.emplace(wire().handle());
  on_cut();
}

void Exchange::set_limit(Deadline limit) noexcept {
  if (!is_cut()) limit_ = limit;
}

void Exchange::keep_error(const pg_result* result) {
  if (!outcome_.error) outcome_.error = error_fields(result);
}

void Exchange::judge() {
  const auto& error = outcome_.error;
  if (beyond_repair_) {
    channel_.lose(error ? std::string_view(error->message) : "a cancel request did not get through");
  }
  channel_.judge(outcome_);
}

bool Exchange::settle_abandoned() noexcept {
  if (over() && !beyond_repair_ && wire().usable()) return true;
  const bool given_up = wire().usable();
  const auto& error = outcome_.error;
  channel_.lose(error ? std::string_view(error->message) : "it was left in the middle of an answer",
                error && !given_up ? std::string_view(error->sqlstate) : "");
  return false;
}

}  // namespace migrate::engine::detail
