#pragma once
#include "migrate/command/compile.hpp"
#include "migrate/runtime/cpp_body.hpp"

namespace migrate::command {

/// What runtime::prepare_steps compiles and loads C++ revisions with. The context must outlive the loader, not what it
/// returns. Throws as compile() and script::ModuleRunner::load do: nothing was run then.
runtime::CppLoader cpp_loader(const Context& context, CompileEvents events);

}  // namespace migrate::command
