#pragma once
#include <span>
#include <string>
#include <string_view>

namespace migrate::sql {

/// `statement` with $1, $2 … replaced by the first, second … of `literals`; one may be used many times. A `$1` inside
/// quotes, dollar quotes and comments stays. Throws base::Error when the statement wants more literals than there are
/// or leaves one unused, and SqlSyntaxError for a quote or comment that is never closed.
std::string inline_parameters(std::string_view statement, std::span<const std::string> literals);

}  // namespace migrate::sql
