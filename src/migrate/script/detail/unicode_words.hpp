#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace migrate::script::detail {

/// Runs of letters, digits and underscores of any script, in lower case. `text` must be valid UTF-8. Independent of the
/// process's locale.
std::vector<std::string> lower_case_words(std::string_view text);

/// The first `count` characters.
std::string_view first_characters(std::string_view text, std::size_t count);

}  // namespace migrate::script::detail
