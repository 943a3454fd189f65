#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "migrate/script/archive.hpp"

/// A bundle is one file: this program, then an archive. A note inside the program says that the archive is there, so
/// that a plain program opens nothing to find out, and a bundle that lost its end says so instead of passing for a
/// plain program.
namespace migrate::command {

/// What follows the running program in its file; null for a plain program, which costs nothing. Throws ArchiveError for
/// a bundle whose archive is cut off or damaged, FileError when the program cannot read itself.
std::shared_ptr<const script::Archive> archive_of_this_program();

/// The file of a bundle: the running program, its note filled in, then the archive. The program must not be a bundle.
/// Throws FileError when the program cannot read itself.
std::string bundled_program(std::string_view archive);

/// The file of the running program.
std::filesystem::path this_program();

}  // namespace migrate::command
