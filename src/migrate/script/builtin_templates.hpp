#pragma once
#include <span>
#include <string_view>

namespace migrate::script {

/// A file that `migrate init` can copy.
struct BuiltinFile {
  std::string_view path;  ///< "generic/alembic.toml", "sql.mako"
  std::string_view text;
};

/// The templates folder of this build, kept inside the program so that it can be copied alone. Sorted by path.
/// A folder is an init template: "<name>/README" (its first line describes it) and the files of a new project, as they
/// go into it. The files without a folder, sql.mako and cpp.mako, belong to every template and go into its templates/.
/// Lives as long as the program; safe from any thread.
std::span<const BuiltinFile> builtin_templates();

}  // namespace migrate::script
