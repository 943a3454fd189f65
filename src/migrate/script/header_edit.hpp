#pragma once
#include <string>
#include <string_view>

namespace migrate::script {

/// `text` of a revision file with the value of one header key replaced; every other byte stays. A key that is not there
/// is added after the revision line. Nothing but the leading run of comment lines is looked at.
std::string with_header_value(std::string_view text, std::string_view key, std::string_view value);

}  // namespace migrate::script
