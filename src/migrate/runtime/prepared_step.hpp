#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "migrate/runtime/cpp_body.hpp"
#include "migrate/script/plan.hpp"
#include "migrate/script/revision_graph.hpp"
#include "migrate/script/section.hpp"
#include "migrate/sql/statement.hpp"

namespace migrate::runtime {

/// A step with everything it needs to run: the revision's text, cut into statements and checked; or the function of a
/// C++ revision.
struct PreparedStep {
  script::Step step;
  std::filesystem::path path;
  std::string title;
  std::string text;                        ///< of the whole file; ranges and positions count in it
  std::vector<sql::Statement> statements;  ///< of the section that runs; none for a stamp
  bool transaction = true;
  int section_line = 1;    ///< line of the section's marker
  CppBody cpp_body{};      ///< of a C++ revision; then `text` is its source, or empty where that is not at hand
  sql::Range body{};       ///< the section in `text`; of a C++ revision all of it
  std::string checksum{};  ///< of the section, or of the C++ source; empty: a stamp

  /// Some statement may leave traces in the session.
  [[nodiscard]] bool touches_session() const;
};

/// Loads and checks every step before the first one runs. Throws IrreversibleError for a downgrade without a downgrade
/// section, RevisionError (file:line:column) for anything a server would only refuse half-way: unterminated quotes,
/// BEGIN or COMMIT inside a transactional section, a statement that PostgreSQL refuses inside a transaction. C++
/// revisions are loaded by `loader`, all at once, and only when all SQL is right; without one they are refused.
std::vector<PreparedStep> prepare_steps(const script::RevisionGraph& graph, std::span<const script::Step> steps,
                                        const CppLoader& loader = {});

/// "versions/ab_x.sql:12:3" for a byte of the file.
std::string place(const std::filesystem::path& path, std::string_view text, std::size_t offset);

}  // namespace migrate::runtime
