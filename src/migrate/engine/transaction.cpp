#include "migrate/engine/transaction.hpp"

#include <utility>

#include "migrate/engine/detail/query.hpp"
#include "migrate/engine/detail/transaction_words.hpp"

namespace migrate::engine {

Transaction::Transaction(Connection& connection, std::string_view mode)
    : Transaction(connection, detail::begin_statement(mode), false) {}

Transaction::Transaction(Connection& connection, const TransactionOptions& options)
    : Transaction(connection, detail::begin_statement(options), options.lazy) {}

Transaction::Transaction(Connection& connection, std::string begin, bool lazy)
    : connection_(&connection), begin_(std::move(begin)) {
  detail::require_no_transaction(connection.transaction_status());
  if (!lazy) connection.execute(std::exchange(begin_, {}));
}

Transaction::~Transaction() {
  rollback();
}

Transaction::Transaction(Transaction&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)), begin_(std::move(other.begin_)) {}

Connection& Transaction::require_open() const {
  if (connection_ == nullptr) throw DatabaseArgumentError("use of a transaction that has ended already");
  return *connection_;
}

Result Transaction::run(std::string_view sql, Parameters parameters) {
  Connection& connection = require_open();
  if (begin_.empty()) {
    return parameters.size() == 0 ? connection.execute(sql) : connection.execute(sql, std::move(parameters));
  }
  std::string begin = std::exchange(begin_, {});
  try {
    return connection.execute_glued(sql, std::move(parameters), {begin, false});
  } catch (...) {
    if (detail::is_still_to_begin(connection.transaction_status())) begin_ = std::move(begin);
    throw;
  }
}

Result Transaction::finish_with(std::string_view sql, Parameters parameters) {
  Connection& connection = require_open();
  if (begin_.empty() && connection.transaction_status() == TransactionStatus::idle) {
    connection_ = nullptr;
    throw detail::nothing_to_commit(true);
  }
  connection_ = nullptr;
  try {
    return connection.execute_glued(sql, std::move(parameters), {std::move(begin_), true});
  } catch (...) {
    connection.rollback_if_open();
    throw;
  }
}

Savepoint Transaction::savepoint() {
  Connection& connection = require_open();
  std::string begin = std::exchange(begin_, {});
  try {
    return Savepoint(connection, begin);
  } catch (...) {
    if (detail::is_still_to_begin(connection.transaction_status())) begin_ = std::move(begin);
    throw;
  }
}

void Transaction::commit() {
  if (connection_ == nullptr) {
    throw detail::nothing_to_commit(false);
  }
  Connection& connection = *std::exchange(connection_, nullptr);
  if (!begin_.empty()) return;
  if (connection.transaction_status() == TransactionStatus::idle) throw detail::nothing_to_commit(true);
  std::string tag;
  try {
    tag = connection.execute("COMMIT").command_tag();
  } catch (const DatabaseConnectionError& error) {
    throw detail::commit_in_doubt(error);
  } catch (DatabaseError& error) {
    // Refused by a deferred constraint it is over already; interrupted before it was sent it is still open.
    error.set_phase(FailurePhase::commit);
    connection.rollback_if_open();
    throw;
  }
  if (tag == "ROLLBACK") throw detail::rolled_back();
}

void Transaction::rollback() {
  if (connection_ == nullptr) return;
  Connection& connection = *std::exchange(connection_, nullptr);
  if (begin_.empty()) connection.rollback_if_open();
}

}  // namespace migrate::engine
