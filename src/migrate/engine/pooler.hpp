#pragma once

namespace migrate::engine {

class Connection;
class ConnectionConfig;

/// The process of the server that answers now; behind a pooler another one than Connection::backend_pid() says.
[[nodiscard]] int server_pid(Connection& connection);

/// Whether something that shares server sessions between clients, such as PgBouncer, stands between this connection and
/// the server: the session that answers is not the one that was logged in to. Costs a round trip. Behind a pooler in
/// transaction mode nothing of a session may be relied on outside a transaction: settings, LISTEN, advisory locks,
/// temporary tables, prepared statements. Throws as Connection::execute() does.
[[nodiscard]] bool behind_pooler(Connection& connection);

/// Of a connection behind a pooler: whether its session is lent to others between its transactions, which a second
/// connection shows. A pooler in session mode does not; nor is it told apart when no second connection can be had in
/// two seconds. Leaves the setting `migrate.session_mark` behind. Throws as Connection::execute() does.
[[nodiscard]] bool shares_sessions(Connection& connection, const ConnectionConfig& config);

}  // namespace migrate::engine
