#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "integration/engine/both_sides.hpp"
#include "integration/engine/engine_under_test.hpp"
#include "migrate/engine/pool_report.hpp"
#include "support/temp_database.hpp"

// How far the loss of one connection reaches in its pool, for threads and for coroutines alike.

using namespace migrate::engine;
using namespace std::chrono_literals;
using asio::awaitable;
using Catch::Contains;
using migrate::test::comes_true;
using migrate::test::message_of;
using migrate::test::run_async;
using migrate::test::TempDatabase;

namespace {

constexpr int k_size = 3;

/// A pool of three connections that are open and idle; `pids` are their backends.
template <typename Side>
struct Fixture {
  Fixture() {
    run_async(context, [&]() -> awaitable<void> { pids = co_await backends(); });
  }
  template <typename Make>
  void run(Make make) {
    context.restart();
    run_async(context, std::move(make));
  }
  awaitable<std::vector<int>> backends() {
    std::vector<typename Side::Lease> leases;
    for (int n = 0; n < k_size; ++n) {
      typename Side::Lease lease = co_await Side::connect(engine);
      leases.push_back(std::move(lease));
    }
    std::vector<int> found;
    for (const auto& lease : leases) found.push_back(lease->backend_pid());
    std::sort(found.begin(), found.end());
    co_return found;
  }
  /// How many of the first backends are still in use.
  awaitable<int> survivors() {
    const std::vector<int> now = co_await backends();
    int count = 0;
    for (const int pid : pids) count += std::count(now.begin(), now.end(), pid) != 0 ? 1 : 0;
    co_return count;
  }
  [[nodiscard]] bool dies(int pid) const {
    const std::string sql = "SELECT count(*) FROM pg_stat_activity WHERE pid = " + std::to_string(pid);
    return comes_true([&] { return database.query(sql) == "0"; });
  }

  TempDatabase database;
  asio::io_context context;
  typename Side::Engine engine =
      Side::engine(database.config().with_pool({.pool_size = k_size, .max_overflow = 0}), context);
  std::vector<int> pids;
};

}  // namespace

TEST_CASE("a transaction that the server ended for idleness costs its own connection only", "[engine][pool][loss]") {
  const auto body = []<typename Side>(Side /*side*/) {
    Fixture<Side> fixture;
    fixture.run([&]() -> awaitable<void> {
      typename Side::Lease lease = co_await Side::connect(fixture.engine);
      co_await Side::execute(*lease, "BEGIN; SET LOCAL idle_in_transaction_session_timeout = '20ms'");
      CHECK(fixture.dies(lease->backend_pid()));
      const auto late = [&]() -> awaitable<void> { co_await Side::execute(*lease, "SELECT 1"); };
      const std::string told = co_await message_of<DatabaseConnectionError>(late);
      CHECK_THAT(told, Contains("idle-in-transaction"));
      CHECK(lease->loss_scope() == FailureScope::connection);
      lease.release();
      CHECK(fixture.engine.statistics().generation == 0);
      CHECK(fixture.engine.statistics().ended(CloseCause::lost) == 1);
      const int survivors = co_await fixture.survivors();
      CHECK(survivors == k_size - 1);
    });
    CHECK(fixture.engine.statistics().ended(CloseCause::stale) == 0);
  };
  MIGRATE_ON_BOTH_SIDES(body);
}

TEST_CASE("a session that the server ended for idleness is replaced alone, before anyone notices",
          "[engine][pool][loss]") {
  const auto body = []<typename Side>(Side /*side*/) {
    Fixture<Side> fixture;
    fixture.run([&]() -> awaitable<void> {
      int pid = 0;
      {
        typename Side::Lease lease = co_await Side::connect(fixture.engine);
        pid = lease->backend_pid();
        co_await Side::execute(*lease, "SET idle_session_timeout = '20ms'");
      }
      CHECK(fixture.dies(pid));
      const int survivors = co_await fixture.survivors();
      CHECK(survivors == k_size - 1);
    });
    CHECK(fixture.engine.statistics().ended(CloseCause::closed_by_peer) == 1);
    CHECK(fixture.engine.statistics().ended(CloseCause::stale) == 0);
    CHECK(fixture.engine.statistics().generation == 0);
  };
  MIGRATE_ON_BOTH_SIDES(body);
}

TEST_CASE("a backend that an administrator ended puts the whole pool under suspicion", "[engine][pool][loss]") {
  const auto body = []<typename Side>(Side /*side*/) {
    Fixture<Side> fixture;
    fixture.run([&]() -> awaitable<void> {
      typename Side::Lease lease = co_await Side::connect(fixture.engine);
      fixture.database.execute("SELECT pg_terminate_backend(" + std::to_string(lease->backend_pid()) + ", 5000)");
      const auto late = [&]() -> awaitable<void> { co_await Side::execute(*lease, "SELECT 1"); };
      const std::string told = co_await message_of<DatabaseConnectionError>(late);
      CHECK_THAT(told, Contains("terminating connection due to administrator command"));
      CHECK(lease->loss_scope() == FailureScope::pool);
      lease.release();
      CHECK(fixture.engine.statistics().generation == 1);
      const int survivors = co_await fixture.survivors();
      CHECK(survivors == 0);
    });
    CHECK(fixture.engine.statistics().ended(CloseCause::stale) == k_size - 1);
  };
  MIGRATE_ON_BOTH_SIDES(body);
}

TEST_CASE("a connection that its user closed says nothing of the others", "[engine][pool][loss]") {
  const auto body = []<typename Side>(Side /*side*/) {
    Fixture<Side> fixture;
    fixture.run([&]() -> awaitable<void> {
      typename Side::Lease lease = co_await Side::connect(fixture.engine);
      lease->close();
      CHECK(lease->loss_scope() == FailureScope::connection);
      lease.release();
      const int survivors = co_await fixture.survivors();
      CHECK(survivors == k_size - 1);
    });
    CHECK(fixture.engine.statistics().generation == 0);
  };
  MIGRATE_ON_BOTH_SIDES(body);
}

TEST_CASE("a statement that the engine cannot carry out costs one connection, not the pool", "[engine][pool][loss]") {
  const auto body = []<typename Side>(Side /*side*/) {
    Fixture<Side> fixture;
    fixture.run([&]() -> awaitable<void> {
      typename Side::Lease lease = co_await Side::connect(fixture.engine);
      // COPY does not fit into the flight that carries BEGIN along.
      typename Side::Transaction transaction = co_await Side::begin_lazily(lease);
      const auto copying = [&]() -> awaitable<void> {
        co_await Side::execute(transaction, "COPY (SELECT 1) TO STDOUT");
      };
      const std::string told = co_await message_of<DatabaseError>(copying);
      CHECK_THAT(told, Contains("COPY"));
      CHECK_FALSE(lease->alive());
      CHECK(lease->loss_scope() == FailureScope::connection);
      co_await Side::rollback(transaction);
      lease.release();
      const int survivors = co_await fixture.survivors();
      CHECK(survivors == k_size - 1);
    });
    CHECK(fixture.engine.statistics().generation == 0);
  };
  MIGRATE_ON_BOTH_SIDES(body);
}
