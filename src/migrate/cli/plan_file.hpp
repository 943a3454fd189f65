#pragma once
#include <filesystem>
#include <string_view>

#include "migrate/command/plan.hpp"

namespace migrate::cli {

/// Of the document that `plan --json` writes. A new meaning of a field gets a new number; new fields do not.
inline constexpr int k_plan_version = 1;

/// Reads such a document as far as it is compared with what would be run: effects and places for messages are left
/// out. `name` is what messages call it. Throws UsageError when it is none, or one of another version.
command::Plan parse_plan(std::string_view text, std::string_view name);

/// The same from a file, which must be a plan in this direction. Throws FileError besides.
command::Plan read_plan(const std::filesystem::path& file, script::Direction direction);

}  // namespace migrate::cli
