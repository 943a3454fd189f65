#pragma once
#include <string_view>

namespace migrate::sql {

/// Whether the text ends within a comment like `-- this`, so that what is written behind it would belong to the
/// comment. Throws SqlSyntaxError for a quote or comment that is never closed.
bool ends_in_comment(std::string_view text);

}  // namespace migrate::sql
