#pragma once
#include <filesystem>
#include <span>
#include <string>

#include "migrate/script/builtin_templates.hpp"
#include "migrate/script/detail/cpp_cache.hpp"

namespace migrate::script::detail {

/// migrate's own headers and sources, by the paths of their #include lines.
using SourceTree = std::span<const BuiltinFile>;

/// Known by content: any change of a file, or of how they are unpacked, gives another digest.
std::string tree_digest(SourceTree tree);

/// Where unpack() puts a tree of this digest: the folder for -I.
std::filesystem::path headers_folder(const CppCache& cache, const std::string& digest);

/// Makes the headers folder unless all of it is there. Throws RevisionError.
void unpack(SourceTree tree, const std::string& digest, const CppCache& cache);

}  // namespace migrate::script::detail
