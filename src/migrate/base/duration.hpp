#pragma once
#include <optional>
#include <string_view>

namespace migrate::base {

/// Milliseconds of a duration as PostgreSQL's settings write it: a number with one of the units us, ms, s, min, h and
/// d, or none, which is ms. Fractions are kept. Nothing when it is none.
std::optional<double> milliseconds_of(std::string_view text);

}  // namespace migrate::base
