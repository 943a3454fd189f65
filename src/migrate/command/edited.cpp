#include "migrate/command/edited.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/base/text.hpp"
#include "migrate/runtime/revision_content.hpp"
#include "migrate/sql/checksum.hpp"

namespace migrate::command {
namespace {

/// Of a revision whose checksum is known. Nothing: it is as it was.
std::optional<EditedRevision> compare(const script::Revision& revision, const std::string& remembered,
                                      const runtime::Journal& journal, engine::Connection& connection) {
  EditedRevision edited{revision.id, revision.path, {}};
  try {
    const auto content = runtime::upgrade_content(revision);
    // Another version of migrate may have remembered it by other rules.
    const bool same_rules = content.checksum.substr(0, 3) == remembered.substr(0, 3);
    if (!same_rules || content.checksum == remembered) return std::nullopt;
    const auto applied = journal.body(connection, revision.id);
    if (revision.type == script::RevisionType::sql && !applied.empty()) {
      // The lines in front of the section, so that those behind them have the numbers they have in the file.
      const auto before = std::string_view(content.text).substr(0, content.body.offset);
      const std::string blank(static_cast<std::size_t>(std::ranges::count(before, '\n')), '\n');
      edited.changes = sql::describe_edit(applied, blank + std::string(content.section()));
    }
  } catch (const engine::DatabaseError&) {
    throw;
  } catch (const base::Error& error) {
    edited.changes = error.what();
  }
  return edited;
}

}  // namespace

std::vector<EditedRevision> find_edited(const script::RevisionGraph& graph, std::span<const std::string> rows,
                                        const runtime::Journal& journal, engine::Connection& connection) {
  std::vector<EditedRevision> found;
  const auto known = journal.applied(connection);
  if (known.empty()) return found;
  std::vector<script::Index> tips;
  for (const auto& row : rows) {
    if (const auto index = graph.find(row)) tips.push_back(*index);
  }
  const auto applied = graph.ancestors(tips);
  for (script::Index i = 0; i < graph.size(); ++i) {
    if (!applied[i]) continue;
    const auto row = known.find(graph[i].id);
    if (row == known.end() || row->second.checksum.empty()) continue;
    if (row->second.direction != "upgrade" && row->second.direction != "accept") continue;
    if (auto edited = compare(graph[i], row->second.checksum, journal, connection)) found.push_back(std::move(*edited));
  }
  return found;
}

std::string describe(const EditedRevision& edited) {
  std::string text =
      fmt::format("{}: revision {} was edited after it had been applied", edited.path.string(), edited.revision);
  if (!edited.changes.empty()) text += ":\n  " + base::replace_all(edited.changes, "\n", "\n  ");
  return text;
}

}  // namespace migrate::command
