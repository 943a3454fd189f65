#pragma once
#include <string>
#include <string_view>

namespace migrate::base {

/// SHA-256 of the bytes, as 64 lower-case hexadecimal digits. Safe from any thread.
std::string sha256_hex(std::string_view bytes);

}  // namespace migrate::base
