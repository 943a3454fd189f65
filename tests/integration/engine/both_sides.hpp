#pragma once
#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <string>
#include <utility>

#include "integration/engine/async_run.hpp"
#include "migrate/engine/async_row_stream.hpp"
#include "migrate/engine/async_session_factory.hpp"
#include "migrate/engine/session_factory.hpp"

namespace migrate::test {

/// The words in which one test body speaks to the engine of threads and to that of coroutines. Here they are said to
/// the first: everything is done when the call returns, and there is nothing to wait for.
struct Threads {
  using Engine = engine::Engine;
  using Lease = engine::Lease<engine::Connection>;
  using Factory = engine::SessionFactory;
  using Session = engine::Session;
  using Savepoint = engine::Savepoint;
  using Transaction = engine::Transaction;

  static Engine engine(engine::ConnectionConfig config, asio::io_context& /*context*/) {
    return Engine(std::move(config));
  }
  static asio::awaitable<Lease> connect(Engine& engine) { co_return engine.connect(); }
  template <typename Target>
  static asio::awaitable<engine::Result> execute(Target& target, std::string sql) {
    co_return target.execute(sql);
  }
  template <typename Target>
  static asio::awaitable<void> commit(Target& target) {
    target.commit();
    co_return;
  }
  template <typename Target>
  static asio::awaitable<void> rollback(Target& target) {
    target.rollback();
    co_return;
  }
  static asio::awaitable<void> close(Session& session) {
    session.close();
    co_return;
  }
  static asio::awaitable<bool> close(Engine& engine, engine::Deadline deadline) { co_return engine.close(deadline); }
  static asio::awaitable<void> execute_and_commit(Session& session, std::string sql) {
    session.execute_and_commit(sql);
    co_return;
  }
  static asio::awaitable<Savepoint> begin_nested(Session& session) { co_return session.begin_nested(); }
  static asio::awaitable<Transaction> begin_lazily(Lease& lease) {
    co_return lease->begin(engine::TransactionOptions{.lazy = true});
  }
  template <typename Outer>
  static asio::awaitable<Savepoint> savepoint(Outer& outer) {
    co_return outer.savepoint();
  }
  static asio::awaitable<engine::RowStream> stream(Lease& lease, std::string sql) { co_return lease->stream(sql); }
  /// fn(session) -> awaitable<void>
  template <typename Fn>
  static asio::awaitable<void> nested(Session& session, Fn& fn) {
    session.nested([&](Session& inner) { run_async([&] { return fn(inner); }); });
    co_return;
  }
};

/// The same words, said to the engine of coroutines.
struct Coroutines {
  using Engine = engine::AsyncEngine;
  using Lease = engine::AsyncLease;
  using Factory = engine::AsyncSessionFactory;
  using Session = engine::AsyncSession;
  using Savepoint = engine::AsyncSavepoint;
  using Transaction = engine::AsyncTransaction;

  static Engine engine(engine::ConnectionConfig config, asio::io_context& context) {
    return Engine(std::move(config), context.get_executor());
  }
  static asio::awaitable<Lease> connect(Engine& engine) { return engine.connect(); }
  template <typename Target>
  static asio::awaitable<engine::Result> execute(Target& target, std::string sql) {
    return target.execute(std::move(sql));
  }
  template <typename Target>
  static asio::awaitable<void> commit(Target& target) {
    return target.commit();
  }
  template <typename Target>
  static asio::awaitable<void> rollback(Target& target) {
    co_await target.rollback();
  }
  static asio::awaitable<void> close(Session& session) { return session.close(); }
  static asio::awaitable<bool> close(Engine& engine, engine::Deadline deadline) { return engine.close(deadline); }
  static asio::awaitable<void> execute_and_commit(Session& session, std::string sql) {
    co_await session.execute_and_commit(std::move(sql));
  }
  static asio::awaitable<Savepoint> begin_nested(Session& session) { return session.begin_nested(); }
  static asio::awaitable<Transaction> begin_lazily(Lease& lease) {
    return lease->begin(engine::TransactionOptions{.lazy = true});
  }
  template <typename Outer>
  static asio::awaitable<Savepoint> savepoint(Outer& outer) {
    return outer.savepoint();
  }
  static asio::awaitable<engine::AsyncRowStream> stream(Lease& lease, std::string sql) {
    return lease->stream(std::move(sql));
  }
  template <typename Fn>
  static asio::awaitable<void> nested(Session& session, Fn& fn) {
    return session.nested([&fn](Session& inner) { return fn(inner); });
  }
};

/// Runs body(side) for both; each is a section of the test case.
#define MIGRATE_ON_BOTH_SIDES(body)    \
  SECTION("threads") {                 \
    body(migrate::test::Threads());    \
  }                                    \
  SECTION("coroutines") {              \
    body(migrate::test::Coroutines()); \
  }                                    \
  static_assert(true)

}  // namespace migrate::test
