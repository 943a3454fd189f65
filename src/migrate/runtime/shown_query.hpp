#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace migrate::runtime {

/// Somebody else's statement as it may be shown: on one line, cut to `width` characters, and cut before a password:
/// after the word PASSWORD when a value follows it, and after the user of a URL.
std::string shown_query(std::string_view query, std::size_t width = 120);

}  // namespace migrate::runtime
