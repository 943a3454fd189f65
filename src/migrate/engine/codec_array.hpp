#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "migrate/engine/codec.hpp"

namespace migrate::engine {

namespace detail {

/// Takes an array's text apart: {1,NULL,"a \"b\""}, nested ones element by element, bounds ([0:2]=…) passed over.
class ArrayReader {
 public:
  explicit ArrayReader(std::string_view text);
  /// False: the array is over. Else element() is the next one; a nested array's text is its element.
  bool next();
  [[nodiscard]] bool is_null() const noexcept { return null_; }
  [[nodiscard]] std::string_view element() const noexcept { return element_; }

 private:
  void read_quoted();
  void read_nested();
  void read_plain();
  [[noreturn]] void refuse() const;

  std::string_view text_;
  std::size_t at_ = 0;
  bool first_ = true;
  bool null_ = false;
  std::string_view element_;
  std::string unescaped_;
};

/// Puts quotes around what was appended since `start`, and backslashes where they are needed.
void quote_element(std::string& out, std::size_t start);

template <typename T>
inline constexpr bool is_vector = false;
template <typename T>
inline constexpr bool is_vector<std::vector<T>> = !std::is_same_v<T, std::byte>;

}  // namespace detail

/// One dimension for each vector: std::vector<std::vector<int>> is int[][]. Elements that may be NULL are optionals.
/// std::vector<std::byte> is bytea.
template <typename T>
requires(!std::is_same_v<T, std::byte>) struct Codec<std::vector<T>> {
  static constexpr std::string_view type = "array";

  static void encode(const std::vector<T>& value, std::string& out) {
    out += '{';
    bool first = true;
    for (const auto& element : value) {
      if (!first) out += ',';
      first = false;
      if constexpr (is_optional<T>) {
        if (element) {
          encode_element<typename T::value_type>(*element, out);
        } else {
          out += "NULL";
        }
      } else {
        encode_element<T>(element, out);
      }
    }
    out += '}';
  }

  static std::vector<T> decode(std::string_view text) {
    std::vector<T> value;
    detail::ArrayReader reader(text);
    while (reader.next()) {
      if constexpr (is_optional<T>) {
        if (reader.is_null()) {
          value.emplace_back();
        } else {
          value.emplace_back(Codec<typename T::value_type>::decode(reader.element()));
        }
      } else {
        if (reader.is_null()) throw bad_value(type, text, "an element is NULL; read it into std::optional");
        value.push_back(Codec<T>::decode(reader.element()));
      }
    }
    return value;
  }

 private:
  static_assert(!std::is_same_v<T, std::string_view>, "elements are unescaped one by one: use std::string");

  template <typename E>
  static void encode_element(const E& element, std::string& out) {
    const std::size_t start = out.size();
    Codec<E>::encode(element, out);
    if constexpr (!detail::is_vector<E> && !std::is_arithmetic_v<E>) detail::quote_element(out, start);
  }
};

}  // namespace migrate::engine
