#include "migrate/runtime/blockers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <tuple>

#include "migrate/runtime/shown_query.hpp"

namespace migrate::runtime {
namespace {

using Milliseconds = std::chrono::milliseconds;

/// Columns 0 to 11 of both questions. A role that may not look at another's session finds nulls there; who it is, and
/// that it waits, everybody may know. An autovacuum worker is then told by what it is alone in: it vacuums, as nobody.
constexpr std::string_view k_facts = R"(
  a.pid, a.application_name, a.usename, pg_catalog.host(a.client_addr), a.state,
  CASE WHEN a.backend_type IS NOT NULL THEN pg_catalog.left(a.query, 2000) END,
  (extract(epoch FROM clock_timestamp() - a.state_change) * 1000)::bigint,
  (extract(epoch FROM clock_timestamp() - a.xact_start) * 1000)::bigint,
  CASE WHEN w.pid IS NOT NULL THEN coalesce((extract(epoch FROM clock_timestamp() - w.since) * 1000)::bigint, 0) END,
  a.backend_type IS NOT NULL,
  coalesce(a.backend_type = 'autovacuum worker', a.usesysid IS NULL AND (
    EXISTS (SELECT FROM pg_catalog.pg_stat_progress_vacuum v WHERE v.pid = a.pid) OR
    EXISTS (SELECT FROM pg_catalog.pg_stat_progress_analyze v WHERE v.pid = a.pid))),
  coalesce(a.backend_type = 'autovacuum worker' AND a.query LIKE '%(to prevent wraparound)', false))";

/// A prepared transaction is told by the locks it holds on what is waited for, as pid 0 says nothing more; and those
/// are its own which go by the same name as the lock on its number.
constexpr std::string_view k_blockers = R"(
WITH RECURSIVE direct(pid) AS (SELECT DISTINCT b.pid FROM unnest(pg_catalog.pg_blocking_pids({pid})) AS b(pid)),
chain(pid) AS (
  SELECT pid FROM direct
  UNION
  SELECT b.pid FROM chain c, unnest(pg_catalog.pg_blocking_pids(c.pid)) AS b(pid)),
waiting AS (
  SELECT l.pid, min({since}) AS since FROM pg_catalog.pg_locks l WHERE NOT l.granted GROUP BY l.pid)
SELECT {facts}, a.pid IN (SELECT pid FROM direct)
FROM chain c JOIN pg_catalog.pg_stat_activity a ON a.pid = c.pid LEFT JOIN waiting w ON w.pid = c.pid
WHERE c.pid <> {pid}
UNION ALL
SELECT 0, p.gid, p.owner, NULL, 'prepared', '', NULL,
  (extract(epoch FROM clock_timestamp() - p.prepared) * 1000)::bigint, NULL, true, false, false,
  0 IN (SELECT pid FROM direct)
FROM pg_catalog.pg_prepared_xacts p
WHERE 0 IN (SELECT pid FROM chain) AND EXISTS (
  SELECT FROM pg_catalog.pg_locks own
  JOIN pg_catalog.pg_locks h ON h.virtualtransaction = own.virtualtransaction AND h.granted AND h.pid IS NULL
  JOIN pg_catalog.pg_locks l ON NOT l.granted AND h.locktype = l.locktype
    AND (h.database, h.relation, h.page, h.tuple, h.transactionid, h.classid, h.objid, h.objsubid)
      IS NOT DISTINCT FROM (l.database, l.relation, l.page, l.tuple, l.transactionid, l.classid, l.objid, l.objsubid)
    AND CASE h.mode
      WHEN 'AccessShareLock' THEN l.mode = 'AccessExclusiveLock'
      WHEN 'RowShareLock' THEN l.mode IN ('ExclusiveLock', 'AccessExclusiveLock')
      WHEN 'RowExclusiveLock' THEN l.mode NOT IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock',
        'ShareUpdateExclusiveLock')
      ELSE true END
  WHERE own.pid IS NULL AND own.granted AND own.locktype = 'transactionid' AND own.transactionid = p.transaction
    AND (l.pid = {pid} OR l.pid IN (SELECT pid FROM chain))))";

/// A session may have waited for somebody else before: on our account it waits no longer than we have had a
/// transaction, or than the one that it waits for does.
constexpr std::string_view k_blocked = R"(
WITH RECURSIVE waiting AS (
  SELECT l.pid, min({since}) AS since, pg_catalog.pg_blocking_pids(l.pid) AS blockers
  FROM pg_catalog.pg_locks l WHERE NOT l.granted AND l.pid NOT IN ({pid}, pg_catalog.pg_backend_pid()) GROUP BY l.pid),
chain(pid, since, direct) AS (
  SELECT w.pid, greatest(w.since, (SELECT s.xact_start FROM pg_catalog.pg_stat_get_activity({pid}) s)), true
  FROM waiting w WHERE {pid} = ANY (w.blockers)
  UNION
  SELECT w.pid, greatest(w.since, c.since), false FROM chain c JOIN waiting w ON c.pid = ANY (w.blockers))
SELECT {facts}, b.direct,
  coalesce((extract(epoch FROM clock_timestamp() - b.since) * 1000)::bigint, 0)
FROM (SELECT pid, min(since) AS since, bool_or(direct) AS direct FROM chain GROUP BY pid) b
JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid LEFT JOIN waiting w ON w.pid = b.pid)";

