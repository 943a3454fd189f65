#include <catch2/catch.hpp>
#include <chrono>
#include <deque>
#include <thread>

#include "migrate/engine/pool_ledger.hpp"
#include "unit/engine/fake_source.hpp"

using namespace migrate;
using namespace migrate::test;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using engine::CloseCause;

namespace {

/// A ledger on a clock that stands until it is moved, and what upkeep finds to do.
struct Books {
  explicit Books(engine::PoolSettings given) : settings(std::move(given)), ledger(settings) {}

  engine::PoolSlot& lease() {
    engine::PoolGrant grant;
    REQUIRE(ledger.try_enter({}, grant, now) == engine::PoolLedger::Answer::granted);
    if (grant.slot != nullptr) return *grant.slot;
    REQUIRE(ledger.connected(slots.emplace_back(), {}, grant.generation, now, now));
    return slots.back();
  }
  void idle(int count) {
    std::vector<engine::PoolSlot*> leased;
    for (int i = 0; i < count; ++i) leased.push_back(&lease());
    for (auto* slot : leased) ledger.give_back(*slot, now, retired);
  }
  void tend() {
    work = {};
    due = ledger.upkeep(now, work);
    CHECK(due > now);
    for (closed = 0; work.retired.pop_front() != nullptr; ++closed) ledger.closed(1, now);
  }

  engine::PoolSettings settings;
  engine::PoolLedger ledger;
  engine::Deadline::Clock::time_point now{100s};
  engine::Deadline::Clock::time_point due{};
  std::deque<engine::PoolSlot> slots;
  engine::SlotList retired;
  engine::PoolUpkeep work;
  std::size_t closed = 0;
};

struct Fixture {
  Fixture() { world->virtual_clock = false; }
  std::shared_ptr<FakeWorld> world = std::make_shared<FakeWorld>();
  FakePool make(engine::PoolSettings settings) { return FakePool(FakeSource(world), std::move(settings)); }
};

}  // namespace

TEST_CASE("nothing is to be kept up by default", "[engine][pool]") {
  CHECK_FALSE(engine::wants_upkeep(engine::PoolOptions{}));
  Books books(fake_settings(5, 10));
  books.idle(5);
  books.now += 1h - 10min;
  books.tend();
  CHECK(books.closed == 0);
  CHECK(books.work.fills.empty());
}

TEST_CASE("idle connections are closed after idle_timeout, but not below min_idle", "[engine][pool]") {
  auto settings = fake_settings(5, 0);
  settings.options.idle_timeout = 10s;
  settings.options.min_idle = 2;
  Books books(settings);
  books.idle(5);
  books.now += 4s;
  books.tend();
  CHECK(books.closed == 0);
  CHECK(books.due == books.now + 6s);
  books.now += 6s;
  books.tend();
  CHECK(books.closed == 3);
  CHECK(books.ledger.statistics().ended(CloseCause::idle) == 3);
  CHECK(books.ledger.statistics().idle == 2);
}

TEST_CASE("connections too old are closed while they are idle", "[engine][pool]") {
  Books books(fake_settings(3, 0));
  books.idle(3);
  books.slots[1].expires = books.now + 5s;
  books.now += 5s;
  books.tend();
  CHECK(books.closed == 1);
  CHECK(books.ledger.statistics().ended(CloseCause::expired) == 1);
}

TEST_CASE("connections beyond pool_size linger for the next burst, then close", "[engine][pool]") {
  auto settings = fake_settings(1, 3);
  settings.options.overflow_linger = 500ms;
  Books books(settings);
  books.idle(4);
  CHECK(books.ledger.statistics().idle == 4);
  books.now += 400ms;
  books.idle(4);  // the burst comes back in time
  CHECK(books.ledger.statistics().connects == 4);
  books.now += 400ms;
  books.tend();
  CHECK(books.closed == 0);
  CHECK(books.due == books.now + 100ms);
  books.now += 100ms;
  books.tend();
  CHECK(books.closed == 3);
  CHECK(books.ledger.statistics().idle == 1);
}

TEST_CASE("min_idle asks for connections as they are taken, and backs off when they fail", "[engine][pool]") {
  auto settings = fake_settings(4, 4);
  settings.options.min_idle = 2;
  Books books(settings);
  int rings = 0;
  books.ledger.set_bell([&rings] { ++rings; });
  books.tend();
  REQUIRE(books.work.fills.size() == 2);
  books.ledger.connect_failed(books.work.fills[0], "refused", books.now);
  books.ledger.connect_abandoned(books.work.fills[1], books.now);
  books.tend();
  CHECK(books.work.fills.empty());
  CHECK(books.due == books.now + 10ms);
  books.now += 10ms;
  books.tend();
  REQUIRE(books.work.fills.size() == 2);
  for (const auto& grant : books.work.fills) {
    books.ledger.supply(books.slots.emplace_back(), grant, books.now, books.now, books.retired);
  }
  CHECK(books.ledger.statistics().idle == 2);
  rings = 0;
  books.tend();
  (void)books.lease();
  CHECK(rings == 1);
  books.tend();
  CHECK(books.work.fills.size() == 1);
}

