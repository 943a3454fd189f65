#include <catch2/catch.hpp>
#include <chrono>
#include <set>
#include <thread>

#include "unit/engine/fake_source.hpp"

using namespace migrate;
using namespace migrate::test;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using engine::CloseCause;

namespace {

struct Fixture {
  explicit Fixture(bool virtual_clock = false) { world->virtual_clock = virtual_clock; }
  std::shared_ptr<FakeWorld> world = std::make_shared<FakeWorld>();
  FakePool make(engine::PoolSettings settings) { return FakePool(FakeSource(world), std::move(settings)); }
};

std::vector<FakeLease> fill(FakePool& pool, int count) {
  std::vector<FakeLease> leases;
  for (int i = 0; i < count; ++i) leases.push_back(pool.acquire());
  return leases;
}

}  // namespace

TEST_CASE("without lifo the connection idle for longest is lent first", "[engine][pool]") {
  Fixture f;
  auto settings = fake_settings(3, 0);
  settings.options.lifo = false;
  FakePool pool = f.make(settings);
  fill(pool, 3).clear();
  const int first = (*pool.acquire())->id;
  const int second = (*pool.acquire())->id;
  const int third = (*pool.acquire())->id;
  CHECK(std::set<int>{first, second, third}.size() == 3);
  CHECK((*pool.acquire())->id == first);
}

TEST_CASE("no more than max_connecting connections are in the making, the others queue", "[engine][pool]") {
  Fixture f;
  auto settings = fake_settings(10, 0);
  settings.options.max_connecting = 2;
  std::atomic<int> connecting{0};
  std::atomic<int> most{0};
  f.world->on_create = [&](engine::Deadline) {
    const int now = ++connecting;
    int seen = most;
    while (seen < now && !most.compare_exchange_weak(seen, now)) {
    }
    std::this_thread::sleep_for(2ms);
    --connecting;
  };
  FakePool pool = f.make(settings);
  std::atomic<bool> go{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 10; ++i) {
    threads.emplace_back([&] {
      const auto lease = pool.acquire();
      while (!go) std::this_thread::yield();
    });
  }
  CHECK(eventually([&] { return pool.statistics().leased == 10; }));
  go = true;
  for (auto& thread : threads) thread.join();
  CHECK(most == 2);
}

TEST_CASE("the limit of connects in the making is named when it is what a caller waited for", "[engine][pool]") {
  Fixture f;
  auto settings = fake_settings(5, 0, 20ms);
  settings.options.max_connecting = 1;
  std::atomic<bool> go{false};
  f.world->on_create = [&](engine::Deadline) {
    while (!go) std::this_thread::yield();
  };
  FakePool pool = f.make(settings);
  std::thread first([&] { (void)message_of<engine::DatabaseTimeoutError>([&] { (void)pool.acquire(); }); });
  REQUIRE(eventually([&] { return pool.statistics().connecting == 1; }));
  const std::string text = message_of<engine::DatabaseTimeoutError>([&] { (void)pool.acquire(); });
  go = true;
  first.join();
  CHECK_THAT(text, Contains("no more connections may be in the making"));
}

TEST_CASE("a queue of max_waiters callers sends the next one away at once", "[engine][pool]") {
  Fixture f;
  auto settings = fake_settings(1, 0, 10s);
  settings.options.max_waiters = 1;
  FakePool pool = f.make(settings);
  auto lease = pool.acquire();
  std::thread waiter([&] { (void)pool.acquire(); });
  REQUIRE(eventually([&] { return pool.statistics().waiting == 1; }));
  const auto start = std::chrono::steady_clock::now();
  const std::string text = message_of<engine::DatabaseTimeoutError>([&] { (void)pool.acquire(); });
  CHECK(std::chrono::steady_clock::now() - start < 5s);
  CHECK_THAT(text, Contains("1 callers are waiting already"));
  CHECK(pool.statistics().refusals == 1);
  lease.release();
  waiter.join();
}

TEST_CASE("a suspended pool lends nothing and takes back, resume serves who waited", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(2, 0, 10s));
  auto lease = pool.acquire();
  pool.suspend();
  lease.release();
  CHECK(pool.statistics().idle == 1);
  CHECK_THAT(message_of<engine::DatabaseTimeoutError>([&] { (void)pool.acquire(engine::Deadline::after(10ms)); }),
             Contains("the pool is suspended"));
  CHECK(pool.warm_up(2) == 0);
  std::atomic<int> served{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      (void)pool.acquire();
      ++served;
    });
  }
  REQUIRE(eventually([&] { return pool.statistics().waiting == 4; }));
  CHECK(served == 0);
  pool.resume();
  for (auto& thread : threads) thread.join();
  CHECK(served == 4);
}

