#pragma once
#include <memory>
#include <string>
#include <utility>

namespace migrate::engine {

namespace detail {
class Statement;
}

/// A statement the server has parsed, for one connection; see Connection::prepare. Cheap to copy. When the last copy
/// is gone the server's side is given up with a later statement of the connection, whose thread must be the one it
/// goes on.
class PreparedStatement {
 public:
  /// Used by the engine only.
  explicit PreparedStatement(std::shared_ptr<detail::Statement> statement) : statement_(std::move(statement)) {}

  [[nodiscard]] const std::string& sql() const noexcept;
  /// Its name on the server, for pg_prepared_statements. Changes when it had to be prepared anew.
  [[nodiscard]] const std::string& name() const noexcept;
  [[nodiscard]] const std::shared_ptr<detail::Statement>& statement() const noexcept { return statement_; }

 private:
  std::shared_ptr<detail::Statement> statement_;
};

}  // namespace migrate::engine
