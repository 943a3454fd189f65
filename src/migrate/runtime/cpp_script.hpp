#pragma once
#include <vector>

#include "migrate/runtime/cpp_statements.hpp"
#include "migrate/runtime/run_options.hpp"

namespace migrate::runtime {

/// What a C++ revision wants run, asked without a database: its function is called in offline mode. `on_log` gets what
/// it tells; may be empty. Throws RevisionError, with file and line, when the revision throws, asks for what only a
/// live database knows, or for what cannot be.
std::vector<PlacedStatement> offline_statements(
    const PreparedStep& step, const RevisionInputs& inputs,
    const std::function<void(const PreparedStep&, const std::string&)>& on_log);

}  // namespace migrate::runtime
