#pragma once
#include <span>

#include "migrate/script/builtin_templates.hpp"

namespace migrate::script::detail {

/// The templates folder byte by byte. Defined in a source that the build makes from it (cmake/MigrateTemplates.cmake).
std::span<const BuiltinFile> embedded_files();

}  // namespace migrate::script::detail
