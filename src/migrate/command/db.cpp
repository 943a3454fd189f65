#include "migrate/command/db.hpp"

#include <fmt/format.h>

#include "migrate/command/client_program.hpp"

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
  base::ProcessOptions options;
  options.inherit_streams = true;
  const auto url = client_url(context, options);
  if (!url) {
    throw UsageError("the URL holds sslpassword, which psql would show on its command line",
                     "Keep the client key without a passphrase, or start psql by hand with a service file.");
  }
  std::vector<std::string> command{"psql", "--dbname", *url};
  if (!base::find_program("psql")) {
    std::error_code ignored;
    const auto beside = server::find_binaries() / "psql";
    if (std::filesystem::exists(beside, ignored)) command.front() = beside.string();
  }
  command.insert(command.end(), arguments.begin(), arguments.end());
  return base::run_process(command, options).exit_code;
}

}  // namespace migrate::command
