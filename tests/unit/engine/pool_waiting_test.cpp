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
using Answer = engine::PoolLedger::Answer;

namespace {

/// A waiter that only counts: the ledger's decisions without threads.
struct CountingWaiter final : engine::PoolWaiter {
  void wake() noexcept override { ++wakes; }
  int wakes = 0;
};

/// A ledger with every place taken, on a clock that stands.
struct Books {
  explicit Books(int size, int overflow = 0) : ledger(fake_settings(size, overflow)) {
    for (int i = 0; i < size + overflow; ++i) {
      REQUIRE(ledger.try_enter(here, grant, now) == Answer::granted);
      REQUIRE(ledger.connected(slots.emplace_back(), here, grant.generation, now, now));
    }
  }
  Answer enter(engine::PoolWaiter& waiter) { return ledger.enter(waiter, here, grant, now); }
  /// Leases of this thread.
  [[nodiscard]] std::size_t held() const { return ledger.holders(here.thread, now, 100).size(); }
  void give_back(std::size_t index) {
    ledger.give_back(slots[index], now, retired);
    CHECK(ledger.statistics().consistent());
  }

  engine::Deadline::Clock::time_point now{1s};
  engine::PoolHolder here{std::this_thread::get_id(), std::source_location::current()};
  engine::PoolLedger ledger;
  std::deque<engine::PoolSlot> slots;
  engine::SlotList retired;
  engine::PoolGrant grant;
};

struct Fixture {
  Fixture() { world->virtual_clock = false; }
  std::shared_ptr<FakeWorld> world = std::make_shared<FakeWorld>();
  FakePool make(engine::PoolSettings settings) { return FakePool(FakeSource(world), std::move(settings)); }
};

}  // namespace

TEST_CASE("a waiter past its patience is handed the connection, a younger one may be overtaken", "[engine][pool]") {
  Books books(1);
  CountingWaiter waiter;
  REQUIRE(books.enter(waiter) == Answer::wait);
  books.now += 500us;
  books.give_back(0);
  CHECK(waiter.wakes == 1);
  CHECK(books.ledger.statistics().idle == 1);
  // Someone running is quicker.
  REQUIRE(books.ledger.try_enter(books.here, books.grant, books.now) == Answer::granted);
  CHECK(books.ledger.poll(waiter, books.grant, books.now) == Answer::wait);

  books.now += 600us;
  books.give_back(0);
  CHECK(waiter.wakes == 2);
  CHECK(books.ledger.statistics().idle == 0);
  CHECK(books.ledger.try_enter(books.here, books.grant, books.now) == Answer::wait);
  CHECK(books.held() == 0);  // nobody has signed for it yet
  books.grant = {};
  REQUIRE(books.ledger.poll(waiter, books.grant, books.now) == Answer::granted);
  CHECK(books.grant.slot == &books.slots[0]);
  CHECK(books.held() == 1);
  CHECK(books.ledger.statistics().hand_overs == 1);
}

TEST_CASE("nobody overtakes a waiter that was woken too late to help itself", "[engine][pool]") {
  Books books(1);
  CountingWaiter waiter;
  REQUIRE(books.enter(waiter) == Answer::wait);
  books.give_back(0);
  books.now += 1ms;
  CHECK(books.ledger.try_enter(books.here, books.grant, books.now) == Answer::wait);
  CHECK(books.ledger.poll(waiter, books.grant, books.now) == Answer::granted);
}

TEST_CASE("waiters are served in the order they came", "[engine][pool]") {
  Books books(2);
  CountingWaiter first;
  CountingWaiter second;
  CountingWaiter third;
  for (auto* waiter : {&first, &second, &third}) {
    REQUIRE(books.enter(*waiter) == Answer::wait);
  }
  books.now += 2ms;
  books.give_back(0);
  CHECK(first.wakes == 1);
  CHECK(second.wakes + third.wakes == 0);
  books.give_back(1);
  CHECK(second.wakes == 1);
  CHECK(third.wakes == 0);
  REQUIRE(books.ledger.poll(second, books.grant, books.now) == Answer::granted);
  CHECK(books.grant.slot == &books.slots[1]);
  REQUIRE(books.ledger.poll(first, books.grant, books.now) == Answer::granted);
  books.give_back(0);
  CHECK(third.wakes == 1);
  CHECK(books.ledger.leave(third, books.grant, books.now) == Answer::granted);  // too late to give up
}

TEST_CASE("two connections returned together wake two waiters", "[engine][pool]") {
  Books books(2);
  CountingWaiter first;
  CountingWaiter second;
  REQUIRE(books.enter(first) == Answer::wait);
  REQUIRE(books.enter(second) == Answer::wait);
  books.give_back(0);
  books.give_back(1);
  CHECK(first.wakes == 1);
  CHECK(second.wakes == 0);  // hears of it from the first
  REQUIRE(books.ledger.poll(first, books.grant, books.now) == Answer::granted);
  CHECK(second.wakes == 1);
  REQUIRE(books.ledger.poll(second, books.grant, books.now) == Answer::granted);
}

