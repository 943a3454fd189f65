#pragma once
#include <string>
#include <vector>

#include "migrate/base/environment.hpp"
#include "migrate/script/cpp_options.hpp"
#include "migrate/script/detail/cpp_cache.hpp"

namespace migrate::script::detail {

struct Compiler {
  std::vector<std::string> words;  ///< how it is called; the first is a full path
  bool gcc = true;                 ///< else Clang
  std::string identity;            ///< what it says of itself: version, target, how it was built
};

/// Finds the compiler that the options or the environment name, and asks it who it is; what it answered is kept in the
/// cache as long as its program stays the same file. Throws NoCompilerError, Interrupted.
Compiler find_compiler(const CppOptions& options, const base::Environment& environment, const CppCache& cache);

}  // namespace migrate::script::detail
