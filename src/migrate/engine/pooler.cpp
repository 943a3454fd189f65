#include "migrate/engine/pooler.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <random>
#include <string>

#include "migrate/engine/connection.hpp"
#include "migrate/engine/connection_config.hpp"

namespace migrate::engine {
namespace {

using namespace std::chrono_literals;

constexpr int k_looks = 3;
constexpr auto k_patience = 2s;

ConnectionConfig of_onlooker(const ConnectionConfig& config) {
  ConnectionParts parts = config.parts();
  parts.retry.retries = 0;
  parts.connect_timeout = k_patience;
  parts.command_timeout = k_patience;
  return ConnectionConfig::create(std::move(parts));
}

std::string mark_of(Connection& connection) {
  const auto result = connection.execute("SELECT pg_catalog.current_setting('migrate.session_mark', true)");
  return std::string(result.scalar().value_or(""));
}

/// One look: the onlooker keeps whatever session it is given while we ask for ours again.
bool is_shared(Connection& connection, Connection& onlooker, const std::string& mark) {
  connection.script(fmt::format("SET migrate.session_mark = '{}'", mark));
  onlooker.script("BEGIN");
  const bool seen = mark_of(onlooker) == mark;
  const bool lost = mark_of(connection) != mark;
  onlooker.script(seen ? "SET migrate.session_mark = ''; COMMIT" : "ROLLBACK");
  return seen || lost;
}

}  // namespace

int server_pid(Connection& connection) {
  return connection.execute("SELECT pg_catalog.pg_backend_pid()").scalar<int>();
}

bool behind_pooler(Connection& connection) {
  return server_pid(connection) != connection.backend_pid();
}

bool shares_sessions(Connection& connection, const ConnectionConfig& config) {
  std::random_device random;
  const std::string mark = fmt::format("{:08x}{:08x}", random(), random());
  try {
    auto onlooker = Connection::connect(of_onlooker(config), {}, Deadline::after(k_patience));
    for (int look = 0; look < k_looks; ++look) {
      if (is_shared(connection, onlooker, mark)) return true;
    }
  } catch (const DatabaseError&) {
    // A pooler that has no second session to give keeps the first one for us.
    if (!connection.alive()) throw;
  }
  return false;
}

}  // namespace migrate::engine
