#pragma once
#include <string_view>

namespace migrate::sql::detail {

/// Whether some supported PostgreSQL version restricts where this lower-case word may stand as a name: every keyword
/// that pg_get_keywords() does not call unreserved, of versions 13 to 18.
bool is_restricted_keyword(std::string_view word) noexcept;

}  // namespace migrate::sql::detail
