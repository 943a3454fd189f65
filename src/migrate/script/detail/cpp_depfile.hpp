#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace migrate::script::detail {

/// The files a rule depends on, from a compiler's or linker's dependency file (one make rule, blanks and other special
/// characters escaped; further rules, as -MP makes them, are left out).
std::vector<std::string> parse_depfile(std::string_view text);

/// The same from a linker's: a file on each line, blanks escaped by some linkers only.
std::vector<std::string> parse_link_depfile(std::string_view text);

}  // namespace migrate::script::detail