TEST_CASE("a smaller size closes what is idle now and the rest on return", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(5, 0));
  auto leases = fill(pool, 5);
  leases.resize(3);
  CHECK(pool.statistics().idle == 2);
  pool.resize(2, 0);
  CHECK(pool.statistics().open == 3);
  CHECK(pool.statistics().consistent());
  CHECK(pool.statistics().ceiling == 3U);
  CHECK_THROWS_AS(pool.acquire(engine::Deadline::after(5ms)), engine::DatabaseTimeoutError);
  leases.clear();
  CHECK(pool.statistics().open == 2);
  CHECK(pool.statistics().ceiling == 2U);
  CHECK(pool.statistics().ended(CloseCause::surplus) == 3);
  CHECK_THROWS_AS(pool.resize(-1, 0), engine::DatabaseArgumentError);
}

TEST_CASE("a greater size serves who waits", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(1, 0, 10s));
  const auto lease = pool.acquire();
  std::atomic<bool> served{false};
  std::thread waiter([&] {
    (void)pool.acquire();
    served = true;
  });
  REQUIRE(eventually([&] { return pool.statistics().waiting == 1; }));
  pool.resize(2, 0);
  waiter.join();
  CHECK(served);
}

TEST_CASE("retain closes the idle connections that are not wanted and keeps the order of the others",
          "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(4, 0));
  fill(pool, 4).clear();
  CHECK(pool.retain([](FakeConnection& c) {
    if (c->id == 3) throw std::runtime_error("not even looked at");
    return c->id != 2;
  }) == 2);
  CHECK(pool.statistics().idle == 2);
  CHECK(pool.statistics().ended(CloseCause::filtered) == 2);
  CHECK((*pool.acquire())->id == 4);
  CHECK(pool.statistics().leases == 5);
}

TEST_CASE("connections can be leased while retain looks at one", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(2, 0, 10s));
  fill(pool, 2).clear();
  CHECK(pool.retain([&pool](FakeConnection& c) { return (*pool.acquire())->id != c->id; }) == 0);
  CHECK(pool.statistics().idle == 2);
}

TEST_CASE("warm_up opens connections before anyone asks, and tells at once when it cannot", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(3, 2));
  CHECK(pool.warm_up(3) == 3);
  CHECK(pool.warm_up(3) == 0);
  CHECK(pool.statistics().idle == 3);
  pool.dispose();
  f.world->on_create = [](engine::Deadline) { throw engine::DatabaseConnectionError("refused", "", "", true); };
  CHECK_THROWS_WITH(pool.warm_up(3), "refused");
  CHECK(pool.statistics().open == 0);
}

TEST_CASE("a detached connection leaves the pool, which opens another", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(1, 0, 10s));
  auto lease = pool.acquire();
  std::atomic<int> got{0};
  std::thread waiter([&] { got = (*pool.acquire())->id; });
  REQUIRE(eventually([&] { return pool.statistics().waiting == 1; }));
  const FakeConnection mine = lease.detach();
  CHECK_FALSE(lease);
  waiter.join();
  CHECK(got == 2);
  CHECK(mine->id == 1);
  CHECK(f.world->closed == 0);
  CHECK(pool.statistics().open == 1);
}

TEST_CASE("a softly invalidated connection ends its lease in order and is not lent again", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(2, 0));
  std::vector<std::string> events;
  engine::PoolHooks<FakeConnection> hooks;
  hooks.soft_invalidate = [&](FakeConnection&) { events.emplace_back("soft_invalidate"); };
  hooks.checkin = [&](FakeConnection&) { events.emplace_back("checkin"); };
  hooks.invalidate = [&](FakeConnection&) { events.emplace_back("invalidate"); };
  pool.set_hooks(hooks);
  {
    auto lease = pool.acquire();
    lease.soft_invalidate();
  }
  CHECK(events == std::vector<std::string>{"soft_invalidate", "checkin"});
  CHECK(f.world->closed == 1);
  CHECK(pool.statistics().generation == 0);
}

TEST_CASE("the figures tell how long callers waited, connected and used", "[engine][pool]") {
  Fixture f(true);
  FakePool pool = f.make(fake_settings(1, 0));
  FakeWorld* const world = f.world.get();
  f.world->on_create = [world](engine::Deadline) { world->advance(5ms); };
  {
    const auto lease = pool.acquire();
    f.world->advance(300us);
  }
  (void)pool.acquire();
  const auto now = pool.statistics();
  CHECK(now.connect.total() == 1);
  CHECK(now.connect.quantile(0.5) >= 5ms);
  CHECK(now.connect.quantile(0.5) < 10ms);
  CHECK(now.use.total() == 2);
  CHECK(now.use.quantile(0.99) >= 300us);
  CHECK(now.use.quantile(0.99) < 600us);
  CHECK(now.use.quantile(0.3) == 1ns);
  CHECK(now.wait.total() == 0);
}
