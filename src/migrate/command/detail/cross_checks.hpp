#pragma once
#include <filesystem>
#include <string>

#include "migrate/command/detail/faults.hpp"
#include "migrate/command/detail/settings_reader.hpp"

namespace migrate::command {

/// A path of the file as an absolute one, without "." and "..", and without a slash at its end.
std::filesystem::path absolute_path(const std::filesystem::path& directory, const std::filesystem::path& path);

/// What single keys cannot know: whether they fit together. Faults are added to `faults`; `table` is the selected one,
/// `directory` that of the file.
void check_together(const ReadSettings& read, const std::string& table, const std::filesystem::path& directory,
                    Faults& faults);

}  // namespace migrate::command
