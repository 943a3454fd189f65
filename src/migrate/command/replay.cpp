#include "migrate/command/replay.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/command/missing_role.hpp"
#include "migrate/command/schema_files.hpp"
#include "migrate/command/upgrade.hpp"
#include "migrate/runtime/step_error.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::command {
namespace {

/// The project on another database, where nobody else is and nobody is to be told.
Context on_scratch(const Context& context, const ScratchDatabase& database) {
  Context replay = context;
  Config& config = replay.config;
  config.embedded = false;
  config.connection = database.config().parts();
  config.url_origin = "the scratch database";
  config.version_table_schema.clear();
  config.safety.max_blocked_ms = 0;
  config.safety.edited = EditedPolicy::ignore;
  config.safety.destructive = DestructivePolicy::allow;
  config.on_version_apply.clear();
  replay.log = {};
  replay.on_notice = {};
  return replay;
}

void make_role(const ScratchDatabase& database, const std::string& role) {
  auto connection = database.connect();
  try {
    connection.execute("CREATE ROLE " + sql::quote_identifier(role));
  } catch (const engine::SqlError&) {
    // Somebody else has just made it, or we may not: the next try will tell.
  }
}

[[noreturn]] void fail(const runtime::StepError& error) {
  const auto& facts = error.facts();
  std::string message = fmt::format("{}{}revision {} cannot be replayed on a scratch database: {}", facts.place,
                                    facts.place.empty() ? "" : ": ", facts.step.revision, facts.message);
  if (!facts.statement.empty()) message += fmt::format("\n  statement: {}", facts.statement);
  throw SchemaError(message, facts.hint.empty()
                                 ? "The revisions must build the schema from nothing. The database was not touched."
                                 : facts.hint);
}

}  // namespace

void replay_revisions(const Context& context, ScratchDatabase& database) {
  const Context replay = on_scratch(context, database);
  if (load_graph(replay).size() == 0) return;
  std::vector<std::string> roles;
  for (;;) {
    try {
      upgrade(replay, {.target = "heads"}, {});
      break;
    } catch (const runtime::StepError& error) {
      const auto role = error.facts().fields ? missing_role(*error.facts().fields) : std::nullopt;
      if (!role || std::ranges::find(roles, *role) != roles.end()) fail(error);
      roles.push_back(*role);
      make_role(database, *role);
    }
  }
  database.owns_roles(std::move(roles));
}

}  // namespace migrate::command
