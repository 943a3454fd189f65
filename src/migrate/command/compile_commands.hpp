#pragma once
#include <span>
#include <string>
#include <vector>

#include "migrate/command/context.hpp"

namespace migrate::command {

/// Tells editors how the C++ revisions are compiled, so that they complete `op.`: writes
/// .migrate/compile_commands.json, which the .clangd in versions/ points at. Written only when it changes, in one step.
/// An editor's comfort is never an error: without a compiler, or in a project that cannot be written, nothing happens.
void refresh_compile_commands(const Context& context) noexcept;
/// The same, only when there is no such file yet: what costs nothing in a run that finds every module in the cache.
void make_sure_of_compile_commands(const Context& context) noexcept;

/// One entry of a compilation database (clang.llvm.org/docs/JSONCompilationDatabase.html).
struct CompileCommand {
  std::string directory;
  std::string file;
  std::vector<std::string> arguments;
};

/// The database as JSON, an entry a line.
std::string compile_commands_text(std::span<const CompileCommand> commands);

}  // namespace migrate::command
