#include "migrate/engine/result.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <cstdlib>

#include "migrate/engine/error.hpp"

namespace migrate::engine {

Result::Result(pg_result* result) : result_(result, PQclear) {}

int Result::rows() const {
  return PQntuples(result_.get());
}

int Result::columns() const {
  return PQnfields(result_.get());
}

std::string_view Result::column_name(int column) const {
  if (column < 0 || column >= columns()) {
    throw DatabaseArgumentError(fmt::format("column {} of a result with {} columns", column, columns()));
  }
  return PQfname(result_.get(), column);
}

std::optional<std::string_view> Result::get(int row, int column) const {
  if (row < 0 || row >= rows() || column < 0 || column >= columns()) {
    throw DatabaseArgumentError(
        fmt::format("row {}, column {} of a result with {} rows and {} columns", row, column, rows(), columns()));
  }
  const pg_result* result = result_.get();
  if (PQgetisnull(result, row, column) != 0) return std::nullopt;
  return std::string_view(PQgetvalue(result, row, column), static_cast<std::size_t>(PQgetlength(result, row, column)));
}

std::string_view Result::text(int row, int column) const {
  const auto value = get(row, column);
  if (!value) {
    throw DatabaseArgumentError(fmt::format("column \"{}\" of row {} is NULL", column_name(column), row),
                                "Read it with get(), which tells NULL from text.");
  }
  return *value;
}

std::optional<std::string_view> Result::scalar() const {
  if (rows() == 0 || columns() == 0) return std::nullopt;
  return get(0, 0);
}

std::string_view Result::command_tag() const {
  const char* tag = PQcmdStatus(result_.get());
  return tag != nullptr ? tag : "";
}

long Result::affected_rows() const {
  return std::strtol(PQcmdTuples(result_.get()), nullptr, 10);
}

}  // namespace migrate::engine
