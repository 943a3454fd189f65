#include "migrate/engine/savepoint.hpp"

#include <fmt/format.h>

#include <utility>

#include "migrate/engine/detail/channel.hpp"

namespace migrate::engine {

Savepoint::Savepoint(Connection& connection, std::string_view begin)
    : connection_(&connection), name_(connection.channel().next_savepoint()) {
  if (begin.empty() && connection.transaction_status() == TransactionStatus::idle) {
    throw DatabaseArgumentError("a savepoint outside of a transaction", "Begin a transaction first.");
  }
  connection.execute(fmt::format("{}{}SAVEPOINT {}", begin, begin.empty() ? "" : "; ", name_));
}

Savepoint::~Savepoint() {
  rollback();
}

Savepoint::Savepoint(Savepoint&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)), name_(std::move(other.name_)) {}

Connection& Savepoint::require_open() const {
  if (connection_ == nullptr) throw DatabaseArgumentError("use of a savepoint that has ended already");
  return *connection_;
}

Result Savepoint::run(std::string_view sql, Parameters parameters) {
  Connection& connection = require_open();
  return parameters.size() == 0 ? connection.execute(sql) : connection.execute(sql, std::move(parameters));
}

Savepoint Savepoint::savepoint() {
  return Savepoint(require_open());
}

void Savepoint::commit() {
  Connection& connection = require_open();
  try {
    connection.execute("RELEASE SAVEPOINT " + name_);
  } catch (...) {
    rollback();
    throw;
  }
  connection_ = nullptr;
}

bool Savepoint::rollback() noexcept {
  if (connection_ == nullptr) return true;
  Connection& connection = *std::exchange(connection_, nullptr);
  const TransactionStatus status = connection.transaction_status();
  // Whoever ended the outer transaction has ended this one.
  if (status == TransactionStatus::idle) return true;
  if (status != TransactionStatus::in_transaction && status != TransactionStatus::in_error) return false;
  try {
    return connection.run_quietly(fmt::format("ROLLBACK TO SAVEPOINT {0}; RELEASE SAVEPOINT {0}", name_));
  } catch (...) {
    return false;
  }
}

}  // namespace migrate::engine
