// A worker without end: several coroutines take jobs from a table, a signal ends them in order. SIGTERM or SIGINT lets
// each finish the job it has; who takes longer than the grace is cut off, and his job is rolled back for another day.
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "migrate/engine/async_database.hpp"
#include "migrate/engine/async_shutdown.hpp"

namespace {

using namespace migrate::engine;
using namespace std::chrono_literals;
using asio::awaitable;

constexpr int k_workers = 4;
constexpr auto k_grace = 10s;
constexpr auto k_idle = 50ms;

struct State {
  bool stopping = false;
  int done = 0;
};

/// One job in one transaction; nobody else gets it meanwhile. False when there is none.
awaitable<bool> work_once(AsyncSession& session) {
  const auto job = co_await session.scalar_or_none<std::int64_t>(
      "SELECT id FROM jobs WHERE done_at IS NULL ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED");
  if (!job) co_return false;
  co_await session.execute("SELECT pg_sleep(0.02)");  // the work
  co_await session.execute("UPDATE jobs SET done_at = now() WHERE id = $1", *job);
  co_return true;
}

awaitable<void> work(AsyncDatabase& database, State& state) {
  while (!state.stopping) {
    bool worked = false;
    try {
      worked = co_await database.session(work_once);
    } catch (const DatabaseError& error) {
      if (!state.stopping) std::fprintf(stderr, "%s\n", error.what());
    }
    if (worked) ++state.done;
    if (!worked && !state.stopping) co_await async_pause(k_idle);
  }
}

awaitable<void> stop_on_signal(AsyncDatabase& database, State& state) {
  const int number = co_await async_wait_for_signal();
  state.stopping = true;
  const bool in_order = co_await async_shut_down(database.engine(), k_grace);
  std::printf("Signal %d: %d jobs done, %s\n", number, state.done, in_order ? "ended in order" : "cut off");
}

awaitable<void> prepare(AsyncDatabase& database) {
  const auto tables = [](AsyncSession& session) -> awaitable<void> {
    co_await session.execute("CREATE TABLE IF NOT EXISTS jobs (id bigserial PRIMARY KEY, done_at timestamptz)");
    co_await session.execute("INSERT INTO jobs SELECT FROM generate_series(1, 100)");
  };
  co_await database.session(tables);
}

awaitable<void> run(AsyncDatabase& database, State& state) {
  co_await prepare(database);
  std::printf("Ready\n");
  std::fflush(stdout);
  const auto executor = database.engine().executor();
  for (int n = 0; n < k_workers; ++n) asio::co_spawn(executor, work(database, state), asio::detached);
  co_await stop_on_signal(database, state);
}

}  // namespace

int main() {
  try {
    const char* url = std::getenv("DATABASE_URL");
    const auto config = url != nullptr ? ConnectionConfig::from_url(url) : ConnectionConfig::from_env("DB_");
    asio::io_context context;
    AsyncDatabase database(config, context.get_executor());
    State state;
    std::exception_ptr failed;
    asio::co_spawn(context, run(database, state), [&](std::exception_ptr error) { failed = error; });
    context.run();
    if (failed) std::rethrow_exception(failed);
    return 0;
  } catch (const DatabaseError& error) {
    std::fprintf(stderr, "%s\n%s\n", error.what(), error.hint().c_str());
    return 1;
  }
}
