// Passwords that change while an application runs: each connection is made with the one of the moment.
#include <fmt/format.h>

#include <asio/detached.hpp>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "integration/engine/both_sides.hpp"
#include "support/password_server.hpp"

using namespace migrate;
using namespace migrate::engine;
using namespace std::chrono_literals;
using Catch::Contains;
using migrate::test::PasswordServer;

namespace {

constexpr const char* k_first = "fir'st \\ p@ss";
constexpr const char* k_second = "second:p%41ss";

ConnectionConfig asking(const PasswordServer& server, PasswordProvider provider) {
  ConnectionParts parts;
  parts.url = server.url();
  parts.retry.retries = 0;
  parts.pool.pool_size = 2;
  return ConnectionConfig::create(parts).with({.password_provider = std::move(provider)});
}

/// The second lease is taken while the first is out, so that the pool has to make a connection.
template <typename Side>
asio::awaitable<void> rotate(const PasswordServer& server, typename Side::Engine& engine, const test::TempDir& folder) {
  auto first = co_await Side::connect(engine);
  const Result before = co_await Side::execute(*first, "SELECT current_user");
  CHECK(before.scalar() == "app");
  server.set_password(k_second);
  folder.write("password", std::string(k_second) + "\r\nsecond line\n");
  auto second = co_await Side::connect(engine);
  const Result after = co_await Side::execute(*second, "SELECT current_user");
  CHECK(after.scalar() == "app");
  const Result still = co_await Side::execute(*first, "SELECT 1");
  CHECK(still.scalar() == "1");
}

std::string failure(const ConnectionConfig& config) {
  try {
    Connection::connect(config);
  } catch (const DatabaseConnectionError& error) {
    CHECK_FALSE(error.transient());
    return fmt::format("{}\n{}", error.what(), error.hint());
  }
  return "it connected";
}

}  // namespace

TEST_CASE("the next connection of a pool is made with the password of the moment", "[engine][password]") {
  const PasswordServer server(k_first);
  const test::TempDir folder;
  folder.write("password", std::string(k_first) + "\n");
  const auto body = [&](auto side) {
    using Side = decltype(side);
    server.set_password(k_first);
    folder.write("password", std::string(k_first) + "\n");
    asio::io_context context;
    auto engine = Side::engine(asking(server, password_from_file(folder.path() / "password")), context);
    test::run_async(context, [&]() -> asio::awaitable<void> {
      co_await rotate<Side>(server, engine, folder);
      const bool closed = co_await Side::close(engine, Deadline::after(5s));
      CHECK(closed);
    });
  };
  MIGRATE_ON_BOTH_SIDES(body);
}

TEST_CASE("a provider is asked for each connection and in the words of its own failure", "[engine][password]") {
  const PasswordServer server(k_first);
  std::atomic<int> asked{0};
  const auto config = asking(server, [&asked](const PasswordRequest& request) -> std::string {
    CHECK_FALSE(request.deadline.is_never());
    if (++asked == 3) throw std::runtime_error("the vault is sealed");
    return k_first;
  });
  CHECK(Connection::connect(config).alive());
  CHECK(Connection::connect(config.with_application_name("other")).alive());
  CHECK(asked == 2);
  CHECK_THAT(failure(config), Contains("no password could be had: the vault is sealed"));
  const auto wrong = failure(asking(server, [](const PasswordRequest&) { return std::string("wr0ng"); }));
  CHECK_THAT(wrong, Contains("password authentication failed") && Contains("password_command") && !Contains("wr0ng"));
  // A password that is said last counts, and that of another user is another.
  CHECK(Connection::connect(config.with({.db_password = k_first})).alive());
  CHECK_THAT(failure(config.with_user("app")), Contains("wants a password"));
  CHECK(asked == 3);
}

TEST_CASE("a provider that takes its time holds no coroutine up", "[engine][password]") {
  const PasswordServer server(k_first);
  std::atomic<bool> others_ran{false};
  const auto config = asking(server, [&others_ran](const PasswordRequest&) -> std::string {
    // Only another coroutine of the one thread makes it true.
    const auto end = std::chrono::steady_clock::now() + 5s;
    while (!others_ran && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(1ms);
    return others_ran ? k_first : "nobody ran";
  });
  asio::io_context context;
  AsyncEngine engine(config, context.get_executor());
  const auto work = [&]() -> asio::awaitable<void> {
    auto lease = co_await engine.connect();
    const Result result = co_await lease->execute("SELECT current_user");
    CHECK(result.scalar() == "app");
    lease.release();
    const bool closed = co_await engine.close(Deadline::after(5s));
    CHECK(closed);
  };
  asio::co_spawn(
      context,
      [&]() -> asio::awaitable<void> {
        co_await test::pause(20ms);
        others_ran = true;
      },
      asio::detached);
  test::run_async(context, work);
  CHECK(others_ran);
}
