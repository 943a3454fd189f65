#include "migrate/base/duration.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "migrate/base/text.hpp"

namespace migrate::base {
namespace {

struct Unit {
  std::string_view name;
  double milliseconds;
};
constexpr std::array k_units{Unit{"us", 0.001},   Unit{"ms", 1},         Unit{"s", 1000}, Unit{"min", 60'000},
                             Unit{"h", 3600'000}, Unit{"d", 86'400'000}, Unit{"", 1}};

}  // namespace

std::optional<double> milliseconds_of(std::string_view text) {
  text = trim(text);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  // from_chars also reads "inf" and "nan"; PostgreSQL does not.
  if (error != std::errc() || !std::isfinite(number)) return std::nullopt;
  const auto unit = trim(text.substr(static_cast<std::size_t>(end - text.data())));
  const auto* const found = std::ranges::find(k_units, unit, &Unit::name);
  if (found == k_units.end()) return std::nullopt;
  return number * found->milliseconds;
}

}  // namespace migrate::base
