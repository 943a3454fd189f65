#include "migrate/command/server_dump.hpp"

#include <chrono>

#include "migrate/base/process.hpp"
#include "migrate/engine/password_provider.hpp"

namespace migrate::command {
namespace {

constexpr std::chrono::minutes k_patience{5};

/// That of our own server's version where it is found.
std::string program() {
  if (base::find_program("pg_dump")) return "pg_dump";
  return (server::find_binaries() / "pg_dump").string();
}

}  // namespace

std::optional<std::string> server_dump(const Context& context) {
  const engine::ConnectionConfig config = connection_config(context);
  engine::Url url = config.url();
  // It would stand on the command line.
  for (const auto& [name, value] : url.parameters) {
    if (name == "sslpassword") return std::nullopt;
  }
  base::ProcessOptions options;
  options.timeout = k_patience;
  options.interrupt_fd = context.interrupt_fd;
  const auto timeout = config.parts().connect_timeout;
  const auto limit = timeout.count() > 0 ? engine::Deadline::after(timeout) : engine::Deadline::never();
  const engine::PasswordRequest request{limit, context.interrupt_fd, context.log};
  if (auto password = engine::password_for(config.parts(), request)) {
    options.environment["PGPASSWORD"] = *std::move(password);
  }
  url.password.reset();
  const auto result = base::run_process(
      {program(), "--schema-only", "--no-password", "--dbname", url.to_string(engine::Password::shown)}, options);
  if (result.exit_code != 0) return std::nullopt;
  return result.output;
}

}  // namespace migrate::command
