#pragma once
#include <filesystem>
#include <span>
#include <string_view>

#include "migrate/script/cpp_options.hpp"
#include "migrate/script/detail/cpp_compiler.hpp"

namespace migrate::script::detail {

/// The support library of embedded_headers(), compiled when migrate itself was. Defined in a source that the build
/// makes (cmake/MigrateSupport.cmake).
std::span<const char> prebuilt_support();

/// Whether modules that this compiler makes with these options can use it: schema/module/library_abi.h comes to the
/// same for both. Runs the preprocessor; a compiler that fails at that gets the library compiled for itself. `headers`:
/// migrate's own, unpacked. Throws Interrupted.
bool prebuilt_support_fits(const Compiler& compiler, const CppOptions& options, const std::filesystem::path& headers);

/// The same for what a preprocessor made of the question: "… migrate_library_abi libstdcxx_x86_64 20220819".
bool answer_fits(std::string_view preprocessed);

}  // namespace migrate::script::detail
