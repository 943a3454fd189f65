#include <catch2/catch.hpp>

#include "migrate/engine/async_pool_hooks.hpp"
#include "migrate/engine/connection.hpp"
#include "migrate/engine/pool_hooks.hpp"
#include "migrate/engine/pool_settings.hpp"

using namespace migrate::engine;

// Compiled with -Wextra and errors for warnings: a member without an initialiser would be one.
TEST_CASE("hooks and options are written with the names of a few members, without a warning", "[engine]") {
  const PoolHooks<Connection> hooks{.connect = [](Connection&) {}};
  CHECK(hooks.connect);
  CHECK_FALSE(hooks.leak);
  AsyncPoolHooks async;
  async.prepare = [](AsyncConnection&) -> asio::awaitable<void> { co_return; };
  CHECK_FALSE(async.restore);
  const ConnectionHooks of_connection{.on_notice = [](const Notice&) {}};
  CHECK(of_connection.interrupt_fd == -1);
  const ScriptOptions script{.on_statement = [](std::size_t, const Result&) {}};
  CHECK_FALSE(script.copy_data);
  const PoolSettings settings{.database = "shop"};
  CHECK(settings.options == PoolOptions{});
  const PoolOptions options{.keepalive = std::chrono::seconds(45)};
  CHECK(wants_upkeep(options));
}
