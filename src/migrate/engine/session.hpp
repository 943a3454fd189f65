#pragma once
#include <optional>
#include <source_location>
#include <string_view>
#include <utility>
#include <vector>

#include "migrate/engine/engine.hpp"
#include "migrate/engine/session_options.hpp"
#include "migrate/engine/transaction.hpp"

namespace migrate::engine {

/// A conversation with the database, in transactions that begin by themselves: the first statement leases a connection
/// and carries BEGIN along; commit() and rollback() end the transaction and give the connection back. Until then every
/// statement sees what the others did. What is not committed when the session ends is rolled back. Used by one thread
/// at a time. After a statement has failed the transaction must be rolled back, or the savepoint it stood in.
class [[nodiscard]] Session {
 public:
  /// No I/O. `site` is told in the pool's reports of leaks and exhaustion.
  explicit Session(Engine engine, TransactionOptions options = {},
                   const std::source_location& site = std::source_location::current());
  /// Never throws, never commits.
  ~Session();
  Session(Session&& other) noexcept;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  Session& operator=(Session&&) = delete;

  /// One statement with values for $1, $2 …; throws what Engine::connect() and Connection::execute() throw.
  template <typename... T>
  Result execute(std::string_view sql, const T&... values) {
    return execute(sql, Parameters::of(values...));
  }
  Result execute(std::string_view sql, Parameters parameters);
  /// The last statement of the transaction, with COMMIT in the same round trip; of a new session the only one, with
  /// BEGIN too.
  template <typename... T>
  Result execute_and_commit(std::string_view sql, const T&... values) {
    return execute_and_commit(sql, Parameters::of(values...));
  }
  Result execute_and_commit(std::string_view sql, Parameters parameters);

  /// execute() and what Result makes of the rows: values, tuples, structs with RowFields.
  template <typename V, typename... T>
  [[nodiscard]] V scalar(std::string_view sql, const T&... values) {
    return execute(sql, values...).template scalar<V>();
  }
  template <typename V, typename... T>
  [[nodiscard]] std::optional<V> scalar_or_none(std::string_view sql, const T&... values) {
    return execute(sql, values...).template scalar_or_none<V>();
  }
  template <typename V, typename... T>
  [[nodiscard]] V one(std::string_view sql, const T&... values) {
    return execute(sql, values...).template one<V>();
  }
  template <typename V, typename... T>
  [[nodiscard]] std::optional<V> one_or_none(std::string_view sql, const T&... values) {
    return execute(sql, values...).template one_or_none<V>();
  }
  template <typename V, typename... T>
  [[nodiscard]] std::vector<V> query(std::string_view sql, const T&... values) {
    return execute(sql, values...).template as<V>();
  }

  /// A savepoint: commit() of it keeps what was done since, its end undoes that; the transaction goes on either way.
  [[nodiscard]] Savepoint begin_nested();
  /// fn(session) in a savepoint: kept when fn returns, undone when it throws. Inside, commit(), rollback() and close()
  /// are refused.
  template <typename Fn>
  auto nested(Fn&& fn) {
    Savepoint savepoint = begin_nested();
    const Nesting nesting(*this);
    return detail::run_then(std::forward<Fn>(fn), *this, [&] { savepoint.commit(); });
  }

  /// Nothing when no transaction has begun. Throws what Transaction::commit() throws; the transaction is over then.
  void commit();
  /// Idempotent. Throws only inside of nested().
  void rollback();
  /// rollback(), and no more use: later statements throw DatabaseArgumentError. Idempotent.
  void close();
  [[nodiscard]] bool in_transaction() const noexcept { return transaction_.has_value(); }
  /// The connection of the transaction, which is begun, for what a session has no word for: COPY, streams, prepared
  /// statements. Valid until the transaction ends.
  [[nodiscard]] Connection& connection();
  [[nodiscard]] const Engine& engine() const noexcept { return engine_; }

 private:
  class Nesting {
   public:
    explicit Nesting(Session& session) : session_(session) { ++session_.nesting_; }
    ~Nesting() { --session_.nesting_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    Session& session_;
  };

  Transaction& transaction(bool lazy);
  void refuse_when_nested(std::string_view what) const;
  void end() noexcept;

  Engine engine_;
  TransactionOptions options_;
  std::source_location site_;
  Lease<Connection> lease_;
  std::optional<Transaction> transaction_;
  int nesting_ = 0;
  bool closed_ = false;
};

}  // namespace migrate::engine
