#pragma once
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace migrate::engine::detail {

/// For sums that are checked once, at their end.
__extension__ using Wide = __int128;

/// Reads a value's text from its left. A reader that does not find its kind answers no, and takes nothing.
class TextCursor {
 public:
  explicit TextCursor(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  bool skip(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// Whether a sign is there, and is a minus.
  std::optional<bool> sign() {
    if (skip('-')) return true;
    if (skip('+')) return false;
    return std::nullopt;
  }
  std::optional<std::int64_t> digits() {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc() || value > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return static_cast<std::int64_t>(value);
  }
  /// Digits of a number smaller than `limit`.
  bool below(std::int64_t limit, std::int64_t& value) {
    const auto found = digits();
    value = found.value_or(0);
    return found && value < limit;
  }
  /// Microseconds of ".789"; 0 without a point.
  std::int64_t fraction() {
    if (!skip('.')) return 0;
    std::int64_t value = 0;
    for (std::int64_t weight = 100'000; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; weight /= 10) {
      value += weight * (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }
  /// Letters; may be none.
  std::string_view word() {
    std::size_t length = 0;
    while (length < rest_.size() && (rest_[length] | 32) >= 'a' && (rest_[length] | 32) <= 'z') ++length;
    const std::string_view found = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return found;
  }

 private:
  std::string_view rest_;
};

}  // namespace migrate::engine::detail
