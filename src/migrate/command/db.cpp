#include "migrate/command/db.hpp"

#include <fmt/format.h>

#include "migrate/base/process.hpp"

namespace migrate::command {
namespace {

void require_embedded(const Context& context) {
  if (context.config.embedded) return;
  throw UsageError(
      fmt::format("the database of this project is not the embedded one (its URL comes from {})",
                  context.config.url_origin),
      "`migrate db start|stop|status` look after the private server of a project whose url is \"embedded\".");
}

}  // namespace

server::ServerStatus db_start(const Context& context) {
  require_embedded(context);
  connection_config(context);
  return embedded_server(context.config).status();
}

server::ServerStatus db_stop(const Context& context) {
  require_embedded(context);
  auto server = embedded_server(context.config);
  server.stop();
  return server.status();
}

server::ServerStatus db_status(const Context& context) {
  require_embedded(context);
  return embedded_server(context.config).status();
}

std::string db_url(const Context& context) {
  return connection_config(context).uri();
}

int db_psql(const Context& context, const std::vector<std::string>& arguments) {
  const engine::ConnectionConfig config = connection_config(context);
  engine::Url url = config.url();
  base::ProcessOptions options;
  options.inherit_streams = true;
  for (const auto& [name, value] : url.parameters) {
    if (name == "sslpassword") {
      throw UsageError("the URL holds sslpassword, which psql would show on its command line",
                       "Keep the client key without a passphrase, or start psql by hand with a service file.");
    }
  }
  const auto timeout = config.parts().connect_timeout;
  const auto limit = timeout.count() > 0 ? engine::Deadline::after(timeout) : engine::Deadline::never();
  const engine::PasswordRequest request{limit, context.interrupt_fd, context.log};
  if (auto password = engine::password_for(config.parts(), request)) {
    options.environment["PGPASSWORD"] = *std::move(password);
  }
  url.password.reset();
  std::vector<std::string> command{"psql", "--dbname", url.to_string(engine::Password::shown)};
  if (!base::find_program("psql")) {
    std::error_code ignored;
    const auto beside = server::find_binaries() / "psql";
    if (std::filesystem::exists(beside, ignored)) command.front() = beside.string();
  }
  command.insert(command.end(), arguments.begin(), arguments.end());
  return base::run_process(command, options).exit_code;
}

}  // namespace migrate::command
