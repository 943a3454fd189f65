#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "migrate/command/context.hpp"

namespace migrate::command {

/// What revision and merge decided about the file to write.
struct NewFile {
  std::string id;  ///< empty: a random one
  std::string message;
  std::vector<std::string> parents;  ///< full ids
  std::vector<std::string> depends_on;
  std::vector<std::string> labels;
  std::filesystem::path directory;  ///< one of the version locations
  script::RevisionType type = script::RevisionType::sql;
  std::string upgrades{}, downgrades{};                           ///< bodies; usually empty
  bool upgrade_transaction = true, downgrade_transaction = true;  ///< of SQL sections; C++ bodies say it themselves
};

struct NewFileReport {
  std::string id;
  std::filesystem::path path;
  std::vector<std::string> hook_output;  ///< what post-write hooks printed
};

/// Renders the template, checks that the graph stays sound with the new revision in it, writes the file and runs the
/// post-write hooks. Never overwrites. Throws UsageError, RevisionError, TemplateError, FileError.
NewFileReport write_revision_file(const Context& context, const script::RevisionGraph& graph, const NewFile& file);

/// Directory a child of these parents goes to: `wanted` (must be one of the version locations), else where the first
/// parent lies (its version location when file_template makes folders), else the only version location. Throws
/// UsageError when a root could go to several.
std::filesystem::path choose_directory(const Context& context, const script::RevisionGraph& graph,
                                       const std::vector<script::Index>& parents, const std::string& wanted);

}  // namespace migrate::command
