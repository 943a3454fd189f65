#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "migrate/command/context.hpp"

namespace migrate::command {

/// Opens the files of the revisions in $VISUAL, $EDITOR, or the first editor found, on the caller's terminal. Returns
/// what was opened. Throws UsageError when nothing is named, no editor is there, or the editor fails.
std::vector<std::filesystem::path> edit(const Context& context, const std::string& identifier);

}  // namespace migrate::command
