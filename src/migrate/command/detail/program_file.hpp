#pragma once
#include <filesystem>
#include <string_view>

namespace migrate::command {

enum class IfThere { refuse, replace };

/// Writes a file in one step: it is there whole or not at all, with these permissions. Throws FileError, also for a
/// directory and, when asked to refuse, for anything that is there already.
void write_whole_file(const std::filesystem::path& path, std::string_view bytes, unsigned mode, IfThere if_there);

/// Throws what write_whole_file would throw because of what is there now.
void check_place(const std::filesystem::path& path, IfThere if_there);

}  // namespace migrate::command
