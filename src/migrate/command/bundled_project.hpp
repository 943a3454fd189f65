#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/script/archive.hpp"
#include "migrate/script/module.hpp"
#include "migrate/script/revision.hpp"

/// A project inside an archive: `bundle` packs it, every other command works from it. What is read stays valid as long
/// as the archive; damage throws ArchiveError.
namespace migrate::command {

/// Names in the archive.
inline constexpr std::string_view k_bundled_config = "alembic.toml";
inline constexpr std::string_view k_bundled_table = "table";          ///< the name of its one table
inline constexpr std::string_view k_bundled_revisions = "revision/";  ///< and the path as users see it
inline constexpr std::string_view k_bundled_modules = "module/";      ///< and the revision's id
inline constexpr std::string_view k_bundled_support = "support";
inline constexpr std::string_view k_bundled_libraries = "library/";  ///< and its soname

/// The table of alembic.toml that the bundle was made of. `asked` is what -n said, "alembic" when it said nothing;
/// throws ConfigError for another one.
std::string bundled_table(const script::Archive& archive, const std::string& asked);

std::string_view bundled_config_text(const script::Archive& archive);

/// In load order; each with its text, and a path that only names it: "versions/ab_x.sql".
std::vector<script::Revision> bundled_revisions(const script::Archive& archive);

/// The compiled code of these C++ revisions of the bundle.
script::ModuleSet bundled_modules(const script::Archive& archive, std::span<const script::Revision> revisions);

/// "12 revisions (3 in C++), head 4c1d8f60a2e7", for people.
std::string bundle_line(const script::Archive& archive);

}  // namespace migrate::command
