#include <catch2/catch.hpp>
#include <chrono>
#include <optional>
#include <thread>

#include "unit/engine/fake_source.hpp"

using namespace migrate;
using namespace migrate::test;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

struct Fixture {
  Fixture() { world->virtual_clock = false; }
  std::shared_ptr<FakeWorld> world = std::make_shared<FakeWorld>();
  FakePool make(engine::PoolSettings settings) { return FakePool(FakeSource(world), std::move(settings)); }
};

}  // namespace

TEST_CASE("close ends idle connections at once and lends nothing more", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(2, 0));
  (void)pool.acquire();
  CHECK(pool.close());
  CHECK(pool.close());
  CHECK(f.world->closed == 1);
  CHECK(pool.statistics().closed);
  CHECK_THAT(message_of<engine::DatabaseArgumentError>([&] { (void)pool.acquire(); }), Contains("pool is closed"));
}

TEST_CASE("close waits for leases until its deadline, and later returns close too", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(2, 0));
  auto lease = pool.acquire();
  CHECK_FALSE(pool.close(engine::Deadline::after(20ms)));
  CHECK_FALSE((*lease)->closed);
  std::thread user([&] {
    std::this_thread::sleep_for(20ms);
    lease.release();
  });
  CHECK(pool.close(engine::Deadline::after(10s)));
  CHECK(f.world->closed == 1);
  CHECK(pool.statistics().open == 0);
  user.join();
}

TEST_CASE("close sends waiters away at once", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(1, 0));
  auto lease = pool.acquire();
  std::string text;
  std::thread waiter([&] { text = message_of<engine::DatabaseArgumentError>([&] { (void)pool.acquire(); }); });
  REQUIRE(eventually([&] { return pool.statistics().waiting == 1; }));
  CHECK_FALSE(pool.close(engine::Deadline::after(0ms)));
  waiter.join();
  CHECK_THAT(text, Contains("closed"));
}

TEST_CASE("a connection that is ready only after close is closed, not lent", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(1, 0));
  std::atomic<bool> connecting{false};
  std::atomic<bool> go{false};
  f.world->on_create = [&](engine::Deadline) {
    connecting = true;
    while (!go) std::this_thread::yield();
  };
  std::string text;
  std::thread caller([&] { text = message_of<engine::DatabaseArgumentError>([&] { (void)pool.acquire(); }); });
  REQUIRE(eventually([&] { return connecting.load(); }));
  CHECK_FALSE(pool.close(engine::Deadline::after(5ms)));
  go = true;
  CHECK(pool.close(engine::Deadline::after(10s)));
  caller.join();
  CHECK_THAT(text, Contains("closed"));
  CHECK(f.world->open == 0);
}

TEST_CASE("dispose closes idle connections now and leased ones on return, the pool goes on", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(3, 0));
  auto lease = pool.acquire();
  (void)pool.acquire();
  pool.dispose();
  CHECK(f.world->closed == 1);
  CHECK_FALSE((*lease)->closed);
  const auto fresh = pool.acquire();
  CHECK((*fresh)->id == 3);
  lease.release();
  CHECK(f.world->closed == 2);
  CHECK(pool.statistics().open == 1);
  CHECK(pool.statistics().consistent());
}

TEST_CASE("a connection begun before dispose is not kept after it", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(3, 0));
  f.world->on_create = [&](engine::Deadline) { pool.dispose(); };
  (void)pool.acquire();
  CHECK(f.world->closed == 1);
  CHECK(pool.statistics().open == 0);
}

TEST_CASE("a lease outlives its pool", "[engine][pool]") {
  Fixture f;
  FakeLease lease;
  {
    FakePool pool = f.make(fake_settings(2, 0));
    lease = pool.acquire();
    (void)pool.acquire();
  }
  CHECK(f.world->closed == 1);
  CHECK_FALSE((*lease)->closed);
  lease.release();
  CHECK(f.world->closed == 2);
  CHECK(f.world->open == 0);
}

TEST_CASE("a return after dispose wakes the waiter with leave to connect", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(1, 0));
  auto lease = pool.acquire();
  std::atomic<int> id{0};
  std::thread waiter([&] { id = (*pool.acquire())->id; });
  REQUIRE(eventually([&] { return pool.statistics().waiting == 1; }));
  pool.dispose();
  lease.release();
  waiter.join();
  CHECK(id == 2);
  CHECK(f.world->most_open == 1);  // the old one was closed before the new one was made
}

TEST_CASE("the end of a pool sends its waiters away", "[engine][pool]") {
  Fixture f;
  auto pool = std::make_unique<FakePool>(f.make(fake_settings(1, 0)));
  auto lease = pool->acquire();
  std::string text;
  std::thread waiter([&text, target = pool.get()] {
    text = message_of<engine::DatabaseArgumentError>([target] { (void)target->acquire(); });
  });
  REQUIRE(eventually([&] { return pool->statistics().waiting == 1; }));
  pool.reset();
  lease.release();  // the last owner but the waiter itself
  waiter.join();
  CHECK_THAT(text, Contains("closed"));
  CHECK(f.world->open == 0);
}
