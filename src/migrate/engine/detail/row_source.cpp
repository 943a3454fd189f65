#include "migrate/engine/detail/row_source.hpp"

#include <libpq-fe.h>

#include <string>
#include <utility>

#include "migrate/engine/detail/channel.hpp"

namespace migrate::engine::detail {

RowSource::RowSource(Channel& channel) : Exchange(channel, channel.command_limit()) {}

void RowSource::start(std::string_view sql, const Parameters& parameters) {
  parameters.require_sendable();
  channel().announce(sql, parameters.size());
  channel().require_sent(wire().start(std::string(sql), parameters.pointers()));
  wire().set_single_row();
}

void RowSource::next_row() {
  row_.reset();
  set_limit(channel().command_limit());
}

Exchange::Progress RowSource::advance() {
  if (wire().phase() == Wire::Phase::copy_out) return Progress::on;
  RawResult result = wire().next();
  if (!result) return Progress::over;
  switch (PQresultStatus(result.get())) {
    case PGRES_SINGLE_TUPLE:
      if (abandoned_ || is_cut()) return Progress::on;
      row_.emplace(result.release());
      return Progress::pause;
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
      outcome_.last.emplace(result.release());
      ++outcome_.statements;
      return Progress::on;
    case PGRES_COPY_IN:
      outcome_.copy_without_data = true;
      wire().put_end("this COPY was not started with copy_in");
      return Progress::on;
    case PGRES_COPY_OUT:
      return Progress::on;
    default:
      keep_error(result.get());
  }
  return Progress::on;
}

Result RowSource::finish() {
  judge();
  channel().note_tag(outcome_.last.value());
  return std::move(*outcome_.last);
}

bool RowSource::abandon() {
  abandoned_ = true;
  row_.reset();
  return over() || (step(true) == Want::done && over());
}

bool RowSource::finish_abandoned() noexcept {
  return settle_abandoned();
}

}  // namespace migrate::engine::detail
