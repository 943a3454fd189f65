#pragma once
#include <optional>
#include <string>
#include <vector>

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

}  // namespace migrate::command
