#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "unit/engine/fake_source.hpp"

using namespace migrate;
using namespace migrate::test;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

/// A pool whose connects run apart from their callers and take until `go`.
struct Fixture {
  explicit Fixture(int size = 2) {
    world->virtual_clock = false;
    world->on_create = [this](engine::Deadline) {
      ++attempts;
      while (!go) std::this_thread::yield();
      if (fail.exchange(false)) throw engine::DatabaseConnectionError("connection refused", "", "", true);
    };
    auto settings = fake_settings(size, 0, 10s);
    settings.options.background_connect = true;
    pool = std::make_unique<FakePool>(FakeSource(world), settings);
  }
  ~Fixture() {
    go = true;
    pool->close(engine::Deadline::after(10s));
  }
  std::shared_ptr<FakeWorld> world = std::make_shared<FakeWorld>();
  std::atomic<int> attempts{0};
  std::atomic<bool> go{false};
  std::atomic<bool> fail{false};
  std::unique_ptr<FakePool> pool;
};

}  // namespace

TEST_CASE("a connect that outlasts its caller serves the next one", "[engine][pool]") {
  Fixture f;
  const std::string text =
      message_of<engine::DatabaseTimeoutError>([&] { (void)f.pool->acquire(engine::Deadline::after(20ms)); });
  CHECK_THAT(text, Contains("not ready in time"));
  CHECK(f.pool->statistics().connecting == 1);
  // Impatient callers would otherwise start the same connect again and again.
  CHECK_THROWS_AS(f.pool->acquire(engine::Deadline::after(20ms)), engine::DatabaseTimeoutError);
  CHECK(f.attempts == 1);
  std::thread opener([&] {
    std::this_thread::sleep_for(10ms);
    f.go = true;
  });
  CHECK((*f.pool->acquire())->id == 1);
  opener.join();
  CHECK(f.attempts == 1);
}

TEST_CASE("a caller takes what is ready first: a returned connection or its own", "[engine][pool]") {
  Fixture f;
  f.go = true;
  auto held = f.pool->acquire();
  f.go = false;
  std::atomic<int> got{0};
  std::thread caller([&] { got = (*f.pool->acquire())->id; });
  REQUIRE(eventually([&] { return f.attempts == 2; }));
  held.release();
  caller.join();
  CHECK(got == 1);
  f.go = true;
  CHECK(eventually([&] { return f.pool->statistics().idle == 2; }));
}

TEST_CASE("the caller of a background connect is told why it failed", "[engine][pool]") {
  Fixture f;
  f.go = true;
  for (int i = 0; i < 20; ++i) {
    f.fail = true;
    CHECK_THROWS_WITH(f.pool->acquire(), "connection refused");
  }
  CHECK(f.pool->statistics().open == 0);
  CHECK(f.pool->statistics().waiting == 0);
  CHECK_FALSE((*f.pool->acquire())->closed);
}

TEST_CASE("a failed background connect leaves its place to the next in the queue", "[engine][pool]") {
  Fixture f(1);
  std::string refused;
  std::thread first([&] { refused = message_of<engine::DatabaseConnectionError>([&] { (void)f.pool->acquire(); }); });
  REQUIRE(eventually([&] { return f.attempts == 1; }));
  std::atomic<int> got{0};
  std::thread second([&] { got = (*f.pool->acquire())->id; });
  REQUIRE(eventually([&] { return f.pool->statistics().waiting == 2; }));
  f.fail = true;
  f.go = true;
  first.join();
  second.join();
  CHECK(refused == "connection refused");
  CHECK(got == 1);
}

TEST_CASE("a pool may end while a background connect is under way", "[engine][pool]") {
  std::shared_ptr<FakeWorld> world;
  {
    Fixture f;
    world = f.world;
    CHECK_THROWS_AS(f.pool->acquire(engine::Deadline::after(5ms)), engine::DatabaseTimeoutError);
    CHECK_FALSE(f.pool->close(engine::Deadline::after(5ms)));
  }
  CHECK(world->created == 1);
  CHECK(world->open == 0);
}

TEST_CASE("many callers with short deadlines do not lose what is being made", "[engine][pool]") {
  Fixture f(3);
  f.world->on_create = [](engine::Deadline) { std::this_thread::sleep_for(500us); };
  std::atomic<int> served{0};
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (unsigned n = 0; n < 200; ++n) {
        try {
          auto lease = f.pool->acquire(engine::Deadline::after(std::chrono::microseconds(100 * (1 + (n + i) % 9))));
          ++served;
          if (n % 5 == 0) lease.invalidate();
        } catch (const engine::DatabaseTimeoutError&) {
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(served > 0);
  CHECK(eventually([&] { return f.pool->statistics().connecting == 0; }));
  const auto now = f.pool->statistics();
  CHECK(now.consistent());
  CHECK(now.open == now.idle);
  CHECK(f.world->most_open <= 3);
}
