#include "migrate/command/log.hpp"

#include "migrate/command/journal_options.hpp"
#include "migrate/script/identifier.hpp"

namespace migrate::command {
namespace {

/// A revision whose file is gone is asked for by its whole id.
std::string id_of(const Context& context, const std::string& identifier, const std::vector<std::string>& rows) {
  const auto graph = load_graph(context);
  try {
    const auto found = script::resolve(graph, identifier, rows);
    if (found.size() == 1) return graph[found.front()].id;
  } catch (const base::Error&) {
    return identifier;
  }
  return identifier;
}

}  // namespace

LogReport log(const Context& context, const std::optional<std::string>& identifier, std::size_t limit) {
  Database database(context);
  auto options = journal_options(context);
  options.enabled = true;  // what was noted can be read though nothing is noted any more
  const auto journal = runtime::Journal::locate(database.connection(), database.version_table(), std::move(options));
  LogReport report{journal.qualified_name(), journal.exists(), {}};
  const auto revision = identifier ? id_of(context, *identifier, database.rows()) : std::string();
  report.rows = journal.read(database.connection(), revision, limit);
  return report;
}

}  // namespace migrate::command
