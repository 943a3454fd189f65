#pragma once
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/engine/codec.hpp"

namespace migrate::engine {

/// numeric as the server writes it, so that no digit is lost. Compared as text: 1.0 and 1.00 differ.
struct Numeric {
  std::string text;
  bool operator==(const Numeric&) const = default;
};

/// json or jsonb as text. Not looked into.
struct Json {
  std::string text;
  bool operator==(const Json&) const = default;
};

/// A uuid's sixteen bytes, in the order they are written in.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  /// Any form the server takes: upper or lower case, hyphens after any group of four digits, braces around it.
  /// Throws DatabaseArgumentError.
  static Uuid parse(std::string_view text);
  /// 8-4-4-4-12, lower case.
  [[nodiscard]] std::string to_string() const;
  auto operator<=>(const Uuid&) const = default;
};

/// interval: three parts that no calendar-free rule turns into one another.
struct Interval {
  std::int32_t months = 0;
  std::int32_t days = 0;
  std::int64_t microseconds = 0;
  bool operator==(const Interval&) const = default;
};

/// bytea.
using Bytes = std::vector<std::byte>;

template <>
struct Codec<Numeric> {
  static constexpr std::string_view type = "numeric";
  static void encode(const Numeric& value, std::string& out) { out += value.text; }
  static Numeric decode(std::string_view text);
};

template <>
struct Codec<Json> {
  static constexpr std::string_view type = "json";
  static void encode(const Json& value, std::string& out) { out += value.text; }
  static Json decode(std::string_view text) { return {std::string(text)}; }
};

template <>
struct Codec<Uuid> {
  static constexpr std::string_view type = "uuid";
  static void encode(const Uuid& value, std::string& out) { out += value.to_string(); }
  static Uuid decode(std::string_view text) { return Uuid::parse(text); }
};

template <>
struct Codec<Bytes> {
  static constexpr std::string_view type = "bytea";
  static void encode(std::span<const std::byte> value, std::string& out);
  /// Both forms of bytea_output, hex and escape.
  static Bytes decode(std::string_view text);
};

/// Reads the IntervalStyles postgres (the default) and iso_8601.
template <>
struct Codec<Interval> {
  static constexpr std::string_view type = "interval";
  static void encode(const Interval& value, std::string& out);
  static Interval decode(std::string_view text);
};

}  // namespace migrate::engine
