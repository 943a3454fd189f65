#include "migrate/engine/detail/flight.hpp"

#include <libpq-fe.h>

#include "migrate/engine/detail/fields.hpp"

namespace migrate::engine::detail {

bool Flight::enter() {
  items_.clear();
  at_ = 0;
  in_air_ = wire_->enter_pipeline();
  return in_air_;
}

bool Flight::note(bool queued) {
  if (queued) items_.emplace_back();
  return queued;
}

bool Flight::sync() {
  if (!note(wire_->queue_sync())) return false;
  items_.back().is_sync = true;
  return true;
}

Flight::Read Flight::read() {
  RawResult result = wire_->next();
  if (!result) {
    // Of a server that is gone no sync comes any more.
    if (wire_->is_gone() || at_ >= items_.size()) return Read::broken;
    ++at_;
    return Read::on;
  }
  if (at_ >= items_.size()) return Read::broken;
  Item& item = items_[at_];
  switch (PQresultStatus(result.get())) {
    case PGRES_PIPELINE_SYNC:
      if (++at_ < items_.size()) return Read::on;
      in_air_ = false;
      return wire_->leave_pipeline() ? Read::landed : Read::broken;
    case PGRES_PIPELINE_ABORTED:
      item.skipped = true;
      break;
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
      item.result.emplace(result.release());
      break;
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT:
    case PGRES_COPY_BOTH:
      item.error = std::make_unique<ErrorFields>();
      item.error->message = "COPY is not possible in a pipeline";
      return Read::broken;
    default:
      if (item.error == nullptr) item.error = std::make_unique<ErrorFields>(error_fields(result.get()));
  }
  return Read::on;
}

}  // namespace migrate::engine::detail
