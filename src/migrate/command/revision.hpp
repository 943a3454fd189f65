#pragma once
#include <optional>
#include <string>
#include <vector>

#include "migrate/command/autogenerate.hpp"
#include "migrate/command/new_file.hpp"

namespace migrate::command {

struct RevisionRequest {
  std::string message;
  std::string head = "head";  ///< parent; "base" makes a new root
  bool splice = false;        ///< allow a parent that already has children
  std::vector<std::string> branch_labels;
  std::string version_path;
  std::string id;
  std::vector<std::string> depends_on;
  std::optional<script::RevisionType> type;  ///< nothing: revision_type of alembic.toml
};

/// Writes a new revision file.
NewFileReport revision(const Context& context, const RevisionRequest& request);

struct GeneratedReport {
  std::vector<NewFileReport> files{};  ///< empty: there was nothing to do
  std::vector<schema::Suggestion> suggestions{};
  std::vector<std::string> hazards{};  ///< of the upgrades
  std::vector<std::string> warnings{};
};

/// Writes what autogenerate() finds to do: a file, or several that build on each other where a part has to be committed
/// before the next. Nothing to do: no file, unless `allow_empty`. Throws as autogenerate() and revision() do.
GeneratedReport generate_revisions(const Context& context, const RevisionRequest& request,
                                   const AutogenerateRequest& options, bool allow_empty);

}  // namespace migrate::command
