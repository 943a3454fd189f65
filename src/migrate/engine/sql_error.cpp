#include "migrate/engine/sql_error.hpp"

#include <string_view>
#include <utility>

namespace migrate::engine {
namespace {

template <typename Error>
[[noreturn]] void throw_as(ErrorFields&& fields, std::size_t statement_index, FailurePhase phase) {
  throw in_phase(phase, Error(std::move(fields), statement_index));
}

struct Class {
  std::string_view sqlstate;
  void (*raise)(ErrorFields&&, std::size_t, FailurePhase);
};

constexpr Class k_classes[] = {
    {"23505", throw_as<UniqueViolation>},     {"23503", throw_as<ForeignKeyViolation>},
    {"23001", throw_as<ForeignKeyViolation>}, {"23514", throw_as<CheckViolation>},
    {"23502", throw_as<NotNullViolation>},    {"23P01", throw_as<ExclusionViolation>},
    {"40001", throw_as<SerializationError>},  {"40P01", throw_as<DeadlockError>},
};

}  // namespace

void throw_sql_error(ErrorFields fields, std::size_t statement_index, FailurePhase phase) {
  for (const auto& [sqlstate, raise] : k_classes) {
    if (fields.sqlstate == sqlstate) raise(std::move(fields), statement_index, phase);
  }
  if (fields.sqlstate.starts_with("23")) throw_as<IntegrityError>(std::move(fields), statement_index, phase);
  throw_as<SqlError>(std::move(fields), statement_index, phase);
}

std::exception_ptr make_sql_error(ErrorFields fields, std::size_t statement_index) {
  try {
    throw_sql_error(std::move(fields), statement_index);
  } catch (...) {
    return std::current_exception();
  }
}

}  // namespace migrate::engine
