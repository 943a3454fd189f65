#include "migrate/engine/detail/message.hpp"

#include <libpq-fe.h>

#include <utility>

#include "migrate/engine/detail/channel.hpp"

namespace migrate::engine::detail {
namespace {

/// Of COPY data at a time: far above the cost of a call, far below what one would notice in memory.
constexpr std::size_t k_chunk = 256 * 1024;

}  // namespace

const ScriptOptions& Message::none() {
  static const ScriptOptions options;
  return options;
}

Message::Message(Channel& channel, const ScriptOptions& options)
    : Exchange(channel, channel.command_limit()), options_(options) {}

Message::Message(Channel& channel, Deadline limit) : Exchange(channel, limit), options_(none()) {}

void Message::start(std::string_view sql) {
  channel().announce(sql, 0);
  channel().require_sent(wire().start(std::string(sql)));
}

void Message::start(std::string_view sql, std::span<const std::optional<std::string>> parameters) {
  const Parameters texts = Parameters::of_texts(parameters);
  texts.require_sendable();
  channel().announce(sql, texts.size());
  channel().require_sent(wire().start(std::string(sql), texts.pointers()));
}

void Message::start_quietly(std::string_view sql) {
  channel().echo(sql, 0);
  channel().require_sent(wire().start(std::string(sql)));
}

void Message::start_ping() {
  set_hard_limit();
  channel().require_sent(wire().start(""));
}

Result Message::finish() {
  judge();
  return std::move(outcome_.last).value();
}

std::size_t Message::finish_script() {
  judge();
  return outcome_.statements;
}

Exchange::Progress Message::advance() {
  if (wire().phase() == Wire::Phase::copy_in) {
    feed_copy();
    return Progress::on;
  }
  if (wire().phase() == Wire::Phase::copy_out) return Progress::on;
  RawResult result = wire().next();
  if (!result) return Progress::over;
  take(std::move(result));
  return Progress::on;
}

void Message::on_cut() {
  // A server that waits for COPY data hears no cancel request.
  if (wire().phase() == Wire::Phase::copy_in) wire().put_end("cancelled");
}

void Message::take(RawResult result) {
  switch (PQresultStatus(result.get())) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
      return succeed(std::move(result));
    case PGRES_EMPTY_QUERY:
      outcome_.last.emplace(result.release());
      return;
    case PGRES_COPY_IN:
      return begin_copy();
    case PGRES_COPY_OUT:
      return;
    case PGRES_COPY_BOTH:
      // There is no way back from here to statements.
      outcome_.error.emplace().message = "the statement starts replication, which this connection does not speak";
      give_up();
      return;
    default:
      keep_error(result.get());
  }
}

void Message::succeed(RawResult result) {
  outcome_.last.emplace(result.release());
  channel().note_tag(*outcome_.last);
  const std::size_t index = outcome_.statements++;
  if (!options_.on_statement || outcome_.thrown) return;
  try {
    options_.on_statement(index, *outcome_.last);
  } catch (...) {
    outcome_.thrown = std::current_exception();
  }
}

void Message::begin_copy() {
  unsent_copy_ = copy_data();
  if (wire().phase() == Wire::Phase::copy_in) feed_copy();
}

std::string_view Message::copy_data() {
  const std::size_t number = copies_++;
  if (is_cut() || outcome_.thrown) {
    wire().put_end("cancelled");
    return {};
  }
  if (!options_.copy_data) {
    outcome_.copy_without_data = true;
    wire().put_end("there is no data for this COPY");
    return {};
  }
  try {
    return options_.copy_data(number);
  } catch (...) {
    outcome_.thrown = std::current_exception();
    wire().put_end("the data could not be had");
    return {};
  }
}

void Message::feed_copy() {
  const std::string_view chunk = unsent_copy_.substr(0, k_chunk);
  if (chunk.empty() || !wire().put(chunk)) {
    wire().put_end();
    return;
  }
  unsent_copy_.remove_prefix(chunk.size());
}

}  // namespace migrate::engine::detail
