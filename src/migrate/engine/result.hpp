#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct pg_result;

namespace migrate::engine {

/// Rows and command tag of one statement. A value: outlives its connection. Reading is thread-safe.
class Result {
 public:
  /// Takes ownership. Used by the engine only.
  explicit Result(pg_result* result);

  [[nodiscard]] int rows() const;
  [[nodiscard]] int columns() const;
  [[nodiscard]] std::string_view column_name(int column) const;
  /// Text of a field; nothing for NULL. Throws DatabaseArgumentError outside the result. Valid as long as the Result.
  [[nodiscard]] std::optional<std::string_view> get(int row, int column) const;
  /// Field that must not be NULL. Throws DatabaseArgumentError otherwise.
  [[nodiscard]] std::string_view text(int row, int column) const;
  /// First field of the first row, if there is a row and it is not NULL.
  [[nodiscard]] std::optional<std::string_view> scalar() const;
  /// "INSERT 0 1", "CREATE TABLE" …
  [[nodiscard]] std::string_view command_tag() const;
  /// Rows a data-changing statement touched; 0 where the tag has no number.
  [[nodiscard]] long affected_rows() const;

 private:
  std::shared_ptr<pg_result> result_;
};

}  // namespace migrate::engine
