#include <catch2/catch.hpp>
#include <chrono>
#include <map>
#include <string>
#include <thread>

#include "unit/engine/fake_source.hpp"

using namespace migrate;
using namespace migrate::test;
using namespace std::chrono_literals;

namespace {

using Hooks = engine::PoolHooks<FakeConnection>;

/// Hooks that note their calls, one of which throws while it is told to.
struct Recorder {
  Hooks hooks() {
    Hooks result;
    result.before_connect = [this] { note("before_connect"); };
    for (const auto& [name, hook] : with_connection()) {
      result.*hook = [this, name = name](FakeConnection&) { note(name); };
    }
    result.error = [this](const engine::PoolError& error) {
      errors.emplace_back(error.during);
      if (failing == "error") throw std::runtime_error("even here");
    };
    return result;
  }
  static std::map<std::string, std::function<void(FakeConnection&)> Hooks::*> with_connection() {
    return {{"connect", &Hooks::connect},
            {"first_connect", &Hooks::first_connect},
            {"checkout", &Hooks::checkout},
            {"reset", &Hooks::reset},
            {"checkin", &Hooks::checkin},
            {"invalidate", &Hooks::invalidate},
            {"soft_invalidate", &Hooks::soft_invalidate},
            {"close", &Hooks::close}};
  }
  void note(const std::string& name) {
    events.push_back(name);
    if (name == failing) throw std::runtime_error(name + " failed");
  }

  std::string failing;
  std::vector<std::string> events;
  std::vector<std::string> errors;
};

struct Fixture {
  std::shared_ptr<FakeWorld> world = std::make_shared<FakeWorld>();
  Recorder recorder;
  FakePool pool;
  explicit Fixture(engine::PoolSettings settings = fake_settings(2, 0)) : pool(FakeSource(world), std::move(settings)) {
    pool.set_hooks(recorder.hooks());
  }
};

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("hooks are called in the order of a connection's life", "[engine][pool]") {
  Fixture f;
  (void)f.pool.acquire();
  CHECK(f.recorder.events == Words{"before_connect", "connect", "first_connect", "checkout", "reset", "checkin"});
  f.recorder.events.clear();
  {
    auto lease = f.pool.acquire();
    lease.invalidate();
  }
  CHECK(f.recorder.events == Words{"checkout", "invalidate", "close"});
  f.recorder.events.clear();
  {
    auto lease = f.pool.acquire();
    lease.soft_invalidate();
  }
  CHECK(f.recorder.events ==
        Words{"before_connect", "connect", "checkout", "reset", "soft_invalidate", "checkin", "close"});
  CHECK(f.recorder.errors.empty());
}

TEST_CASE("a connection found dead at checkout is told of", "[engine][pool]") {
  Fixture f;
  {
    const auto lease = f.pool.acquire();
    (*lease)->peer_gone = true;
  }
  f.recorder.events.clear();
  (void)f.pool.acquire();
  CHECK(f.recorder.events == Words{"invalidate", "close", "before_connect", "connect", "checkout", "reset", "checkin"});
}

TEST_CASE("a hook that throws costs its connection, never the pool", "[engine][pool]") {
  const std::string failing = GENERATE("before_connect", "connect", "first_connect", "checkout", "reset", "checkin",
                                       "invalidate", "soft_invalidate", "close", "error");
  Fixture f;
  f.recorder.failing = failing;
  for (int round = 0; round < 3; ++round) {
    try {
      auto lease = f.pool.acquire();
      auto other = f.pool.acquire();
      if (round == 1) lease.invalidate();
      if (round == 2) lease.soft_invalidate();
    } catch (const std::runtime_error& error) {
      CHECK(error.what() == failing + " failed");
    }
    CHECK(f.pool.statistics().consistent());
    CHECK(f.pool.statistics().open == f.pool.statistics().idle);
  }
  if (failing != "error") {
    CHECK_FALSE(f.recorder.errors.empty());
  }
  f.recorder.failing.clear();
  {
    const auto first = f.pool.acquire();
    const auto second = f.pool.acquire();
    CHECK_FALSE((*first)->closed);
    CHECK_FALSE((*second)->closed);
  }
  CHECK(f.pool.close());
  CHECK(f.world->open == 0);
  CHECK(f.world->closed_twice == 0);
}

TEST_CASE("first_connect runs again with the next connection when it threw, and then no more", "[engine][pool]") {
  Fixture f;
  f.recorder.failing = "first_connect";
  CHECK_THROWS_WITH(f.pool.acquire(), "first_connect failed");
  f.recorder.failing.clear();
  f.recorder.events.clear();
  const auto first = f.pool.acquire();
  const auto second = f.pool.acquire();
  CHECK(std::count(f.recorder.events.begin(), f.recorder.events.end(), "first_connect") == 1);
  CHECK(f.pool.statistics().connect_failures == 1);
}

TEST_CASE("nothing is lent before first_connect is done", "[engine][pool]") {
  auto world = std::make_shared<FakeWorld>();
  world->virtual_clock = false;
  FakePool pool(FakeSource(world), fake_settings(4, 0));
  std::atomic<bool> go{false};
  std::atomic<int> runs{0};
  std::atomic<int> lent{0};
  Hooks hooks;
  hooks.first_connect = [&](FakeConnection&) {
    ++runs;
    while (!go) std::this_thread::yield();
  };
  pool.set_hooks(hooks);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const auto lease = pool.acquire();
      ++lent;
    });
  }
  REQUIRE(eventually([&] { return world->created == 4 && runs == 1; }));
  CHECK(lent == 0);
  go = true;
  for (auto& thread : threads) thread.join();
  CHECK(runs == 1);
  CHECK(lent == 4);
}

TEST_CASE("a custom reset comes before the look at what is left open", "[engine][pool]") {
  auto settings = fake_settings(1, 0);
  settings.options.reset = engine::ResetPolicy::custom;
  auto world = std::make_shared<FakeWorld>();
  FakePool pool(FakeSource(world), settings);
  Hooks hooks;
  hooks.reset = [](FakeConnection& c) { c->open_transaction = false; };
  pool.set_hooks(hooks);
  {
    const auto lease = pool.acquire();
    (*lease)->open_transaction = true;
  }
  CHECK(world->rollbacks == 0);
  CHECK(pool.statistics().idle == 1);
}
