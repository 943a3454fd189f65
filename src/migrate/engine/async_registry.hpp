#pragma once
#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <memory>
#include <source_location>

#include "migrate/engine/async_engine_factory.hpp"
#include "migrate/engine/async_session_factory.hpp"
#include "migrate/engine/registry.hpp"

namespace migrate::engine {

/// The engines of an execution context, made on first use and gone with the context. What they are configured with is
/// what current_registry() says at that moment. Thread-safe.
[[nodiscard]] std::shared_ptr<AsyncEngineFactory> async_engines(const asio::any_io_executor& executor);
/// Forgets them, and closes what they do not lend.
void reset_async_engines(const asio::any_io_executor& executor);

/// The engine of the configuration in current_registry(), the same one for every caller in a context. Throws
/// DatabaseArgumentError when nothing is configured.
[[nodiscard]] AsyncEngine get_async_engine(const asio::any_io_executor& executor);
[[nodiscard]] AsyncSessionFactory get_async_session_factory(const asio::any_io_executor& executor);

/// A connection for the scope that awaits it, of the context's engine for such a configuration. The settings have a
/// name of their own, because GCC 12 destroys braced temporaries in a co_await expression twice:
///   const ConnectionSettings shop{.db_role = "app", .db_name = "shop"};
///   auto connection = co_await async_connection(shop);
///   co_await connection->execute("SELECT 1");
[[nodiscard]] asio::awaitable<AsyncLease> async_connection(ConnectionSettings settings,
                                                           std::source_location site = std::source_location::current());
[[nodiscard]] asio::awaitable<AsyncLease> async_connection(ConnectionConfig config,
                                                           std::source_location site = std::source_location::current());
/// A session for the scope that awaits it; it commits when it is told to.
[[nodiscard]] asio::awaitable<AsyncSession> async_session(ConnectionSettings settings,
                                                          std::source_location site = std::source_location::current());
[[nodiscard]] asio::awaitable<AsyncSession> async_session(ConnectionConfig config,
                                                          std::source_location site = std::source_location::current());
/// The same of the configured database.
[[nodiscard]] asio::awaitable<AsyncSession> get_async_session(
    std::source_location site = std::source_location::current());

}  // namespace migrate::engine
