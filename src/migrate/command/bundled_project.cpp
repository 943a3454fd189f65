#include "migrate/command/bundled_project.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/base/text.hpp"
#include "migrate/command/config_error.hpp"
#include "migrate/script/revision_graph.hpp"

namespace migrate::command {
namespace {

std::span<const char> image(const script::Archive& archive, std::string_view path) {
  const auto bytes = archive.read(path);
  return {bytes.data(), bytes.size()};
}

}  // namespace

std::string bundled_table(const script::Archive& archive, const std::string& asked) {
  std::string table(archive.read(k_bundled_table));
  if (asked == table || asked == "alembic") return table;
  throw ConfigError(fmt::format("{} holds the revisions of [{}], not of [{}]", archive.name(), table, asked),
                    fmt::format("Leave -n out, or make another bundle: migrate -n {} bundle -o FILE.", asked));
}

std::string_view bundled_config_text(const script::Archive& archive) {
  return archive.read(k_bundled_config);
}

std::vector<script::Revision> bundled_revisions(const script::Archive& archive) {
  std::vector<script::Revision> revisions;
  for (const auto& entry : archive.entries()) {
    if (!entry.path.starts_with(k_bundled_revisions)) continue;
    const auto text = archive.read(entry);
    auto revision = script::parse_header(text, entry.path.substr(k_bundled_revisions.size()));
    revision.text = text;
    revisions.push_back(std::move(revision));
  }
  return revisions;
}

script::ModuleSet bundled_modules(const script::Archive& archive, std::span<const script::Revision> revisions) {
  script::ModuleSet modules;
  modules.support = {"", {}, image(archive, k_bundled_support), {}};
  for (const auto& entry : archive.entries()) {
    if (!entry.path.starts_with(k_bundled_libraries)) continue;
    modules.libraries.push_back({"", {}, image(archive, entry.path), entry.path.substr(k_bundled_libraries.size())});
  }
  for (const auto& revision : revisions) {
    modules.revisions.push_back(
        {revision.id, {}, image(archive, fmt::format("{}{}", k_bundled_modules, revision.id)), revision.path});
  }
  return modules;
}

std::string bundle_line(const script::Archive& archive) {
  const script::RevisionGraph graph(bundled_revisions(archive));
  std::size_t cpp = 0;
  for (std::size_t i = 0; i < graph.size(); ++i) cpp += graph[i].type == script::RevisionType::cpp ? 1 : 0;
  std::vector<std::string> heads;
  for (const auto head : graph.heads()) heads.push_back(graph[head].id);
  return fmt::format("{} revision{}{}, {} {}", graph.size(), graph.size() == 1 ? "" : "s",
                     cpp == 0 ? "" : fmt::format(" ({} in C++)", cpp), heads.size() == 1 ? "head" : "heads",
                     heads.empty() ? "(none)" : base::join(heads, ", "));
}

}  // namespace migrate::command
