#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace migrate::sql {

/// The same index on `table` (as it is to be written) without a name, and not CONCURRENTLY: for asking the server how
/// it words the definition. Nothing when `statement` is no CREATE INDEX that can be read.
std::optional<std::string> same_index_on(std::string_view statement, std::string_view table);

}  // namespace migrate::sql
