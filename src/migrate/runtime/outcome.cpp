#include "migrate/runtime/outcome.hpp"

#include <fmt/format.h>

#include <thread>

#include "migrate/engine/connection.hpp"
#include "migrate/runtime/version_table.hpp"

namespace migrate::runtime {
namespace {

bool backend_is_busy(engine::Connection& connection, int pid) {
  const auto result = connection.execute(
      fmt::format("SELECT 1 FROM pg_catalog.pg_stat_activity WHERE pid = {} AND state IS DISTINCT FROM 'idle'"
                  " AND backend_type = 'client backend'",
                  pid));
  return result.rows() > 0;
}

/// What matters is where the database stands; the note may fail.
void write(engine::Connection& connection, const std::string& sql) {
  try {
    connection.script(sql);
  } catch (const engine::DatabaseError&) {
    return;
  }
}

}  // namespace

std::optional<std::vector<std::string>> rows_after_loss(const engine::ConnectionConfig& config, int pid,
                                                        std::string_view schema, std::string_view table,
                                                        const FailureNote& note, std::chrono::seconds patience) {
  try {
    const auto deadline = engine::Deadline::after(patience);
    auto connection = engine::Connection::connect(config, {}, deadline);
    while (backend_is_busy(connection, pid)) {
      if (deadline.passed()) return std::nullopt;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    auto rows = VersionTable::locate(connection, schema, table).read(connection);
    if (!note.sql.empty() && rows != note.unless_rows) write(connection, note.sql);
    return rows;
  } catch (const base::Error&) {
    return std::nullopt;
  }
}

}  // namespace migrate::runtime
