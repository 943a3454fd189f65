#pragma once
#include <filesystem>

namespace migrate::command {

/// `.migrate` beside alembic.toml: what belongs to this machine alone. Makes it, with a .gitignore that keeps all of it
/// out of version control wherever the project keeps its own. A folder that cannot be written is no error here: who
/// writes into it will tell.
std::filesystem::path make_private_folder(const std::filesystem::path& project);

}  // namespace migrate::command