TEST_CASE("a woken waiter that gives up passes the word on", "[engine][pool]") {
  Books books(1);
  CountingWaiter first;
  CountingWaiter second;
  REQUIRE(books.enter(first) == Answer::wait);
  REQUIRE(books.enter(second) == Answer::wait);
  books.give_back(0);
  CHECK(books.ledger.leave(first, books.grant, books.now) == Answer::wait);
  CHECK(second.wakes == 1);
  CHECK(books.ledger.poll(second, books.grant, books.now) == Answer::granted);
}

TEST_CASE("a full pool hands the surplus over instead of keeping or closing it", "[engine][pool]") {
  Books books(1, 1);
  CountingWaiter waiter;
  REQUIRE(books.enter(waiter) == Answer::wait);
  books.give_back(0);
  books.give_back(1);
  CHECK(books.ledger.statistics().idle == 1);
  CHECK(books.ledger.statistics().hand_overs == 1);
  CHECK(books.retired.empty());
  REQUIRE(books.ledger.poll(waiter, books.grant, books.now) == Answer::granted);
  CHECK(books.grant.slot == &books.slots[1]);
}

TEST_CASE("a connection that is out of date is not handed to a waiter", "[engine][pool]") {
  Books books(1);
  CountingWaiter waiter;
  REQUIRE(books.enter(waiter) == Answer::wait);
  books.now += 2ms;
  const bool stale = GENERATE(true, false);
  if (stale) {
    books.ledger.dispose(books.retired);
  } else {
    books.slots[0].expires = books.now;
  }
  books.give_back(0);
  CHECK(waiter.wakes == 0);
  CHECK(books.ledger.statistics().closing == 1);
  CHECK(books.retired.first() == &books.slots[0]);
}

TEST_CASE("whatever frees a place wakes a waiter", "[engine][pool]") {
  Books books(1);
  CountingWaiter waiter;
  CountingWaiter other;
  REQUIRE(books.enter(waiter) == Answer::wait);
  SECTION("a connection that is closed after its lease") {
    books.ledger.retire(books.slots[0], engine::CloseCause::invalidated, books.now);
    CHECK(waiter.wakes == 0);  // its place at the server is not free before it is closed
    books.ledger.closed(1, books.now);
  }
  SECTION("a connect that fails") {
    books.ledger.retire(books.slots[0], engine::CloseCause::invalidated, books.now);
    REQUIRE(books.ledger.replace(other, books.here, books.grant, books.now) == Answer::granted);
    REQUIRE(books.grant.slot == nullptr);
    CHECK(waiter.wakes == 0);
    books.ledger.connect_failed(books.grant, "refused", books.now);
  }
  SECTION("a connect that is given up") {
    books.ledger.retire(books.slots[0], engine::CloseCause::invalidated, books.now);
    REQUIRE(books.ledger.replace(other, books.here, books.grant, books.now) == Answer::granted);
    books.ledger.connect_abandoned(books.grant, books.now);
  }
  SECTION("the retirement of a stale connection") {
    books.ledger.dispose(books.retired);
    books.give_back(0);
    REQUIRE(books.retired.pop_front() == &books.slots[0]);
    books.ledger.closed(1, books.now);
  }
  CHECK(waiter.wakes == 1);
  REQUIRE(books.ledger.poll(waiter, books.grant, books.now) == Answer::granted);
  CHECK(books.grant.slot == nullptr);
  CHECK(books.ledger.statistics().connecting == 1);
}

TEST_CASE("closing refuses a waiter, and a replacement under way", "[engine][pool]") {
  Books books(1);
  CountingWaiter waiter;
  CountingWaiter other;
  REQUIRE(books.enter(waiter) == Answer::wait);
  books.ledger.retire(books.slots[0], engine::CloseCause::lost, books.now);
  books.ledger.shut(books.retired);
  CHECK(waiter.wakes == 1);
  CHECK(books.ledger.poll(waiter, books.grant, books.now) == Answer::closed);
  CHECK(books.ledger.replace(other, books.here, books.grant, books.now) == Answer::closed);
  CHECK(books.ledger.statistics().open == 0);
  CHECK(books.ledger.drained(engine::Deadline::never()));
}

