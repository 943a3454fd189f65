#pragma once
#include <string>
#include <vector>

#include "migrate/command/compile.hpp"

namespace migrate::command {

struct BuildRequest {
  std::vector<std::string> revisions;  ///< identifiers and ranges a:b as history has them; none: all
  bool commands = false;               ///< tell how each is compiled
};

struct BuiltRevision {
  std::string id;
  std::string title;
  std::filesystem::path path;
  std::filesystem::path module;  ///< the compiled file, in the cache
  bool cached = false;           ///< was there already
  double seconds = 0;            ///< it took the compiler
  std::string warnings;          ///< of the compiler, when it ran
  std::vector<std::string> command;
};

struct BuildReport {
  std::vector<BuiltRevision> revisions;  ///< the C++ ones, oldest first
  std::size_t sql = 0;                   ///< how many of the named revisions are SQL, with nothing to compile
};

/// Compiles C++ revisions now instead of when they first run. No database is asked, except for where it stands when an
/// identifier is about that. Throws as compile() does.
BuildReport build(const Context& context, const BuildRequest& request, const CompileEvents& events = {});

}  // namespace migrate::command
