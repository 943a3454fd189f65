#pragma once
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "migrate/base/environment.hpp"
#include "migrate/script/cpp_options.hpp"
#include "migrate/script/error.hpp"
#include "migrate/script/revision.hpp"

/// Compiles C++ revisions into modules, and keeps those in a cache that several programs may use at once.
///
/// A module is known by its content: the revision's text, everything it includes, the compiler, the flags and migrate's
/// own headers. What is found in the cache starts no process.
namespace migrate::script {

/// A revision does not compile. The message is the compiler's own text for every revision that failed. Nothing was run.
class CompileError : public RevisionError {
 public:
  using RevisionError::RevisionError;
};

/// There is no compiler; the message says what was looked for. Nothing was run.
class NoCompilerError : public RevisionError {
 public:
  using RevisionError::RevisionError;
};

struct BuiltModule {
  std::string revision;
  std::filesystem::path source;
  std::filesystem::path module;  ///< in the cache; to be loaded soon, since it may be removed when it is old
  bool cached = false;           ///< it was there already
  double seconds = 0;            ///< spent in the compiler, by the clock on the wall
  std::string warnings;          ///< what the compiler said although it succeeded; empty for a cached module
};

struct BuildReport {
  std::filesystem::path support;     ///< the bodies of Operations, compiled by the same compiler; load it first
  std::vector<BuiltModule> modules;  ///< in the order asked for
};

/// Told about while it happens, one at a time, from any thread. An empty one is not called.
struct BuildEvents {
  std::function<void(std::size_t to_compile)> on_start;  ///< only when there is something to compile
  std::function<void(const BuiltModule&)> on_built;      ///< a module was compiled
};

/// Compiles what the cache does not have, in parallel. The revisions must be of type cpp. Throws CompileError,
/// NoCompilerError, RevisionError when the cache cannot be written, FileError, Interrupted.
BuildReport build_revisions(std::span<const Revision> revisions, const CppOptions& options,
                            const base::Environment& environment, const BuildEvents& events = {});

/// The folder to name with -I so that <migrate/op.hpp> is found; made in the cache when it is missing. Throws
/// RevisionError when the cache cannot be written.
std::filesystem::path unpack_headers(const CppOptions& options, const base::Environment& environment);

/// The command that compiles this revision by itself, for compile_commands.json; run from options.project_dir. Needs no
/// compiler to be installed. Throws as unpack_headers does.
std::vector<std::string> compile_command(const Revision& revision, const CppOptions& options,
                                         const base::Environment& environment);

}  // namespace migrate::script
