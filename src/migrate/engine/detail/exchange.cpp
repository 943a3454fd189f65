#include "migrate/engine/detail/exchange.hpp"

#include <libpq-fe.h>

#include <chrono>

#include "migrate/engine/detail/drive_sync.hpp"
#include "migrate/engine/detail/fields.hpp"

namespace migrate::engine::detail {
namespace {

/// From a cancel request to the end of the statement. Rolling back takes no time in PostgreSQL, so whoever needs longer
/// is not going to answer.
constexpr std::chrono::seconds k_grace{5};
/// Of COPY data at a time: far above the cost of a call, far below what one would notice in memory.
constexpr std::size_t k_chunk = 256 * 1024;

}  // namespace

Exchange::Exchange(Wire& wire, const Limits& limits, const ScriptOptions& options, const OnNotice& on_notice)
    : wire_(wire), limits_(limits), options_(options), on_notice_(on_notice), limit_(limits.deadline) {}

Outcome Exchange::run() {
  for (;;) {
    drive();
    if (wire_.phase() == Wire::Phase::closed) break;
    RawResult result = wire_.next();
    deliver_notices();
    if (!result) break;
    take(std::move(result));
    if (wire_.phase() == Wire::Phase::closed) break;
  }
  settle_cancel();
  deliver_notices();
  return std::move(outcome_);
}

void Exchange::drive() {
  for (;;) {
    const bool watching = outcome_.cut == Cut::none;
    const DriveEnd end = drive_sync(wire_, limit_, watching ? limits_.interrupt_fd : -1);
    deliver_notices();
    if (end == DriveEnd::done) return;
    if (!watching) {
      outcome_.answered = false;
      wire_.close();
      return;
    }
    cut(end == DriveEnd::interrupted ? Cut::interrupt : Cut::timeout);
  }
}

void Exchange::cut(Cut why) {
  outcome_.cut = why;
  limit_ = Deadline::after(k_grace);
  canceller_.emplace(wire_.handle());
  // A server that waits for COPY data hears no cancel request.
  if (wire_.phase() == Wire::Phase::copy_in) wire_.put_end("cancelled");
}

void Exchange::take(RawResult result) {
  switch (PQresultStatus(result.get())) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
      return succeed(std::move(result));
    case PGRES_EMPTY_QUERY:
      outcome_.last.emplace(result.release());
      return;
    case PGRES_COPY_IN:
      return feed_copy();
    case PGRES_COPY_OUT:
      return;
    case PGRES_COPY_BOTH:
      // There is no way back from here to statements.
      outcome_.error.emplace().message = "the statement starts replication, which this connection does not speak";
      wire_.close();
      return;
    default:
      break;
  }
  // A lost connection adds a second error that knows less than the first.
  if (!outcome_.error) outcome_.error = error_fields(result.get());
}

void Exchange::succeed(RawResult result) {
  outcome_.last.emplace(result.release());
  const std::size_t index = outcome_.statements++;
  if (!options_.on_statement || outcome_.thrown) return;
  try {
    options_.on_statement(index, *outcome_.last);
  } catch (...) {
    outcome_.thrown = std::current_exception();
  }
}

std::string_view Exchange::copy_data() {
  const std::size_t number = copies_++;
  if (outcome_.cut != Cut::none || outcome_.thrown) {
    wire_.put_end("cancelled");
    return {};
  }
  if (!options_.copy_data) {
    outcome_.copy_without_data = true;
    wire_.put_end("there is no data for this COPY");
    return {};
  }
  try {
    return options_.copy_data(number);
  } catch (...) {
    outcome_.thrown = std::current_exception();
    wire_.put_end("the data could not be had");
    return {};
  }
}

void Exchange::feed_copy() {
  std::string_view data = copy_data();
  while (wire_.phase() == Wire::Phase::copy_in && !data.empty()) {
    const std::string_view chunk = data.substr(0, k_chunk);
    if (!wire_.put(chunk)) break;
    data.remove_prefix(chunk.size());
    drive();
    if (wire_.phase() == Wire::Phase::closed) return;
  }
  if (wire_.phase() == Wire::Phase::copy_in) wire_.put_end();
}

void Exchange::deliver_notices() {
  for (const Notice& notice : wire_.take_notices()) {
    if (!on_notice_) continue;
    try {
      on_notice_(notice);
    } catch (...) {
      // Promised not to happen; and half an answer must not stay unread because of it.
    }
  }
}

void Exchange::settle_cancel() {
  if (!canceller_ || wire_.phase() == Wire::Phase::closed) return;
  // Until the request is known to have arrived it could still hit the next statement.
  if (!canceller_->finished(limit_)) wire_.close();
}

}  // namespace migrate::engine::detail
