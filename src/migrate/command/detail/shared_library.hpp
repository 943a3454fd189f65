#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::command {

/// The libraries that a shared library asks for by name (DT_NEEDED); none when the bytes are no ELF file of this
/// machine's kind.
std::vector<std::string> needed_libraries(std::string_view elf);

/// Where the system's loader finds a library of this name; nothing when it does not.
std::optional<std::filesystem::path> locate_library(const std::string& name);

/// Whether it belongs to the C++ compiler, not to the system: libstdc++.so.6, libgcc_s.so.1 …
bool is_compiler_runtime(std::string_view name);

/// Whether it belongs to the C library, which every machine has in its own version.
bool is_c_library(std::string_view name);

}  // namespace migrate::command
