#pragma once

namespace migrate::engine {

class Connection;

/// Whether something that shares server sessions between clients, such as PgBouncer, stands between this connection and
/// the server: the session that answers is not the one that was logged in to. Costs a round trip. Behind a pooler in
/// transaction mode nothing of a session may be relied on outside a transaction: settings, LISTEN, advisory locks,
/// temporary tables, prepared statements. Throws as Connection::execute() does.
[[nodiscard]] bool behind_pooler(Connection& connection);

}  // namespace migrate::engine
