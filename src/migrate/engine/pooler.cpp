#include "migrate/engine/pooler.hpp"

#include <string>

#include "migrate/engine/connection.hpp"

namespace migrate::engine {

bool behind_pooler(Connection& connection) {
  const Result result = connection.execute("SELECT pg_catalog.pg_backend_pid()");
  return result.scalar() != std::to_string(connection.backend_pid());
}

}  // namespace migrate::engine
