#pragma once
#include <span>

#include "migrate/script/builtin_templates.hpp"

/// Files kept inside the program. Defined in sources that the build makes from them (cmake/MigrateEmbed.cmake).
namespace migrate::script::detail {

/// The templates folder byte by byte.
std::span<const BuiltinFile> embedded_files();

/// What a C++ revision includes, and the sources of what it calls ("migrate/schema/module/*.cpp"), by the paths of
/// their #include lines.
std::span<const BuiltinFile> embedded_headers();

}  // namespace migrate::script::detail
