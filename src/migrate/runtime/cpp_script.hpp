#pragma once
#include <string>
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

/// As far as it can be told what a C++ revision wants run.
struct PreviewedStatements {
  std::vector<PlacedStatement> statements;  ///< those before the first question, and behind it what needs no answer
  std::vector<std::string> questions;       ///< where it asks the database: "versions/ab_x.cpp:12"
};

/// The same for a preview: a question to the database is told instead of thrown.
PreviewedStatements previewed_statements(const PreparedStep& step, const RevisionInputs& inputs);

}  // namespace migrate::runtime
