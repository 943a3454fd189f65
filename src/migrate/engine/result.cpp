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

int Result::column(std::string_view name) const {
  int found = -1;
  std::string names;
  for (int column = 0; column < columns(); ++column) {
    const std::string_view known = PQfname(result_.get(), column);
    names += fmt::format("{}{}", column > 0 ? ", " : "", known);
    if (known != name) continue;
    if (found >= 0) {
      throw DatabaseArgumentError(fmt::format("the result has more than one column \"{}\"", name),
                                  "Give the columns names of their own with AS, or read them by number.");
    }
    found = column;
  }
  if (found < 0) {
    throw DatabaseArgumentError(fmt::format("the result has no column \"{}\"", name),
                                names.empty() ? "It has no columns at all." : fmt::format("It has: {}.", names));
  }
  return found;
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

void Result::require_row() const {
  if (rows() == 0) throw DatabaseArgumentError("the result has no row, where one is wanted");
}

void Result::require_at_most_one_row() const {
  if (rows() > 1) throw DatabaseArgumentError(fmt::format("the result has {} rows, where one is wanted", rows()));
}

std::string_view Result::command_tag() const {
  const char* tag = PQcmdStatus(result_.get());
  return tag != nullptr ? tag : "";
}

long Result::affected_rows() const {
  return std::strtol(PQcmdTuples(result_.get()), nullptr, 10);
}

bool Row::is_null(int column) const {
  return !result_->get(row_, column);
}

int Row::columns() const {
  return result_->columns();
}

namespace detail {

void refuse_null(const Result& result, int row, int column, std::string_view type) {
  throw DatabaseArgumentError(
      fmt::format("column \"{}\" of row {} is NULL, which is not of type {}", result.column_name(column), row, type),
      "Read it as std::optional, which tells NULL from values.");
}

void refuse_value(const Result& result, int row, int column, const DatabaseArgumentError& error) {
  throw DatabaseArgumentError(fmt::format("column \"{}\" of row {}: {}", result.column_name(column), row, error.what()),
                              error.hint());
}

void require_columns(const Result& result, std::size_t wanted) {
  if (static_cast<std::size_t>(result.columns()) == wanted) return;
  throw DatabaseArgumentError(fmt::format("the result has {} column{}, where {} {} wanted", result.columns(),
                                          result.columns() == 1 ? "" : "s", wanted, wanted == 1 ? "is" : "are"));
}

}  // namespace detail
}  // namespace migrate::engine
