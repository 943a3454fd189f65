#include "migrate/command/context.hpp"

#include <fmt/format.h>

#include <future>

#include "migrate/command/bundled_project.hpp"
#include "migrate/command/private_folder.hpp"

namespace migrate::command {
namespace {

engine::ConnectionHooks hooks(const Context& context) {
  return {.log = context.log, .on_notice = context.on_notice, .interrupt_fd = context.interrupt_fd};
}

void say(const Context& context, base::LogLevel level, std::string message) {
  if (context.log) context.log({"embedded", level, std::move(message), {}});
}

engine::ConnectionConfig start_embedded(const Context& context) {
  auto server = embedded_server(context.config);
  if (!server.status().running) {
    make_private_folder(context.config.directory);
    say(context, base::LogLevel::info,
        fmt::format("Starting the embedded PostgreSQL in {}",
                    (context.config.directory / ".migrate/postgres").string()));
  }
  server.start();
  auto parts = context.config.engine_options;
  parts.url = server.url();
  // It asks for none.
  parts.password_provider.reset();
  return engine::ConnectionConfig::create(std::move(parts));
}

}  // namespace

script::RevisionGraph load_graph(const Context& context) {
  if (context.config.archive) return script::RevisionGraph(bundled_revisions(*context.config.archive));
  return script::RevisionGraph::load(context.config.version_locations, context.config.recursive_version_locations);
}

server::PrivateServer embedded_server(const Config& config) {
  if (config.archive && config.url_origin != "--url") {
    throw ConfigError("no database is named, and a bundle does not start a private PostgreSQL by itself",
                      "Give --url postgresql://…, or set the variable that engine.url takes it from (see `config`); "
                      "--url embedded starts one with its data in .migrate of this directory.");
  }
  server::PrivateServer::Options options;
  options.directory = config.directory / ".migrate" / "postgres";
  return server::PrivateServer(std::move(options));
}

engine::ConnectionConfig connection_config(const Context& context) {
  if (context.config.embedded) return start_embedded(context);
  return engine::ConnectionConfig::create(context.config.connection.value_or(engine::ConnectionParts{}));
}

Database::Database(const Context& context)
    : schema_setting_(context.config.version_table_schema),
      table_setting_(context.config.version_table),
      engine_(std::make_unique<engine::Engine>(connection_config(context), hooks(context))),
      lease_(engine_->connect()) {
  locate_version_table();
}

void Database::locate_version_table() {
  table_ = runtime::VersionTable::locate(*lease_, schema_setting_, table_setting_);
}

std::vector<std::string> Database::rows() {
  return table_->read(*lease_);
}

Project open_project(const Context& context) {
  auto graph = std::async(std::launch::async, [&] { return load_graph(context); });
  std::unique_ptr<Database> database;
  std::exception_ptr unreachable;
  try {
    database = std::make_unique<Database>(context);
  } catch (...) {
    unreachable = std::current_exception();
  }
  Project project{graph.get(), std::move(database)};
  if (unreachable) std::rethrow_exception(unreachable);
  return project;
}

}  // namespace migrate::command
