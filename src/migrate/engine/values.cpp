#include "migrate/engine/values.hpp"

#include <algorithm>

namespace migrate::engine {
namespace {

constexpr std::string_view k_digits = "0123456789abcdef";

/// -1: no hexadecimal digit.
int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_octal(char c) {
  return c >= '0' && c <= '7';
}

Bytes from_hex(std::string_view text) {
  const std::string_view digits = text.substr(2);
  if (digits.size() % 2 != 0) throw bad_value("bytea", text, "it has an odd number of digits");
  Bytes bytes;
  bytes.reserve(digits.size() / 2);
  for (std::size_t at = 0; at < digits.size(); at += 2) {
    const int high = hex_digit(digits[at]);
    const int low = hex_digit(digits[at + 1]);
    if (high < 0 || low < 0) throw bad_value("bytea", text);
    bytes.push_back(static_cast<std::byte>(high * 16 + low));
  }
  return bytes;
}

/// The old form: a backslash is doubled, what is not printable is \ooo.
Bytes from_escapes(std::string_view text) {
  Bytes bytes;
  bytes.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\') {
      bytes.push_back(static_cast<std::byte>(text[at]));
    } else if (at + 1 < text.size() && text[at + 1] == '\\') {
      bytes.push_back(std::byte{'\\'});
      ++at;
    } else if (at + 3 < text.size() && std::ranges::all_of(text.substr(at + 1, 3), is_octal)) {
      const int value = (text[at + 1] - '0') * 64 + (text[at + 2] - '0') * 8 + (text[at + 3] - '0');
      bytes.push_back(static_cast<std::byte>(value));
      at += 3;
    } else {
      throw bad_value("bytea", text);
    }
  }
  return bytes;
}

}  // namespace

Uuid Uuid::parse(std::string_view text) {
  std::string_view rest = text;
  if (rest.size() > 2 && rest.front() == '{' && rest.back() == '}') rest = rest.substr(1, rest.size() - 2);
  Uuid uuid;
  std::size_t digits = 0;
  for (std::size_t at = 0; at < rest.size(); ++at) {
    const bool between = digits > 0 && digits < 32 && digits % 4 == 0 && rest[at - 1] != '-';
    if (rest[at] == '-' && between) continue;
    const int digit = hex_digit(rest[at]);
    if (digit < 0 || digits == 32) throw bad_value("uuid", text);
    std::uint8_t& byte = uuid.bytes[digits++ / 2];
    byte = static_cast<std::uint8_t>((byte << 4) | digit);
  }
  if (digits != 32) throw bad_value("uuid", text);
  return uuid;
}

std::string Uuid::to_string() const {
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += k_digits[bytes[i] >> 4U];
    text += k_digits[bytes[i] & 15U];
  }
  return text;
}

Numeric Codec<Numeric>::decode(std::string_view text) {
  const bool special = text == "NaN" || text == "Infinity" || text == "-Infinity";
  const auto fits = [](char c) {
    return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
  };
  if (text.empty() || (!special && !std::ranges::all_of(text, fits))) throw bad_value(type, text);
  return {std::string(text)};
}

void Codec<Bytes>::encode(std::span<const std::byte> value, std::string& out) {
  out.reserve(out.size() + 2 + value.size() * 2);
  out += "\\x";
  for (const std::byte byte : value) {
    out += k_digits[std::to_integer<std::size_t>(byte >> 4)];
    out += k_digits[std::to_integer<std::size_t>(byte & std::byte{15})];
  }
}

Bytes Codec<Bytes>::decode(std::string_view text) {
  return text.starts_with("\\x") ? from_hex(text) : from_escapes(text);
}

}  // namespace migrate::engine
