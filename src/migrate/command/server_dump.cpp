#include "migrate/command/server_dump.hpp"

#include <chrono>

#include "migrate/command/client_program.hpp"

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
  base::ProcessOptions options;
  options.timeout = k_patience;
  options.interrupt_fd = context.interrupt_fd;
  const auto url = client_url(context, options);
  if (!url) return std::nullopt;
  const auto result = base::run_process({program(), "--schema-only", "--no-password", "--dbname", *url}, options);
  if (result.exit_code != 0) return std::nullopt;
  return result.output;
}

}  // namespace migrate::command
