#pragma once
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "migrate/engine/async_connection.hpp"
#include "support/temp_database.hpp"

namespace migrate::test {

/// Runs `context` on this thread and `threads` - 1 others until it has nothing to do.
inline void run_threads(asio::io_context& context, int threads) {
  std::vector<std::thread> others;
  for (int n = 1; n < threads; ++n) others.emplace_back([&context] { context.run(); });
  context.run();
  for (auto& thread : others) thread.join();
}

/// Runs the coroutine that `make` returns to its end, and whatever it spawns: its value, or what it throws. `make`
/// lives as long, so a lambda with captures is allowed here.
template <typename Make>
auto run_async(asio::io_context& context, Make make, int threads = 1) {
  using Value = typename std::invoke_result_t<Make&>::value_type;
  std::exception_ptr thrown;
  if constexpr (std::is_void_v<Value>) {
    asio::co_spawn(context, make(), [&](std::exception_ptr error) { thrown = error; });
    run_threads(context, threads);
    if (thrown) std::rethrow_exception(thrown);
  } else {
    std::optional<Value> value;
    asio::co_spawn(context, make(), [&](std::exception_ptr error, Value made) {
      thrown = error;
      if (!error) value.emplace(std::move(made));
    });
    run_threads(context, threads);
    if (thrown) std::rethrow_exception(thrown);
    return std::move(*value);
  }
}

template <typename Make>
auto run_async(Make make, int threads = 1) {
  asio::io_context context(threads);
  return run_async(context, std::move(make), threads);
}

inline asio::awaitable<void> pause(std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

/// First field of the first row of the last statement; "<null>" for NULL.
inline asio::awaitable<std::string> scalar(engine::AsyncConnection& connection, std::string sql) {
  const engine::Result result = co_await connection.execute(std::move(sql));
  co_return std::string(result.scalar().value_or("<null>"));
}

/// Whether the server comes to have so many sessions on the database, but for the one that asks, within ten seconds.
inline bool sessions_become(const TempDatabase& database, int count) {
  const std::string now =
      "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
  for (int n = 0; n < 500; ++n) {
    if (database.query(now) == std::to_string(count)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

/// The message of what `make`'s coroutine throws; "" when it throws nothing. Only exceptions of type Error are caught.
template <typename Error, typename Make>
asio::awaitable<std::string> message_of(Make make) {
  try {
    co_await make();
  } catch (const Error& error) {
    co_return std::string(error.what());
  }
  co_return std::string();
}

}  // namespace migrate::test
