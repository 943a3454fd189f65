#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "migrate/engine/connection.hpp"

namespace migrate::runtime {

/// What is known of another session. A role without pg_read_all_stats sees of other roles' sessions no more than pid,
/// application, user and that they wait.
struct OtherSession {
  using Milliseconds = std::chrono::milliseconds;

  int pid = 0;              ///< 0: a prepared transaction, which no session holds any more
  std::string application;  ///< application_name; of a prepared transaction its identifier
  std::string user;
  std::string host;                             ///< empty: a Unix socket, or not visible
  std::string state;                            ///< "active", "idle in transaction" …; empty: not visible
  std::string query;                            ///< on one line, shortened, without passwords; empty: not visible
  std::optional<Milliseconds> state_age;        ///< nothing, here and below: not visible
  std::optional<Milliseconds> transaction_age;  ///< of a prepared transaction: since it was prepared
  std::optional<Milliseconds> waiting;          ///< nothing: it does not wait for a lock
  bool visible = true;                          ///< false: the role may see neither state nor query
  bool autovacuum = false;
  bool wraparound = false;  ///< autovacuum that PostgreSQL never cancels for others
};

/// A session that holds, or asked earlier for, a lock that another waits for.
struct Blocker : OtherSession {
  bool direct = true;  ///< false: it blocks somebody who blocks
};

/// A session that waits.
struct Blocked : OtherSession {
  bool direct = true;           ///< false: it waits for somebody who waits
  Milliseconds blocked_for{0};  ///< on account of the session that was asked about
};

/// Who keeps backend `pid` waiting, directly or through others: first those who do not wait themselves, the longest
/// transaction first. Empty when it does not wait. One round trip. Throws DatabaseError.
std::vector<Blocker> blockers_of(engine::Connection& connection, int pid);

/// Who waits for backend `pid`, for its locks or behind it in a queue, directly or through others; the longest first.
/// Without the session that asks. One round trip. Throws DatabaseError.
std::vector<Blocked> blocked_by(engine::Connection& connection, int pid);

/// One line for messages: "pid 4242 (psql, alice, idle in transaction for 31 s): SELECT …".
std::string describe(const OtherSession& session);
/// The first `most` of them, the rest as a number: "pid 1 …; pid 2 …; and 3 more".
std::string describe(const std::vector<Blocker>& blockers, std::size_t most = 3);

/// The server's deadlock_timeout. One round trip. Throws DatabaseError.
std::chrono::milliseconds deadlock_timeout(engine::Connection& connection);

}  // namespace migrate::runtime
