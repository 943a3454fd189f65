#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "migrate/engine/codecs.hpp"

namespace migrate::engine {

class Result;

/// Says how a struct is made of a row. By the names of the columns:
///
///   template <> struct migrate::engine::RowFields<User> {
///     static constexpr std::tuple columns{Column{"id", &User::id}, Column{"name", &User::name}};
///   };
///
/// or by their order: `static constexpr std::tuple members{&User::id, &User::name};`, which must be all of them.
template <typename T>
struct RowFields;

template <typename T, typename Member>
struct Column {
  std::string_view name;
  Member T::*member;
};

namespace detail {

template <typename T>
concept FieldsByName = requires {
  RowFields<T>::columns;
};
template <typename T>
concept FieldsByOrder = requires {
  RowFields<T>::members;
};

template <typename T>
inline constexpr bool is_tuple = false;
template <typename... T>
inline constexpr bool is_tuple<std::tuple<T...>> = true;
template <typename A, typename B>
inline constexpr bool is_tuple<std::pair<A, B>> = true;

[[noreturn]] void refuse_null(const Result& result, int row, int column, std::string_view type);
[[noreturn]] void refuse_value(const Result& result, int row, int column, const DatabaseArgumentError& error);
void require_columns(const Result& result, std::size_t wanted);

/// One field as T; errors name the column.
template <typename T>
T read_field(const Result& result, int row, int column);

/// Which columns a T is made of, found once for all rows of a result.
template <typename T>
class RowShape {
 public:
  explicit RowShape(const Result& result);
  [[nodiscard]] T read(const Result& result, int row) const;

 private:
  template <std::size_t... I>
  [[nodiscard]] T read_all(const Result& result, int row, std::index_sequence<I...> places) const;
  static constexpr std::size_t width();

  std::array<int, width()> columns_{};
};

}  // namespace detail

/// What one row can become: a tuple or pair (by order), or a struct with RowFields.
template <typename T>
concept RowShaped = detail::is_tuple<T> || detail::FieldsByName<T> || detail::FieldsByOrder<T>;

/// One row of a result, which must outlive it.
class Row {
 public:
  Row(const Result& result, int row) noexcept : result_(&result), row_(row) {}

  /// By number from 0 or by name. Throws DatabaseArgumentError that names column, value and type: no such column, NULL
  /// for a type that has none, a value that is not a T or does not fit.
  template <typename T>
  [[nodiscard]] T get(int column) const {
    return detail::read_field<T>(*result_, row_, column);
  }
  template <typename T>
  [[nodiscard]] T get(std::string_view column) const;
  /// The whole row. With many rows Result::as is cheaper.
  template <RowShaped T>
  [[nodiscard]] T as() const {
    return detail::RowShape<T>(*result_).read(*result_, row_);
  }
  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] int columns() const;
  [[nodiscard]] int number() const noexcept { return row_; }

 private:
  const Result* result_;
  int row_;
};

}  // namespace migrate::engine
