#include "migrate/engine/error.hpp"

#include <utility>

namespace migrate::engine {

SqlError::SqlError(ErrorFields fields, std::size_t statement_index)
    : DatabaseError(fields.message, fields.hint, fields.sqlstate),
      fields_(std::move(fields)),
      statement_index_(statement_index) {
  set_phase(FailurePhase::statement);
}

bool SqlError::is_timeout() const noexcept {
  return sqlstate() == "55P03" || sqlstate() == "57014";
}

}  // namespace migrate::engine
