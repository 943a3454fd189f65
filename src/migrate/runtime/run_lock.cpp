#include "migrate/runtime/run_lock.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <random>

namespace migrate::runtime {
namespace {

/// FNV-1a over the product and the table's qualified name: the same key from every host and build. Locks are per
/// database, so its name need not be part of it.
std::int64_t lock_key(std::string_view version_table) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const std::string_view part : {std::string_view("migrate run lock/"), version_table}) {
    for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  return static_cast<std::int64_t>(hash);
}

/// "pid 4242 (migrate on 10.0.0.7, since 10:02:11)", or a vaguer word when it cannot be seen.
std::string describe_holder(engine::Connection& connection, std::int64_t key) {
  const auto bits = static_cast<std::uint64_t>(key);
  const auto result = connection.execute(
      fmt::format("SELECT 'pid ' || l.pid || coalesce(' (' || nullif(a.application_name, '') || coalesce(' on ' || "
                  "host(a.client_addr), '')"
                  " || ', connected since ' || to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS') || ')', '')"
                  " FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid"
                  " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.classid = {} AND l.objid = {}"
                  " AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())",
                  bits >> 32U, bits & 0xffffffffU));
  const auto holder = result.scalar();
  return holder ? std::string(*holder) : "a session that has just let go of it";
}

}  // namespace

RunLock::RunLock(engine::Connection& connection, std::string_view version_table, const Options& options)
    : connection_(connection), key_(lock_key(version_table)) {
  const auto deadline = engine::Deadline::after(options.timeout);
  std::mt19937 random{std::random_device{}()};
  const std::string attempt = fmt::format("SELECT pg_catalog.pg_try_advisory_lock({})", key_);
  for (bool told = false;; told = true) {
    if (connection.execute(attempt).scalar() == "t") return;
    const std::string holder = describe_holder(connection, key_);
    if (deadline.passed()) {
      throw RunLockError(fmt::format("another migrate run holds the lock on {}: {}", version_table, holder),
                         "Nothing was run. Try again when it is done, or raise safety.run_lock_timeout.");
    }
    if (!told && options.on_wait) options.on_wait(holder);
    pollfd interrupt{options.interrupt_fd, POLLIN, 0};
    const int pause = std::uniform_int_distribution<int>(50, 250)(random);
    ::poll(&interrupt, options.interrupt_fd >= 0 ? 1 : 0, pause);  // an interrupt is noticed by the next statement
  }
}

RunLock::~RunLock() {
  try {
    if (connection_.alive()) connection_.execute(fmt::format("SELECT pg_catalog.pg_advisory_unlock({})", key_));
  } catch (const base::Error&) {  // the session is gone, and its locks with it
  }
}

}  // namespace migrate::runtime
