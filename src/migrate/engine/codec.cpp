#include "migrate/engine/codec.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

namespace migrate::engine {
namespace {

/// Of a value in a message.
constexpr std::size_t k_shown = 80;

template <typename T>
void append_number(T value, std::string& out) {
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  out.append(buffer.data(), end);
}

template <typename T>
void append_floating(T value, std::string& out) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value > 0 ? "Infinity" : "-Infinity";
  } else {
    append_number(value, out);
  }
}

template <typename T>
void read_floating(std::string_view text, T& value) {
  // from_chars knows "nan" and "infinity" in any case, but also "nan(…)", which no server writes.
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) throw bad_value("double precision", text, "it is out of range");
  if (error != std::errc() || end != text.data() + text.size()) throw bad_value("double precision", text);
}

template <typename T>
T read_whole(std::string_view text, T least, T greatest) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = end == text.data() + text.size() && !text.empty();
  const bool overflow = error == std::errc::result_out_of_range;
  if (!whole || (error != std::errc() && !overflow)) throw bad_value("integer", text);
  if (overflow || value < least || value > greatest) {
    throw bad_value("integer", text, fmt::format("it is not between {} and {}", least, greatest));
  }
  return value;
}

}  // namespace

DatabaseArgumentError bad_value(std::string_view type, std::string_view text, std::string_view reason) {
  // Cut between characters, not inside one.
  std::size_t shown = std::min(text.size(), k_shown);
  while (shown < text.size() && shown > 0 && (static_cast<unsigned char>(text[shown]) & 0xC0U) == 0x80U) --shown;
  const std::string value = fmt::format("\"{}{}\"", text.substr(0, shown), shown < text.size() ? "…" : "");
  if (reason.empty()) return DatabaseArgumentError(fmt::format("{} is not of type {}", value, type));
  return DatabaseArgumentError(fmt::format("{} is not of type {}: {}", value, type, reason));
}

bool Codec<bool>::decode(std::string_view text) {
  if (text == "t" || text == "true") return true;
  if (text == "f" || text == "false") return false;
  throw bad_value(type, text);
}

namespace detail {

void append_integer(long long value, std::string& out) {
  append_number(value, out);
}

void append_integer(unsigned long long value, std::string& out) {
  append_number(value, out);
}

long long read_integer(std::string_view text, long long least, long long greatest) {
  return read_whole(text, least, greatest);
}

unsigned long long read_unsigned(std::string_view text, unsigned long long greatest) {
  if (text.size() > 1 && text.front() == '-') {
    // A number all the same, which deserves the better message.
    read_whole(text.substr(1), 0ULL, std::numeric_limits<unsigned long long>::max());
    throw bad_value("integer", text, fmt::format("it is not between 0 and {}", greatest));
  }
  return read_whole(text, 0ULL, greatest);
}

void append_float(float value, std::string& out) {
  append_floating(value, out);
}

void append_float(double value, std::string& out) {
  append_floating(value, out);
}

void read_float(std::string_view text, float& value) {
  read_floating(text, value);
}

void read_float(std::string_view text, double& value) {
  read_floating(text, value);
}

}  // namespace detail
}  // namespace migrate::engine
