#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "migrate/script/cpp_options.hpp"
#include "migrate/script/detail/cpp_command.hpp"

namespace migrate::script::detail {

struct CompileResult {
  bool ok = false;
  std::string text;                       ///< what the compiler said, with paths as the user knows them
  std::vector<std::string> dependencies;  ///< files it read
  double seconds = 0;
};

/// Runs one compiler. `headers`: migrate's, shown by their #include names. `scratch` takes its temporary files. Throws
/// Interrupted.
CompileResult compile(const std::vector<std::string>& command, const Outputs& outputs, const CppOptions& options,
                      const std::filesystem::path& headers, const std::filesystem::path& scratch);

/// Calls `work` with 0 … count - 1, from as many threads as options.jobs says. What one throws keeps further ones from
/// being started, and is thrown at the end.
void in_parallel(std::size_t count, const CppOptions& options, const std::function<void(std::size_t)>& work);

/// Compilers at a time.
unsigned job_count(const CppOptions& options);

}  // namespace migrate::script::detail