TEST_CASE("min_idle stays within pool_size, and waits while callers do", "[engine][pool]") {
  auto settings = fake_settings(2, 5);
  settings.options.min_idle = 2;
  Books books(settings);
  (void)books.lease();
  (void)books.lease();
  books.tend();
  CHECK(books.work.fills.empty());
  books.ledger.suspend();
  books.tend();
  CHECK(books.work.fills.empty());
}

TEST_CASE("a lease is reported once when it outlasts leak_threshold, with its place", "[engine][pool]") {
  auto settings = fake_settings(3, 0);
  settings.options.leak_threshold = 2s;
  Books books(settings);
  const engine::PoolHolder here{std::this_thread::get_id(), std::source_location::current()};
  engine::PoolGrant grant;
  REQUIRE(books.ledger.try_enter(here, grant, books.now) == engine::PoolLedger::Answer::granted);
  REQUIRE(books.ledger.connected(books.slots.emplace_back(), here, grant.generation, books.now, books.now));
  books.now += 1s;
  books.tend();
  CHECK(books.work.leaks.empty());
  CHECK(books.due == books.now + 1s);
  books.now += 1500ms;
  books.tend();
  REQUIRE(books.work.leaks.size() == 1);
  CHECK(books.work.leaks[0].held == 2500ms);
  CHECK(books.work.leaks[0].thread == std::this_thread::get_id());
  CHECK_THAT(engine::to_string(books.work.leaks[0]), Contains("pool_upkeep_test.cpp:") && Contains("2.5 s ago"));
  books.tend();
  CHECK(books.work.leaks.empty());
  CHECK(books.ledger.statistics().leaks == 1);
}

TEST_CASE("the upkeep thread starts with the first connection, reaps, fills and tells of leaks", "[engine][pool]") {
  Fixture f;
  auto settings = fake_settings(4, 0);
  settings.options.min_idle = 2;
  settings.options.leak_threshold = 20ms;
  std::atomic<int> leaks{0};
  std::string site;
  FakePool pool = f.make(settings);
  engine::PoolHooks<FakeConnection> hooks;
  hooks.leak = [&](const engine::LeakReport& leak) {
    site = engine::to_string(leak);
    ++leaks;
    throw std::runtime_error("a hook that fails");
  };
  pool.set_hooks(hooks);
  std::this_thread::sleep_for(5ms);
  CHECK(f.world->created == 0);
  auto lease = pool.acquire();
  CHECK(eventually([&] { return pool.statistics().idle == 2; }));
  CHECK(eventually([&] { return leaks == 1; }));
  CHECK_THAT(site, Contains("pool_upkeep_test.cpp"));
  lease.release();
  std::vector<FakeLease> all;
  for (int i = 0; i < 4; ++i) all.push_back(pool.acquire());
  CHECK(pool.statistics().idle == 0);
  all.clear();
  CHECK(pool.close(engine::Deadline::after(10s)));
  CHECK(f.world->open == 0);
}

TEST_CASE("idle_timeout empties a pool that nobody uses", "[engine][pool]") {
  Fixture f;
  auto settings = fake_settings(3, 2);
  settings.options.idle_timeout = 30ms;
  FakePool pool = f.make(settings);
  {
    std::vector<FakeLease> leases;
    for (int i = 0; i < 3; ++i) leases.push_back(pool.acquire());
  }
  CHECK(pool.statistics().idle == 3);
  CHECK(eventually([&] { return f.world->open == 0; }));
  CHECK(pool.statistics().ended(CloseCause::idle) == 3);
  CHECK((*pool.acquire())->id == 4);
}

TEST_CASE("a pool may end while its upkeep is connecting", "[engine][pool]") {
  Fixture f;
  auto settings = fake_settings(4, 0);
  settings.options.min_idle = 3;
  std::atomic<bool> connecting{false};
  std::atomic<bool> go{false};
  f.world->on_create = [&, borrower = std::this_thread::get_id()](engine::Deadline) {
    if (std::this_thread::get_id() == borrower) return;
    connecting = true;
    while (!go) std::this_thread::yield();
  };
  {
    FakePool pool = f.make(settings);
    (void)pool.acquire();
    REQUIRE(eventually([&] { return connecting.load(); }));
  }
  go = true;
  CHECK(eventually([&] { return f.world->open == 0 && f.world->created >= 2; }));
}

TEST_CASE("impossible upkeep options are refused", "[engine][pool]") {
  Fixture f;
  auto settings = fake_settings(2, 0);
  int engine::PoolOptions::*const option =
      GENERATE(&engine::PoolOptions::min_idle, &engine::PoolOptions::max_waiters, &engine::PoolOptions::max_connecting);
  settings.options.*option = -1;
  CHECK_THROWS_AS(f.make(settings), engine::DatabaseArgumentError);
  settings = fake_settings(2, 0);
  settings.options.min_idle = 3;
  CHECK_THROWS_AS(f.make(settings), engine::DatabaseArgumentError);
}
