#include <catch2/catch.hpp>
#include <chrono>
#include <deque>
#include <set>

#include "migrate/engine/pool_checkout.hpp"
#include "migrate/engine/thread_waiter.hpp"
#include "unit/engine/fake_source.hpp"

using namespace migrate;
using namespace migrate::test;
using namespace std::chrono_literals;
using engine::CloseCause;

namespace {

/// A ledger with connections that became idle together, on a clock that stands until it is moved.
struct Books {
  Books(int count, engine::PoolSettings given) : settings(std::move(given)), ledger(settings) {
    std::vector<engine::PoolSlot*> leased;
    for (int i = 0; i < count; ++i) {
      engine::PoolGrant grant;
      REQUIRE(ledger.try_enter({}, grant, now) == engine::PoolLedger::Answer::granted);
      REQUIRE(ledger.connected(slots.emplace_back(), {}, grant.generation, now, now));
      leased.push_back(&slots.back());
    }
    for (auto* slot : leased) ledger.give_back(*slot, now, retired);
  }
  /// When upkeep wants to be called again.
  engine::Deadline::Clock::duration tend() {
    engine::PoolUpkeep work;
    return ledger.upkeep(now, work) - now;
  }
  /// The connections that are due, all of which answer.
  std::set<engine::PoolSlot*> ping() {
    std::set<engine::PoolSlot*> pinged;
    while (engine::PoolSlot* slot = ledger.borrow_silent(now)) {
      CHECK(pinged.insert(slot).second);
      ledger.keep(*slot, now, retired);
    }
    return pinged;
  }

  engine::PoolSettings settings;
  engine::PoolLedger ledger;
  engine::Deadline::Clock::time_point now{100s};
  std::deque<engine::PoolSlot> slots;
  engine::SlotList retired;
};

engine::PoolSettings kept(int pool_size, std::chrono::milliseconds keepalive) {
  auto settings = fake_settings(pool_size, 0);
  settings.options.keepalive = keepalive;
  return settings;
}

struct Fixture {
  Fixture() { world->virtual_clock = false; }
  FakePool make(engine::PoolSettings settings) { return FakePool(FakeSource(world), std::move(settings)); }
  static std::vector<std::shared_ptr<FakeSession>> fill(FakePool& pool, int count) {
    std::vector<FakeLease> leases;
    std::vector<std::shared_ptr<FakeSession>> sessions;
    for (int i = 0; i < count; ++i) sessions.push_back(leases.emplace_back(pool.acquire())->session);
    return sessions;
  }
  std::shared_ptr<FakeWorld> world = std::make_shared<FakeWorld>();
};

}  // namespace

TEST_CASE("idle connections are pinged before keepalive is over, and not all at once", "[engine][pool]") {
  Books books(20, kept(20, 100s));
  const auto due = books.tend();
  CHECK(due >= 90s);
  CHECK(due < 100s);
  books.now += 89s;
  CHECK(books.ping().empty());
  std::size_t pinged = 0;
  std::size_t most = 0;
  for (int second = 0; second < 11; ++second) {
    books.now += 1s;
    const auto now = books.ping().size();
    pinged += now;
    most = std::max(most, now);
  }
  CHECK(pinged == 20);
  CHECK(most < 10);
  CHECK(books.ledger.statistics().keepalives == 20);
  CHECK(books.tend() > 70s);
}

TEST_CASE("a ping is no use: who answers is still idle, and no less old", "[engine][pool]") {
  auto settings = kept(2, 10s);
  settings.options.idle_timeout = 25s;
  Books books(2, settings);
  for (int n = 0; n < 2; ++n) {
    books.now += 10s;
    CHECK(books.ping().size() == 2);
    CHECK(books.ledger.statistics().idle == 2);
  }
  CHECK(books.ledger.statistics().leases == 2);
  CHECK(books.ledger.statistics().use.total() == 2);
  books.now += 5s;
  books.tend();
  CHECK(books.ledger.statistics().ended(CloseCause::idle) == 2);
}

TEST_CASE("who was just used or is in use is not pinged, nor anybody while the pool is suspended or closed",
          "[engine][pool]") {
  Books books(2, kept(2, 10s));
  books.now += 9s - 1ms;
  engine::PoolGrant grant;
  REQUIRE(books.ledger.try_enter({}, grant, books.now) == engine::PoolLedger::Answer::granted);
  books.now += 1s + 1ms;
  CHECK(books.ping().size() == 1);
  books.ledger.give_back(*grant.slot, books.now, books.retired);
  CHECK(books.ping().empty());
  books.now += 10s;
  books.ledger.suspend();
  CHECK(books.ping().empty());
  CHECK(books.tend() >= 9s);  // not at once again and again
  books.ledger.resume(books.now);
  CHECK(books.ping().size() == 2);
  books.now += 10s;
  books.ledger.shut(books.retired);
  CHECK(books.ping().empty());
}

TEST_CASE("a connection that answered a keepalive needs no ping at checkout", "[engine][pool]") {
  auto settings = kept(1, 60s);
  settings.options.ping_after_idle = 5s;
  Books books(1, settings);
  books.now += 60s;
  CHECK(books.ping().size() == 1);
  books.now += 5s;
  engine::ThreadWaiter waiter;
  engine::PoolCheckout checkout(books.ledger, books.settings, waiter, {}, false);
  using Step = engine::PoolCheckout::Step;
  REQUIRE(checkout.start(engine::Deadline::never(), books.now) == Step::probe);
  CHECK(checkout.probed(true, engine::FailureScope::statement, books.now) == Step::lent);
}

TEST_CASE("keepalive finds the dead while nobody asks", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(kept(3, 20ms));
  const auto sessions = Fixture::fill(pool, 3);
  REQUIRE(eventually([&] { return pool.statistics().keepalives >= 6; }));
  CHECK(pool.statistics().discards == 0);
  SECTION("a loss that speaks for the pool empties it") {
    sessions[1]->silent = true;
    CHECK(eventually([&] { return f.world->open == 0; }));
    CHECK(pool.statistics().ended(CloseCause::ping_failed) == 1);
    CHECK(pool.statistics().ended(CloseCause::stale) == 2);
  }
  SECTION("a loss that does not costs one") {
    sessions[1]->alone = true;
    sessions[1]->peer_gone = true;
    CHECK(eventually([&] { return f.world->open == 2; }));
    CHECK(pool.statistics().ended(CloseCause::closed_by_peer) == 1);
    CHECK(pool.statistics().generation == 0);
  }
  CHECK(pool.statistics().leases == 3);
  CHECK(pool.close(engine::Deadline::after(10s)));
}

TEST_CASE("a pool may close and end while its keepalive waits for an answer", "[engine][pool]") {
  Fixture f;
  std::atomic<bool> asked{false};
  std::atomic<bool> go{false};
  f.world->on_ping = [&](engine::Deadline) {
    asked = true;
    (void)eventually([&] { return go.load(); });
  };
  {
    FakePool pool = f.make(kept(2, 20ms));
    (void)Fixture::fill(pool, 2);
    REQUIRE(eventually([&] { return asked.load(); }));
    // One is being pinged; the other one can be had.
    CHECK((*pool.acquire())->alive);
    CHECK_FALSE(pool.close(engine::Deadline::after(5ms)));
  }
  go = true;
  CHECK(eventually([&] { return f.world->open == 0; }));
}
