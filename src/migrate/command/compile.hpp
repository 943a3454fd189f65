#pragma once
#include <cstddef>
#include <functional>
#include <span>

#include "migrate/command/context.hpp"
#include "migrate/script/cpp_build.hpp"

namespace migrate::command {

/// Told while C++ revisions are compiled; nothing is told of a run that finds all of them in the cache. Any may be
/// empty; none may throw.
struct CompileEvents {
  std::function<void(std::size_t count)> on_start;                 ///< so many must be compiled, one or more
  std::function<void(const script::BuiltModule&)> on_compiled;     ///< one of them is; from any thread
  std::function<void(std::size_t count, double seconds)> on_done;  ///< all of them are, after so long
};

/// Compiles what is not in the cache, all of it at once, with the settings of [alembic.cpp]; `revisions` are C++ ones.
/// Throws script::CompileError, script::NoCompilerError, and script::Interrupted when the interrupt comes first.
script::BuildReport compile(const Context& context, std::span<const script::Revision> revisions,
                            const CompileEvents& events);

}  // namespace migrate::command
