#pragma once
#include <string>
#include <string_view>

#include "migrate/engine/connection.hpp"

namespace migrate::engine {

/// A transaction inside a transaction: what failed in it can be undone while the outer one goes on. The destructor
/// undoes it. Savepoints end in the reverse order of their beginning; the end of the outer transaction ends them all.
class [[nodiscard]] Savepoint {
 public:
  /// Used by Transaction. `begin`: a statement to be sent before it; empty: none.
  explicit Savepoint(Connection& connection, std::string_view begin = {});
  ~Savepoint();
  Savepoint(Savepoint&& other) noexcept;
  Savepoint(const Savepoint&) = delete;
  Savepoint& operator=(const Savepoint&) = delete;
  Savepoint& operator=(Savepoint&&) = delete;

  template <typename... T>
  Result execute(std::string_view sql, const T&... values) {
    return run(sql, Parameters::of(values...));
  }
  /// One more inside this one.
  [[nodiscard]] Savepoint savepoint();

  /// Keeps what was done in it, as part of the outer transaction. Throws SqlError when a statement in it had failed; it
  /// is undone then.
  void commit();
  /// Undoes what was done in it; the outer transaction can go on. Idempotent; false when the connection was lost.
  bool rollback() noexcept;
  [[nodiscard]] bool open() const noexcept { return connection_ != nullptr; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  Connection& require_open() const;
  Result run(std::string_view sql, Parameters parameters);

  Connection* connection_;
  std::string name_;
};

}  // namespace migrate::engine