engine::Result ask(engine::Connection& connection, std::string_view question, int pid) {
  // Before PostgreSQL 14 locks do not say since when they are waited for; a statement rarely does much before it waits.
  const std::string_view since = connection.server_version() >= 140000
                                     ? "l.waitstart"
                                     : "(SELECT s.query_start FROM pg_catalog.pg_stat_get_activity(l.pid) s)";
  return connection.execute(
      fmt::format(fmt::runtime(question), fmt::arg("pid", pid), fmt::arg("since", since), fmt::arg("facts", k_facts)));
}

std::string text(const engine::Result& result, int row, int column) {
  return std::string(result.get(row, column).value_or(""));
}

std::optional<Milliseconds> time(const engine::Result& result, int row, int column) {
  const auto count = result.get<std::optional<std::int64_t>>(row, column);
  return count ? std::optional(Milliseconds(std::max<std::int64_t>(*count, 0))) : std::nullopt;
}

void read_facts(OtherSession& session, const engine::Result& result, int row) {
  session.pid = result.get<int>(row, 0);
  session.application = shown_query(text(result, row, 1), 63);
  session.user = text(result, row, 2);
  session.host = text(result, row, 3);
  session.state = text(result, row, 4);
  session.query = shown_query(text(result, row, 5));
  session.state_age = time(result, row, 6);
  session.transaction_age = time(result, row, 7);
  session.waiting = time(result, row, 8);
  session.visible = result.get<bool>(row, 9);
  session.autovacuum = result.get<bool>(row, 10);
  session.wraparound = result.get<bool>(row, 11);
}

std::string age(Milliseconds time) {
  const auto seconds = time.count() / 1000;
  if (seconds < 1) return fmt::format("{} ms", time.count());
  if (seconds < 120) return fmt::format("{} s", seconds);
  if (seconds < 7200) return fmt::format("{} min", seconds / 60);
  if (seconds < 172800) return fmt::format("{} h", seconds / 3600);
  return fmt::format("{} days", seconds / 86400);
}

/// "idle in transaction for 31 s", and what more there is to its age.
std::string doing(const OtherSession& session) {
  std::string words;
  if (session.waiting) {
    words = fmt::format("waiting for {}", age(*session.waiting));
  } else if (session.state_age && !session.state.empty()) {
    words = fmt::format("{} for {}", session.state, age(*session.state_age));
  }
  const auto shown = session.waiting ? session.waiting : session.state_age;
  if (session.transaction_age && (!shown || *session.transaction_age > *shown + std::chrono::seconds(1))) {
    words += fmt::format("{}transaction open for {}", words.empty() ? "" : ", ", age(*session.transaction_age));
  }
  return words;
}

std::string describe_prepared(const OtherSession& session) {
  return fmt::format(
      "the prepared transaction '{}' ({}{}): it holds its locks until COMMIT PREPARED or ROLLBACK PREPARED",
      session.application, session.user,
      session.transaction_age ? fmt::format(", prepared {} ago", age(*session.transaction_age)) : "");
}

}  // namespace

std::vector<Blocker> blockers_of(engine::Connection& connection, int pid) {
  const auto result = ask(connection, k_blockers, pid);
  std::vector<Blocker> blockers(static_cast<std::size_t>(result.rows()));
  for (int row = 0; row < result.rows(); ++row) {
    auto& blocker = blockers[static_cast<std::size_t>(row)];
    read_facts(blocker, result, row);
    blocker.direct = result.get<bool>(row, 12);
  }
  std::ranges::stable_sort(blockers, {}, [](const Blocker& blocker) {
    return std::tuple(blocker.waiting.has_value(), -blocker.transaction_age.value_or(Milliseconds(0)));
  });
  return blockers;
}

std::vector<Blocked> blocked_by(engine::Connection& connection, int pid) {
  const auto result = ask(connection, k_blocked, pid);
  std::vector<Blocked> blocked(static_cast<std::size_t>(result.rows()));
  for (int row = 0; row < result.rows(); ++row) {
    auto& session = blocked[static_cast<std::size_t>(row)];
    read_facts(session, result, row);
    session.direct = result.get<bool>(row, 12);
    session.blocked_for = time(result, row, 13).value_or(Milliseconds(0));
  }
  std::ranges::stable_sort(blocked, std::greater<>(), &Blocked::blocked_for);
  return blocked;
}

std::string describe(const OtherSession& session) {
  if (session.pid == 0) return describe_prepared(session);
  std::string inside = session.autovacuum ? "autovacuum" : session.application;
  if (!session.host.empty()) inside += fmt::format("{}on {}", inside.empty() ? "" : " ", session.host);
  for (const auto& part : {session.user, doing(session)}) {
    if (!part.empty()) inside += (inside.empty() ? "" : ", ") + part;
  }
  std::string line = fmt::format("pid {}", session.pid);
  if (!inside.empty()) line += fmt::format(" ({})", inside);
  if (!session.visible) return line + ": query not visible";
  if (!session.query.empty()) line += ": " + session.query;
  if (session.wraparound) line += "; PostgreSQL does not cancel this one for others: wait until it is done";
  return line;
}

std::string describe(const std::vector<Blocker>& blockers, std::size_t most) {
  std::string line;
  for (std::size_t index = 0; index < std::min(most, blockers.size()); ++index) {
    line += (line.empty() ? "" : "; ") + describe(blockers[index]);
  }
  if (blockers.size() > most) line += fmt::format("; and {} more", blockers.size() - most);
  return line;
}

std::chrono::milliseconds deadlock_timeout(engine::Connection& connection) {
  const auto result = connection.execute(
      "SELECT setting::bigint FROM pg_catalog.pg_settings WHERE name = 'deadlock_timeout'");  // its unit is ms
  return Milliseconds(result.scalar<std::int64_t>());
}

}  // namespace migrate::runtime
