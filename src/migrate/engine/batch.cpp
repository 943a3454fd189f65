#include "migrate/engine/batch.hpp"

#include <fmt/format.h>

#include <utility>

#include "migrate/engine/sql_error.hpp"

namespace migrate::engine {

const Result& BatchOutcome::result() const {
  if (result_) return *result_;
  if (error_ != nullptr) throw_sql_error(error_->fields(), error_->statement_index());
  throw DatabaseArgumentError(
      fmt::format("the statement was not run, because statement {} of its batch had failed", cause_ + 1),
      "Look at the outcome of that one.");
}

std::size_t Batch::note(std::string_view sql, std::size_t first) {
  if (sql.find('\0') != std::string_view::npos) {
    throw DatabaseArgumentError("a statement holds a zero byte, which PostgreSQL does not allow");
  }
  if (texts_.empty() || texts_.back() != sql) texts_.emplace_back(sql);
  return note({texts_.size() - 1, first, parameters_.size() - first, nullptr, false});
}

std::size_t Batch::note(const PreparedStatement& statement, std::size_t first) {
  return note({0, first, parameters_.size() - first, statement.statement(), false});
}

std::size_t Batch::note(Item item) {
  items_.push_back(std::move(item));
  return statements_++;
}

void Batch::sync() {
  if (!items_.empty() && !items_.back().sync) items_.push_back({0, 0, 0, nullptr, true});
}

void Batch::clear() {
  items_.clear();
  texts_.clear();
  parameters_ = {};
  statements_ = 0;
}

}  // namespace migrate::engine
