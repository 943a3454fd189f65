#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/base/environment.hpp"
#include "migrate/script/cpp_options.hpp"
#include "migrate/script/detail/cpp_compiler.hpp"
#include "migrate/script/detail/cpp_digests.hpp"

/// The compiler's command lines. All are run from the project's folder, and name what lies below it from there, so that
/// messages and __FILE__ do, too.
namespace migrate::script::detail {

/// The path as the compiler is given it: counted from the project's folder where it lies below.
std::filesystem::path project_path(const std::filesystem::path& file, const CppOptions& options);

/// Folders in which an #include of `source` looks before the compiler's own: absolute, in order.
std::vector<std::filesystem::path> search_folders(const std::filesystem::path& source, const CppOptions& options);

/// What compiling a revision alone needs: no output, no source.
std::vector<std::string> language_arguments(const CppOptions& options, bool gcc, const std::filesystem::path& headers);

struct Outputs {
  std::filesystem::path file;
  std::filesystem::path depfile;
  std::filesystem::path exports{};  ///< of a module: the linker's list of what others may see of it
};

/// What stands in that list: the two functions, whatever else the revision and the headers define.
inline constexpr std::string_view k_exports = "{ global: _Z7upgrade*; _Z9downgrade*; local: *; };\n";

/// `pch`: the header to include before all else; empty for none.
std::vector<std::string> module_command(const Compiler& compiler, const CppOptions& options,
                                        const std::filesystem::path& headers, const std::filesystem::path& source,
                                        const Outputs& outputs, const std::filesystem::path& pch);
std::vector<std::string> support_command(const Compiler& compiler, const CppOptions& options,
                                         const std::filesystem::path& headers, const std::filesystem::path& source,
                                         const Outputs& outputs);
std::vector<std::string> pch_command(const Compiler& compiler, const CppOptions& options,
                                     const std::filesystem::path& headers, const std::filesystem::path& source,
                                     const Outputs& outputs);

/// Whether the linker reads files that the compiler does not report: its own dependency file is written, beside the
/// compiler's, as "<depfile>.link".
bool links_files(const CppOptions& options);

/// All that decides what a compiler makes of a text, besides the text and the files it includes.
std::string common_key(const Compiler& compiler, const CppOptions& options, const base::Environment& environment,
                       const std::string& tree_digest, FileDigests& digests);

/// Whether nothing but comments stands before an #include of migrate/op.hpp. Including the precompiled header first is
/// the same then.
bool begins_with_op_header(std::string_view text);

}  // namespace migrate::script::detail
