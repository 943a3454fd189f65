#include "migrate/engine/detail/copy_exchange.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <utility>

#include "migrate/engine/detail/channel.hpp"

namespace migrate::engine::detail {
namespace {

constexpr std::size_t k_chunk = 1024UL * 1024;

[[noreturn]] void refuse_other(std::string_view wanted) {
  throw DatabaseArgumentError("the statement is not a " + std::string(wanted),
                              "It was run like any other; nothing was copied.");
}

}  // namespace

CopyIn::CopyIn(Channel& channel) : Exchange(channel, channel.command_limit()) {}

void CopyIn::start(std::string_view sql) {
  channel().announce(sql, 0);
  channel().require_sent(wire().start(std::string(sql)));
}

bool CopyIn::takes_data() const noexcept {
  return wire().phase() == Wire::Phase::copy_in && !ended_;
}

void CopyIn::put(std::string_view data) {
  set_limit(channel().command_limit());
  // libpq counts bytes in an int.
  for (; takes_data() && !data.empty(); data.remove_prefix(std::min(data.size(), k_chunk))) {
    if (!wire().put(data.substr(0, k_chunk))) break;
  }
}

void CopyIn::end(const char* error) {
  set_limit(channel().command_limit());
  if (takes_data()) wire().put_end(error);
  ended_ = true;
}

Exchange::Progress CopyIn::advance() {
  if (takes_data()) return Progress::pause;
  if (wire().phase() == Wire::Phase::copy_out) return Progress::on;
  RawResult result = wire().next();
  if (!result) return Progress::over;
  switch (PQresultStatus(result.get())) {
    case PGRES_COPY_IN:
      // A message may hold several; only the first is ours.
      if (std::exchange(copied_, true) || is_cut()) wire().put_end("there is no data for a second COPY");
      return Progress::on;
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
      outcome_.last.emplace(result.release());
      ++outcome_.statements;
      return Progress::on;
    case PGRES_COPY_OUT:
      return Progress::on;
    default:
      keep_error(result.get());
  }
  return Progress::on;
}

void CopyIn::on_cut() {
  // A server that waits for data hears no cancel request.
  if (wire().phase() == Wire::Phase::copy_in) wire().put_end("cancelled");
}

Result CopyIn::finish() {
  judge();
  if (!copied_) refuse_other("COPY … FROM STDIN");
  return std::move(outcome_.last).value();
}

CopyOut::CopyOut(Channel& channel) : Exchange(channel, channel.command_limit()) {}

void CopyOut::start(std::string_view sql) {
  channel().announce(sql, 0);
  channel().require_sent(wire().start(std::string(sql)));
}

void CopyOut::next_line() {
  set_limit(channel().command_limit());
}

std::string_view CopyOut::line() const noexcept {
  return wire().copy_line();
}

Exchange::Progress CopyOut::advance() {
  if (wire().phase() == Wire::Phase::copy_out) return abandoned_ || is_cut() ? Progress::on : Progress::pause;
  RawResult result = wire().next();
  if (!result) return Progress::over;
  switch (PQresultStatus(result.get())) {
    case PGRES_COPY_IN:
      outcome_.copy_without_data = true;
      wire().put_end("this COPY was not started with copy_in");
      return Progress::on;
    case PGRES_COPY_OUT:
      copied_ = true;
      return Progress::on;
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
      outcome_.last.emplace(result.release());
      ++outcome_.statements;
      return Progress::on;
    default:
      keep_error(result.get());
  }
  return Progress::on;
}

Result CopyOut::finish() {
  judge();
  if (!copied_) refuse_other("COPY … TO STDOUT");
  return std::move(outcome_.last).value();
}

bool CopyOut::abandon() {
  abandoned_ = true;
  return over() || (step(true) == Want::done && over());
}

}  // namespace migrate::engine::detail
