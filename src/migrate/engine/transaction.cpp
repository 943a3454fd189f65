#include "migrate/engine/transaction.hpp"

#include <fmt/format.h>

#include <utility>

namespace migrate::engine {
namespace {

std::string begin_statement(std::string_view mode) {
  if (mode.find(';') != std::string_view::npos) {
    throw DatabaseArgumentError(fmt::format("transaction mode \"{}\" holds a semicolon", mode),
                                "Give the words that follow BEGIN, such as ISOLATION LEVEL SERIALIZABLE.");
  }
  return mode.empty() ? "BEGIN" : fmt::format("BEGIN {}", mode);
}

SqlError rolled_back() {
  ErrorFields fields;
  fields.severity = "ERROR";
  fields.sqlstate = "25P02";
  fields.message = "the transaction was rolled back instead of committed, because a statement in it had failed";
  fields.hint = "Nothing of it took effect. Look at the first error, and let it end the transaction.";
  return {std::move(fields), 0};
}

}  // namespace

Transaction::Transaction(Connection& connection, std::string_view mode) : connection_(&connection) {
  const TransactionStatus status = connection.transaction_status();
  if (status == TransactionStatus::in_transaction || status == TransactionStatus::in_error) {
    throw DatabaseArgumentError("a transaction is already open on this connection",
                                "Commit it or roll it back first, or use a SAVEPOINT.");
  }
  connection.execute(begin_statement(mode));
}

Transaction::~Transaction() {
  if (connection_ != nullptr) connection_->rollback_if_open();
}

Transaction::Transaction(Transaction&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}

void Transaction::commit() {
  if (connection_ == nullptr) {
    throw DatabaseArgumentError("COMMIT of a transaction that has ended already");
  }
  if (connection_->transaction_status() == TransactionStatus::idle) {
    connection_ = nullptr;
    throw DatabaseArgumentError("COMMIT of a transaction that a statement inside it has ended already",
                                "Do not execute COMMIT or ROLLBACK beside a Transaction object.");
  }
  Connection& connection = *std::exchange(connection_, nullptr);
  std::string tag;
  try {
    tag = connection.execute("COMMIT").command_tag();
  } catch (const DatabaseConnectionError& error) {
    throw DatabaseConnectionError(fmt::format("{}; COMMIT was under way, so it may have taken effect", error.what()),
                                  "Look whether the changes are there before you repeat them.", error.sqlstate(),
                                  error.transient());
  } catch (...) {
    // Refused by a deferred constraint it is over already; interrupted before it was sent it is still open.
    connection.rollback_if_open();
    throw;
  }
  if (tag == "ROLLBACK") throw rolled_back();
}

void Transaction::rollback() {
  if (connection_ != nullptr) std::exchange(connection_, nullptr)->rollback_if_open();
}

}  // namespace migrate::engine
