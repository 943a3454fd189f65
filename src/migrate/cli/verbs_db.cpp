#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "migrate/cli/json.hpp"
#include "migrate/cli/verbs.hpp"
#include "migrate/command/db.hpp"

namespace migrate::cli {
namespace {

ExitCode print_status(Session& session, const server::ServerStatus& status) {
  if (session.json) {
    session.output.answer(json::database(status));
  } else if (!status.exists) {
    session.output.answer("not created yet; `migrate db start`, or any command that needs the database, makes it");
  } else if (status.running) {
    session.output.answer(fmt::format("running, PostgreSQL {}, pid {}, data in {}", status.version, status.pid,
                                      status.data_directory.string()));
  } else {
    session.output.answer(
        fmt::format("stopped, PostgreSQL {}, data in {}", status.version, status.data_directory.string()));
  }
  return ExitCode::done;
}

using ServerVerb = server::ServerStatus (*)(const command::Context&);

void add_server_verb(CLI::App& db, Session& session, const char* name, const char* description, ServerVerb verb) {
  db.add_subcommand(name, description)->callback([&session, verb] {
    session.action = [&session, verb] { return print_status(session, verb(session.context())); };
  });
}

}  // namespace

void add_db(CLI::App& app, Session& session) {
  auto* db = app.add_subcommand("db", "Look after the embedded PostgreSQL");
  db->footer(
      "start, stop and status are for a project whose url is \"embedded\"; url and psql work with any database.\n"
      "Examples:\n  migrate db status\n  migrate db psql -c 'TABLE alembic_version'");
  db->require_subcommand(1);
  db->fallthrough();
  add_server_verb(*db, session, "start", "Start it, creating it first when needed", command::db_start);
  add_server_verb(*db, session, "stop", "Stop it; the data stays", command::db_stop);
  add_server_verb(*db, session, "status", "Tell whether it runs, and where its data is", command::db_status);
  db->add_subcommand("url", "Print the project's database URL")->callback([&session] {
    session.action = [&session] {
      const std::string url = command::db_url(session.context());
      session.output.answer(session.json ? json::object({{"url", url}}) : url);
      return ExitCode::done;
    };
  });
  auto* psql = db->add_subcommand("psql", "Open psql on the project's database; further words go to psql");
  psql->footer(
      "Options of migrate stand before `db`.\nExamples:\n  migrate db psql\n  migrate db psql -c 'TABLE "
      "alembic_version'");
  psql->prefix_command();
  psql->fallthrough(false);  // -c is psql's there
  psql->callback([&session, psql] {
    session.action = [&session, psql] {
      return static_cast<ExitCode>(command::db_psql(session.context(), undisguised(psql->remaining())));
    };
  });
}

}  // namespace migrate::cli
