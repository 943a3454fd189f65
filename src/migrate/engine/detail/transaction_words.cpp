#include "migrate/engine/detail/transaction_words.hpp"

#include <fmt/format.h>

#include <utility>

namespace migrate::engine::detail {
namespace {

std::string_view words_of(Isolation isolation) {
  switch (isolation) {
    case Isolation::read_committed:
      return "READ COMMITTED";
    case Isolation::repeatable_read:
      return "REPEATABLE READ";
    case Isolation::serializable:
      break;
  }
  return "SERIALIZABLE";
}

}  // namespace

std::string begin_statement(std::string_view mode) {
  if (mode.find(';') != std::string_view::npos) {
    throw DatabaseArgumentError(fmt::format("transaction mode \"{}\" holds a semicolon", mode),
                                "Give the words that follow BEGIN, such as ISOLATION LEVEL SERIALIZABLE.");
  }
  return mode.empty() ? "BEGIN" : fmt::format("BEGIN {}", mode);
}

std::string begin_statement(const TransactionOptions& options) {
  std::string sql = "BEGIN";
  if (options.isolation) sql += fmt::format(" ISOLATION LEVEL {}", words_of(*options.isolation));
  if (options.read_only) sql += *options.read_only ? " READ ONLY" : " READ WRITE";
  if (options.deferrable) sql += *options.deferrable ? " DEFERRABLE" : " NOT DEFERRABLE";
  return sql;
}

void require_no_transaction(TransactionStatus status) {
  if (status != TransactionStatus::in_transaction && status != TransactionStatus::in_error) return;
  throw DatabaseArgumentError("a transaction is already open on this connection",
                              "Commit it or roll it back first, or use a SAVEPOINT.");
}

bool is_still_to_begin(TransactionStatus status) noexcept {
  return status == TransactionStatus::idle || status == TransactionStatus::active;
}

DatabaseArgumentError nothing_to_commit(bool beside_it) {
  if (!beside_it) return DatabaseArgumentError("COMMIT of a transaction that has ended already");
  return DatabaseArgumentError("COMMIT of a transaction that a statement inside it has ended already",
                               "Do not execute COMMIT or ROLLBACK beside a Transaction object.");
}

SqlError rolled_back() {
  ErrorFields fields;
  fields.severity = "ERROR";
  fields.sqlstate = "25P02";
  fields.message = "the transaction was rolled back instead of committed, because a statement in it had failed";
  fields.hint = "Nothing of it took effect. Look at the first error, and let it end the transaction.";
  return in_phase(FailurePhase::commit, SqlError(std::move(fields), 0));
}

DatabaseConnectionError commit_in_doubt(const DatabaseConnectionError& error) {
  return in_phase(
      FailurePhase::commit,
      DatabaseConnectionError(fmt::format("{}; COMMIT was under way, so it may have taken effect", error.what()),
                              "Look whether the changes are there before you repeat them.", error.sqlstate(),
                              error.transient()));
}

}  // namespace migrate::engine::detail
