#pragma once
#include <concepts>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "migrate/engine/error.hpp"

namespace migrate::engine {

/// How a C++ type travels as PostgreSQL's text form. Specialise it for a type of your own:
///
///   template <> struct migrate::engine::Codec<Colour> {
///     static constexpr std::string_view type = "colour";            // for messages
///     static void encode(Colour value, std::string& out);           // appends; must not write a zero byte
///     static Colour decode(std::string_view text);                  // throws bad_value(type, text)
///   };
///
/// std::optional<T> is T or NULL and needs no codec of its own. Parameters carry no type: the server takes it from the
/// statement, and where that says nothing a cast does ($1::int). Thread-safe.
template <typename T>
struct Codec;

/// What a codec throws for a text that is no such value.
[[nodiscard]] DatabaseArgumentError bad_value(std::string_view type, std::string_view text,
                                              std::string_view reason = {});

template <typename T>
inline constexpr bool is_optional = false;
template <typename T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <typename T>
concept Encodable = requires(const T& value, std::string& out) {
  Codec<T>::encode(value, out);
};
template <typename T>
concept Decodable = requires(std::string_view text) {
  { Codec<T>::decode(text) } -> std::same_as<T>;
};

/// Integers except bool and the character types; std::int8_t and std::uint8_t are numbers.
template <typename T>
concept PlainInteger =
    std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> && !std::same_as<T, wchar_t> &&
    !std::same_as<T, char8_t> && !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

namespace detail {
void append_integer(long long value, std::string& out);
void append_integer(unsigned long long value, std::string& out);
/// Within [least, greatest], else bad_value.
long long read_integer(std::string_view text, long long least, long long greatest);
unsigned long long read_unsigned(std::string_view text, unsigned long long greatest);
void append_float(float value, std::string& out);
void append_float(double value, std::string& out);
void read_float(std::string_view text, float& value);
void read_float(std::string_view text, double& value);
}  // namespace detail

template <>
struct Codec<bool> {
  static constexpr std::string_view type = "boolean";
  static void encode(bool value, std::string& out) { out += value ? 't' : 'f'; }
  static bool decode(std::string_view text);
};

template <PlainInteger T>
struct Codec<T> {
  static constexpr std::string_view type = "integer";
  using Limits = std::numeric_limits<T>;
  static void encode(T value, std::string& out) {
    if constexpr (std::is_signed_v<T>) {
      detail::append_integer(static_cast<long long>(value), out);
    } else {
      detail::append_integer(static_cast<unsigned long long>(value), out);
    }
  }
  static T decode(std::string_view text) {
    if constexpr (std::is_signed_v<T>) {
      return static_cast<T>(detail::read_integer(text, Limits::min(), Limits::max()));
    } else {
      return static_cast<T>(detail::read_unsigned(text, Limits::max()));
    }
  }
};

/// The shortest text that gives the same number again; NaN and the infinities are values like others.
template <typename T>
requires std::same_as<T, float> || std::same_as<T, double>
struct Codec<T> {
  static constexpr std::string_view type = "double precision";
  static void encode(T value, std::string& out) { detail::append_float(value, out); }
  static T decode(std::string_view text) {
    T value{};
    detail::read_float(text, value);
    return value;
  }
};

/// Any column can be read as text.
template <>
struct Codec<std::string> {
  static constexpr std::string_view type = "text";
  static void encode(std::string_view value, std::string& out) { out += value; }
  static std::string decode(std::string_view text) { return std::string(text); }
};

/// Read, it points into the result and lives as long as that.
template <>
struct Codec<std::string_view> : Codec<std::string> {
  static std::string_view decode(std::string_view text) { return text; }
};

/// A null pointer is NULL, see Parameters.
template <>
struct Codec<const char*> {
  static constexpr std::string_view type = "text";
  static void encode(const char* value, std::string& out) { out += value; }
};

/// An enumeration with names: `struct Codec<Mood> : EnumCodec<Mood, Codec<Mood>>` and in it
/// `static constexpr std::string_view type` and `static constexpr std::array<std::pair<Mood, std::string_view>, N>
/// names`.
template <typename E, typename Derived>
struct EnumCodec {
  static void encode(E value, std::string& out) {
    for (const auto& [known, name] : Derived::names) {
      if (known == value) {
        out += name;
        return;
      }
    }
    throw bad_value(Derived::type, std::to_string(static_cast<long long>(value)), "it has no name");
  }
  static E decode(std::string_view text) {
    for (const auto& [known, name] : Derived::names) {
      if (name == text) return known;
    }
    throw bad_value(Derived::type, text, "no such name is known");
  }
};

}  // namespace migrate::engine
