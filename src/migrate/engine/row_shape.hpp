#pragma once
// The templates that row.hpp declares; included by result.hpp, which they need whole.
#include "migrate/engine/result.hpp"

namespace migrate::engine {
namespace detail {

template <typename T>
T read_field(const Result& result, int row, int column) {
  const auto text = result.get(row, column);
  if constexpr (is_optional<T>) {
    if (!text) return std::nullopt;
    return read_field<typename T::value_type>(result, row, column);
  } else {
    static_assert(Decodable<T>, "this type has no Codec that can read");
    if (!text) refuse_null(result, row, column, Codec<T>::type);
    try {
      return Codec<T>::decode(*text);
    } catch (const DatabaseArgumentError& error) {
      refuse_value(result, row, column, error);
    }
  }
}

template <typename T>
constexpr std::size_t RowShape<T>::width() {
  if constexpr (is_tuple<T>) {
    return std::tuple_size_v<T>;
  } else if constexpr (FieldsByName<T>) {
    return std::tuple_size_v<std::remove_cvref_t<decltype(RowFields<T>::columns)>>;
  } else {
    return std::tuple_size_v<std::remove_cvref_t<decltype(RowFields<T>::members)>>;
  }
}

template <typename T>
RowShape<T>::RowShape(const Result& result) {
  if constexpr (FieldsByName<T>) {
    std::size_t place = 0;
    std::apply([&](const auto&... column) { ((columns_[place++] = result.column(column.name)), ...); },
               RowFields<T>::columns);
  } else {
    require_columns(result, width());
    for (std::size_t i = 0; i < width(); ++i) columns_[i] = static_cast<int>(i);
  }
}

template <typename T>
T RowShape<T>::read(const Result& result, int row) const {
  return read_all(result, row, std::make_index_sequence<width()>());
}

template <typename T>
template <std::size_t... I>
T RowShape<T>::read_all(const Result& result, int row, std::index_sequence<I...> /*places*/) const {
  if constexpr (is_tuple<T>) {
    return T{read_field<std::tuple_element_t<I, T>>(result, row, columns_[I])...};
  } else {
    T value{};
    const auto read = [&](auto member, std::size_t place) {
      using Field = std::remove_cvref_t<decltype(value.*member)>;
      value.*member = read_field<Field>(result, row, columns_[place]);
    };
    if constexpr (FieldsByName<T>) {
      (read(std::get<I>(RowFields<T>::columns).member, I), ...);
    } else {
      (read(std::get<I>(RowFields<T>::members), I), ...);
    }
    return value;
  }
}

}  // namespace detail

template <typename T>
T Row::get(std::string_view column) const {
  return detail::read_field<T>(*result_, row_, result_->column(column));
}

template <typename T>
T Result::scalar() const {
  require_row();
  return detail::read_field<T>(*this, 0, 0);
}

template <typename T>
std::optional<T> Result::scalar_or_none() const {
  if (rows() == 0) return std::nullopt;
  return detail::read_field<std::optional<T>>(*this, 0, 0);
}

template <typename T>
T Result::get(int row, int column) const {
  return detail::read_field<T>(*this, row, column);
}

template <typename T>
T Result::get(int row, std::string_view column_named) const {
  return detail::read_field<T>(*this, row, column(column_named));
}

template <typename T>
std::vector<T> Result::as() const {
  std::vector<T> values;
  values.reserve(static_cast<std::size_t>(rows()));
  if constexpr (RowShaped<T>) {
    const detail::RowShape<T> shape(*this);
    for (int row = 0; row < rows(); ++row) values.push_back(shape.read(*this, row));
  } else {
    detail::require_columns(*this, 1);
    for (int row = 0; row < rows(); ++row) values.push_back(detail::read_field<T>(*this, row, 0));
  }
  return values;
}

template <typename T>
T Result::one() const {
  auto found = one_or_none<T>();
  if (!found) require_row();
  return std::move(*found);
}

template <typename T>
std::optional<T> Result::one_or_none() const {
  require_at_most_one_row();
  if (rows() == 0) return std::nullopt;
  if constexpr (RowShaped<T>) {
    return detail::RowShape<T>(*this).read(*this, 0);
  } else {
    detail::require_columns(*this, 1);
    return detail::read_field<T>(*this, 0, 0);
  }
}

}  // namespace migrate::engine
