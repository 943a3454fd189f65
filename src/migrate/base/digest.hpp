#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace migrate::base {

/// SHA-256 of the bytes, as 64 lower-case hexadecimal digits. Safe from any thread.
std::string sha256_hex(std::string_view bytes);

/// Same of a file, a piece at a time; nothing when it cannot be read.
std::optional<std::string> sha256_hex_of_file(const std::filesystem::path& path);

}  // namespace migrate::base
