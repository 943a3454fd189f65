#include "migrate/engine/session.hpp"

#include <fmt/format.h>

namespace migrate::engine {

Session::Session(Engine engine, TransactionOptions options, const std::source_location& site)
    : engine_(std::move(engine)), options_(options), site_(site) {}

Session::~Session() {
  end();
}

// A Transaction refers to the connection, which a lease keeps in its place.
Session::Session(Session&& other) noexcept
    : engine_(other.engine_),
      options_(other.options_),
      site_(other.site_),
      lease_(std::move(other.lease_)),
      transaction_(std::move(other.transaction_)),
      nesting_(std::exchange(other.nesting_, 0)),
      closed_(std::exchange(other.closed_, true)) {
  other.transaction_.reset();
}

Transaction& Session::transaction(bool lazy) {
  if (transaction_) return *transaction_;
  if (closed_) throw DatabaseArgumentError("use of a session that is closed", "Take a new one from its factory.");
  if (!lease_) lease_ = engine_.connect(Deadline::never(), site_);
  TransactionOptions options = options_;
  options.lazy = lazy;
  try {
    return transaction_.emplace(*lease_, options);
  } catch (...) {
    lease_.release();
    throw;
  }
}

Result Session::execute(std::string_view sql, Parameters parameters) {
  return transaction(true).execute(sql, std::move(parameters));
}

Result Session::execute_and_commit(std::string_view sql, Parameters parameters) {
  refuse_when_nested("execute_and_commit()");
  Transaction& open = transaction(true);
  try {
    Result result = open.execute_and_commit(sql, std::move(parameters));
    end();
    return result;
  } catch (...) {
    end();
    throw;
  }
}

Savepoint Session::begin_nested() {
  return transaction(true).savepoint();
}

void Session::commit() {
  refuse_when_nested("commit()");
  if (!transaction_) return;
  try {
    transaction_->commit();
  } catch (...) {
    end();
    throw;
  }
  end();
}

void Session::rollback() {
  refuse_when_nested("rollback()");
  end();
}

void Session::close() {
  refuse_when_nested("close()");
  closed_ = true;
  end();
}

Connection& Session::connection() {
  // A transaction whose first statement never left has not begun.
  if (transaction_ && lease_->transaction_status() == TransactionStatus::idle) transaction_.reset();
  (void)transaction(false);
  return *lease_;
}

void Session::refuse_when_nested(std::string_view what) const {
  if (nesting_ == 0) return;
  throw DatabaseArgumentError(fmt::format("{} inside of a nested session", what),
                              "Return from the nested function to keep its work, or throw to undo it.");
}

void Session::end() noexcept {
  transaction_.reset();
  lease_.release();
}

}  // namespace migrate::engine
