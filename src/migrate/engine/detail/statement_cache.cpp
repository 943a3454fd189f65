#include "migrate/engine/detail/statement_cache.hpp"

#include <utility>

#include "migrate/engine/prepared_statement.hpp"

namespace migrate::engine {

const std::string& PreparedStatement::sql() const noexcept {
  return statement_->sql();
}

const std::string& PreparedStatement::name() const noexcept {
  return statement_->name();
}

namespace detail {

Statement::Statement(std::string sql, std::shared_ptr<Doomed> home) : sql_(std::move(sql)), home_(std::move(home)) {
  name_anew();
}

Statement::~Statement() {
  if (!ready()) return;
  try {
    home_->names.push_back(std::move(name_));
  } catch (...) {
    // Out of memory: the server keeps it until the session ends.
  }
}

void Statement::name_anew() {
  name_ = "engine_" + std::to_string(++home_->made);
}

void Statement::rename() {
  if (ready()) home_->names.push_back(name_);
  set_gone();
  name_anew();
}

void StatementCache::set_capacity(std::size_t capacity) {
  capacity_ = capacity;
  shrink_to(capacity);
}

void StatementCache::shrink_to(std::size_t size) {
  while (recent_.size() > size) {
    by_sql_.erase(recent_.back()->sql());
    recent_.pop_back();
  }
}

std::shared_ptr<Statement> StatementCache::find(std::string_view sql) {
  if (capacity_ == 0) return nullptr;
  if (const auto known = by_sql_.find(sql); known != by_sql_.end()) {
    recent_.splice(recent_.begin(), recent_, known->second);
    return recent_.front();
  }
  shrink_to(capacity_ - 1);
  recent_.push_front(make(sql));
  by_sql_.emplace(recent_.front()->sql(), recent_.begin());
  return recent_.front();
}

std::shared_ptr<Statement> StatementCache::make(std::string_view sql) const {
  return std::make_shared<Statement>(std::string(sql), home_);
}

std::vector<std::string> StatementCache::take_doomed() {
  return std::exchange(home_->names, {});
}

void StatementCache::forget_all() {
  ++home_->drops;
  home_->names.clear();
}

}  // namespace detail
}  // namespace migrate::engine