TEST_CASE("a failed connect wakes the next waiter within a moment", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(1, 0, 10s));
  std::atomic<bool> fail_now{false};
  std::atomic<int> attempts{0};
  f.world->on_create = [&](engine::Deadline) {
    if (++attempts > 1) return;
    while (!fail_now) std::this_thread::yield();
    throw engine::DatabaseConnectionError("connection refused", "", "", true);
  };
  std::string refusal;  // checked below: Catch2 does not take checks from other threads
  std::thread first([&] { refusal = message_of<engine::DatabaseConnectionError>([&] { (void)pool.acquire(); }); });
  REQUIRE(eventually([&] { return attempts == 1; }));
  std::chrono::nanoseconds waited{};
  std::chrono::steady_clock::time_point freed;
  std::thread second([&] {
    const auto lease = pool.acquire();
    waited = std::chrono::steady_clock::now() - freed;
  });
  REQUIRE(eventually([&] { return pool.statistics().waiting == 1; }));
  freed = std::chrono::steady_clock::now();
  fail_now = true;
  first.join();
  second.join();
  CHECK(refusal == "connection refused");
  CHECK(waited < 2s);  // far below the ten seconds it would sleep otherwise, and generous to a busy machine
  CHECK(pool.statistics().idle == 1);
}

TEST_CASE("an exhausted pool says so with its numbers and the last connect error", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(1, 1, 30ms));
  f.world->on_create = [](engine::Deadline) {
    throw engine::DatabaseConnectionError("too many clients", "", "", true);
  };
  CHECK_THROWS_AS(pool.acquire(), engine::DatabaseConnectionError);
  f.world->on_create = nullptr;
  std::vector<FakeLease> leases;
  std::thread other([&] {
    leases.push_back(pool.acquire());
    leases.push_back(pool.acquire());
  });
  other.join();
  const auto start = std::chrono::steady_clock::now();
  try {
    (void)pool.acquire();
    FAIL("nothing was free");
  } catch (const engine::DatabaseTimeoutError& error) {
    CHECK(std::chrono::steady_clock::now() - start >= 30ms);
    CHECK(error.kind() == engine::TimeoutKind::pool);
    CHECK_THAT(error.what(), Contains("postgresql://fake/db") && Contains("pool_size 1, max_overflow 1") &&
                                 Contains("2 leased, 0 idle, 0 connecting") && Contains("1 overflow") &&
                                 Contains("0 other callers waiting") &&
                                 Contains("Last connect error: too many clients"));
    CHECK_THAT(error.what(), !Contains("This thread"));
    CHECK_THAT(error.hint(), Contains("raise pool_size"));
  }
  CHECK(pool.statistics().waiting == 0);
  CHECK(pool.statistics().timeouts == 1);
}

TEST_CASE("a thread that waits for itself is told so", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(2, 0, 10ms));
  const auto first = pool.acquire();
  const auto second = pool.acquire();
  try {
    (void)pool.acquire();
    FAIL("nothing was free");
  } catch (const engine::DatabaseTimeoutError& error) {
    CHECK_THAT(error.what(), Contains("This thread already holds 2 of the 2 leased connections"));
    CHECK_THAT(error.hint(), Contains("wait for itself"));
  }
}

TEST_CASE("a pool_timeout of nothing fails at once when all is in use, and still connects", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(1, 0, 0ms));
  const auto lease = pool.acquire();
  CHECK_THROWS_AS(pool.acquire(), engine::DatabaseTimeoutError);
  CHECK(pool.statistics().waits == 0);
}

TEST_CASE("the caller's deadline is kept when it is earlier than pool_timeout", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(1, 0, 30s));
  const auto lease = pool.acquire();
  const auto start = std::chrono::steady_clock::now();
  CHECK_THROWS_AS(pool.acquire(engine::Deadline::after(20ms)), engine::DatabaseTimeoutError);
  CHECK(std::chrono::steady_clock::now() - start < 10s);
}

TEST_CASE("a connection that was handed over counts for the thread that got it", "[engine][pool]") {
  Fixture f;
  auto settings = fake_settings(1, 0, 10s);
  settings.patience = 0ns;
  FakePool pool = f.make(settings);
  auto lease = pool.acquire();
  const auto attempt = [&pool] {
    return message_of<engine::DatabaseTimeoutError>([&] { (void)pool.acquire(engine::Deadline::after(10ms)); });
  };
  std::string of_new_holder;
  std::atomic<bool> tried{false};
  std::atomic<bool> go{false};
  std::thread other([&] {
    const auto handed = pool.acquire();
    of_new_holder = attempt();
    tried = true;
    while (!go) std::this_thread::yield();
  });
  REQUIRE(eventually([&] { return pool.statistics().waiting == 1; }));
  lease.release();
  REQUIRE(eventually([&] { return tried.load(); }));
  const std::string of_old_holder = attempt();
  go = true;
  other.join();
  CHECK(pool.statistics().hand_overs == 1);
  CHECK_THAT(of_new_holder, Contains("This thread already holds 1 of the 1"));
  CHECK_THAT(of_old_holder, Contains("1 leased") && !Contains("This thread"));
}
