#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "migrate/script/revision_graph.hpp"

namespace migrate::command {

/// Everything that is shown of one revision.
struct RevisionView {
  std::string id;
  std::vector<std::string> parents, dependencies, children, labels;
  bool head = false;            ///< nothing builds on it
  bool effective_head = false;  ///< no children, but something depends on it
  bool current = false;
  bool branch_point = false;
  bool merge_point = false;
  std::string title;
  std::string message;
  std::string created;
  std::filesystem::path path;
  bool cpp = false;
};

/// `current`: revisions to mark as current.
RevisionView view(const script::RevisionGraph& graph, script::Index index, std::span<const script::Index> current = {});

std::vector<RevisionView> views(const script::RevisionGraph& graph, std::span<const script::Index> indexes,
                                std::span<const script::Index> current = {});

}  // namespace migrate::command
