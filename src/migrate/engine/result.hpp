#pragma once
#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/engine/row.hpp"

struct pg_result;

namespace migrate::engine {

/// Rows and command tag of one statement. A value: outlives its connection. Reading is thread-safe.
///
/// What is read as a T goes through Codec<T>. Reading throws DatabaseArgumentError that names column, value and type:
/// for a field outside the result, NULL (unless T is std::optional), a text that is no T, a number that does not fit.
class Result {
 public:
  class Iterator;

  /// Takes ownership. Used by the engine only.
  explicit Result(pg_result* result);

  [[nodiscard]] int rows() const;
  [[nodiscard]] int columns() const;
  [[nodiscard]] std::string_view column_name(int column) const;
  /// The number of the column of that name, exactly as written. Throws DatabaseArgumentError when there is none, or
  /// more than one.
  [[nodiscard]] int column(std::string_view name) const;
  /// Text of a field; nothing for NULL. Throws DatabaseArgumentError outside the result. Valid as long as the Result.
  [[nodiscard]] std::optional<std::string_view> get(int row, int column) const;
  template <typename T>
  [[nodiscard]] T get(int row, int column) const;
  template <typename T>
  [[nodiscard]] T get(int row, std::string_view column) const;
  /// Field that must not be NULL. Throws DatabaseArgumentError otherwise.
  [[nodiscard]] std::string_view text(int row, int column) const;

  /// First field of the first row, if there is a row and it is not NULL.
  [[nodiscard]] std::optional<std::string_view> scalar() const;
  /// First field of the first row. No row is an error.
  template <typename T>
  [[nodiscard]] T scalar() const;
  /// Nothing when there is no row, or the field is NULL.
  template <typename T>
  [[nodiscard]] std::optional<T> scalar_or_none() const;

  /// The only row: a tuple, a struct with RowFields, or the only column's value. More or fewer rows are an error.
  template <typename T>
  [[nodiscard]] T one() const;
  /// Nothing when there is no row; more than one is an error.
  template <typename T>
  [[nodiscard]] std::optional<T> one_or_none() const;
  /// Every row, as one() reads it.
  template <typename T>
  [[nodiscard]] std::vector<T> as() const;

  /// `for (const Row row : result)`. The rows must not outlive the result.
  [[nodiscard]] Iterator begin() const;
  [[nodiscard]] Iterator end() const;

  /// "INSERT 0 1", "CREATE TABLE" …
  [[nodiscard]] std::string_view command_tag() const;
  /// Rows a data-changing statement touched; 0 where the tag has no number.
  [[nodiscard]] long affected_rows() const;

 private:
  void require_row() const;
  void require_at_most_one_row() const;

  std::shared_ptr<pg_result> result_;
};

class Result::Iterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = Row;
  using difference_type = std::ptrdiff_t;
  using pointer = void;
  using reference = Row;

  Iterator() = default;
  Iterator(const Result& result, int row) : result_(&result), row_(row) {}
  Row operator*() const { return {*result_, row_}; }
  Iterator& operator++() {
    ++row_;
    return *this;
  }
  Iterator operator++(int) {
    Iterator before = *this;
    ++row_;
    return before;
  }
  bool operator==(const Iterator& other) const { return row_ == other.row_; }

 private:
  const Result* result_ = nullptr;
  int row_ = 0;
};

inline Result::Iterator Result::begin() const {
  return {*this, 0};
}

inline Result::Iterator Result::end() const {
  return {*this, rows()};
}

}  // namespace migrate::engine

#include "migrate/engine/row_shape.hpp"
