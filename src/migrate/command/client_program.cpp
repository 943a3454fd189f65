#include "migrate/command/client_program.hpp"

#include "migrate/engine/password_provider.hpp"

namespace migrate::command {

std::optional<std::string> client_url(const Context& context, base::ProcessOptions& options) {
  const engine::ConnectionConfig config = connection_config(context);
  engine::Url url = config.url();
  for (const auto& [name, value] : url.parameters) {
    if (name == "sslpassword") return std::nullopt;
  }
  const auto timeout = config.parts().connect_timeout;
  const auto limit = timeout.count() > 0 ? engine::Deadline::after(timeout) : engine::Deadline::never();
  if (auto password = engine::password_for(config.parts(), {limit, context.interrupt_fd, context.log})) {
    options.environment["PGPASSWORD"] = *std::move(password);
  }
  url.password.reset();
  return url.to_string(engine::Password::shown);
}

}  // namespace migrate::command
