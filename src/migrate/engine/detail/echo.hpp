#pragma once
#include <string>
#include <string_view>

namespace migrate::engine::detail {

/// SQL as it may be logged: the literal that follows the word PASSWORD is written '***'.
std::string without_passwords(std::string_view sql);

}  // namespace migrate::engine::detail
