#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "unit/engine/fake_source.hpp"

using namespace migrate;
using namespace migrate::test;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

struct Fixture {
  std::shared_ptr<FakeWorld> world = std::make_shared<FakeWorld>();
  FakePool make(engine::PoolSettings settings) { return FakePool(FakeSource(world), std::move(settings)); }

  void fill(FakePool& pool, int count) {
    std::vector<FakeLease> leases;
    for (int i = 0; i < count; ++i) leases.push_back(pool.acquire());
  }
};

[[noreturn]] void refuse(const char* text) {
  throw engine::DatabaseConnectionError(text, "", "", true);
}

}  // namespace

TEST_CASE("the first dead connection found puts all older ones out of use, once", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(15, 0));
  std::vector<FakeLease> leases;
  for (int i = 0; i < 15; ++i) leases.push_back(pool.acquire());
  for (const auto& lease : leases) (*lease)->peer_gone = true;
  leases.clear();
  const auto lease = pool.acquire();
  CHECK((*lease)->id == 16);
  CHECK(f.world->closed == 15);
  CHECK(f.world->probes == 1);  // the others are condemned by their age
  CHECK(pool.statistics().generation == 1);
  CHECK(pool.statistics().open == 1);
}

TEST_CASE("two leases lost in the same outage raise the generation once", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(4, 0));
  {
    const auto a = pool.acquire();
    const auto b = pool.acquire();
    const auto healthy = pool.acquire();
    (*a)->alive = false;
    (*b)->alive = false;
  }
  CHECK(pool.statistics().generation == 1);
  CHECK(pool.statistics().open <= 1);
  CHECK((*pool.acquire())->id == 4);
  CHECK(f.world->closed == 3);
}

TEST_CASE("a loss that was meant alone puts no other connection out of use", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(3, 0));
  std::vector<std::shared_ptr<FakeSession>> sessions;
  {
    std::vector<FakeLease> leases;
    for (int i = 0; i < 3; ++i) leases.push_back(pool.acquire());
    for (const auto& lease : leases) sessions.push_back(lease->session);
  }
  for (auto& session : sessions) session->alone = true;
  SECTION("found at checkout") {
    sessions[0]->peer_gone = true;
  }
  SECTION("found by a ping") {
    sessions[0]->silent = true;
    f.world->advance(5s);
  }
  SECTION("found in use") {
    const auto a = pool.acquire();
    const auto b = pool.acquire();
    const auto c = pool.acquire();
    sessions[0]->alive = false;
  }
  const auto a = pool.acquire();
  const auto b = pool.acquire();
  const auto c = pool.acquire();
  CHECK(f.world->created == 4);
  CHECK(f.world->closed == 1);
  CHECK(pool.statistics().generation == 0);
}

TEST_CASE("an unanswered ping replaces the connection, and suspects the others", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(2, 0));
  std::shared_ptr<FakeSession> session;
  {
    const auto lease = pool.acquire();
    session = lease->session;
  }
  session->silent = true;
  f.world->advance(5s);
  CHECK((*pool.acquire())->id == 2);
  CHECK(pool.statistics().generation == 1);
}

TEST_CASE("a ping cut short by the caller's deadline blames nobody else", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(2, 0, 1s));
  f.fill(pool, 2);
  f.world->advance(5s);
  f.world->on_create = [](engine::Deadline) { FAIL("must not connect any more"); };
  FakeWorld* const world = f.world.get();
  // The ping of a silent server takes all the time there is.
  f.world->on_ping = [world](engine::Deadline deadline) { world->advance(deadline.left(world->now())); };
  std::shared_ptr<FakeSession> session;
  {
    auto lease = pool.acquire(engine::Deadline::at(f.world->now() + 10s));
    session = lease->session;
  }
  session->silent = true;
  f.world->advance(5s);
  const std::string text = message_of<engine::DatabaseTimeoutError>([&] { (void)pool.acquire(); });
  CHECK_THAT(text, Contains("no longer usable"));
  CHECK(pool.statistics().generation == 0);
  CHECK(pool.statistics().consistent());
  CHECK(pool.statistics().leased == 0);
}

TEST_CASE("a failed connect reaches its caller and frees its place", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(1, 0));
  f.world->on_create = [](engine::Deadline) { refuse("connection refused"); };
  for (int i = 0; i < 3; ++i) CHECK_THROWS_AS(pool.acquire(), engine::DatabaseConnectionError);
  CHECK(pool.statistics().open == 0);
  CHECK(pool.statistics().connect_failures == 3);
  f.world->on_create = [](engine::Deadline) { throw 42; };
  CHECK_THROWS_AS(pool.acquire(), int);
  CHECK(pool.statistics().open == 0);
  f.world->on_create = nullptr;
  CHECK((*pool.acquire())->id == 1);
}

TEST_CASE("pool_timeout bounds connecting too", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(1, 0, 200ms));
  FakeWorld* const world = f.world.get();
  f.world->on_create = [world](engine::Deadline deadline) {
    CHECK(deadline.left(world->now()) == 200ms);
    world->advance(deadline.left(world->now()));
    throw engine::DatabaseTimeoutError(engine::TimeoutKind::connect, "the server did not answer");
  };
  try {
    (void)pool.acquire();
    FAIL("a connect that takes too long must not succeed");
  } catch (const engine::DatabaseTimeoutError& error) {
    CHECK(error.kind() == engine::TimeoutKind::pool);
    CHECK_THAT(error.what(), Contains("within 0.2 s") && Contains("not ready in time") &&
                                 Contains("Last connect error: the server did not answer"));
  }
  CHECK(pool.statistics().open == 0);
  CHECK(pool.statistics().timeouts == 1);
}

TEST_CASE("connect_timeout below pool_timeout is reported as what it is", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(1, 0, 30s));
  f.world->on_create = [](engine::Deadline) {
    throw engine::DatabaseTimeoutError(engine::TimeoutKind::connect, "no answer in 1 s");
  };
  CHECK(message_of<engine::DatabaseTimeoutError>([&] { (void)pool.acquire(); }) == "no answer in 1 s");
}

TEST_CASE("a connection that arrives too late for its caller serves the next one", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(1, 0, 1s));
  FakeWorld* const world = f.world.get();
  f.world->on_create = [world](engine::Deadline) { world->advance(3s); };
  CHECK_THROWS_AS(pool.acquire(), engine::DatabaseTimeoutError);
  CHECK(pool.statistics().idle == 1);
  CHECK((*pool.acquire())->id == 1);
  CHECK(f.world->created == 1);
}

TEST_CASE("a connect hook that throws costs its connection and counts as a failed connect", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(1, 0));
  bool fail = true;
  int closed = 0;
  engine::PoolHooks<FakeConnection> hooks;
  const bool at_connect = GENERATE(true, false);
  const auto hook = [&](FakeConnection&) {
    if (fail) throw std::runtime_error("SET ROLE was refused");
  };
  (at_connect ? hooks.connect : hooks.checkout) = hook;
  hooks.close = [&](FakeConnection& c) {
    CHECK_FALSE(c->closed);
    ++closed;
  };
  pool.set_hooks(hooks);
  CHECK_THROWS_WITH(pool.acquire(), "SET ROLE was refused");
  CHECK(f.world->closed == 1);
  CHECK(closed == 1);
  CHECK(pool.statistics().last_connect_error == "SET ROLE was refused");
  CHECK(pool.statistics().open == 0);
  fail = false;
  CHECK((*pool.acquire())->id == 2);
}

TEST_CASE("checkout and checkin hooks that throw cost one pooled connection", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(2, 0));
  int spoilt = 0;
  engine::PoolHooks<FakeConnection> hooks;
  const auto hook = [&](FakeConnection& c) {
    if (c->id == spoilt) throw std::runtime_error("no");
  };
  const bool at_checkout = GENERATE(true, false);
  (at_checkout ? hooks.checkout : hooks.checkin) = hook;
  hooks.close = [](FakeConnection&) { throw std::runtime_error("closing goes on all the same"); };
  pool.set_hooks(hooks);
  f.fill(pool, 1);
  spoilt = 1;
  (void)pool.acquire();
  CHECK((*pool.acquire())->id == 2);
  CHECK(f.world->closed == 1);
  CHECK(pool.statistics().generation == 0);
  CHECK(pool.statistics().connect_failures == 0);
}

TEST_CASE("hooks cannot be changed under a pool in use", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(1, 0));
  pool.set_hooks({});
  f.fill(pool, 1);
  CHECK_THROWS_AS(pool.set_hooks({}), engine::DatabaseArgumentError);
}

TEST_CASE("a pool made before fork lends nothing in the child and closes nothing of the parent's", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(2, 0));
  f.fill(pool, 2);
  auto lease = pool.acquire();
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const std::string text = message_of<engine::DatabaseArgumentError>([&] { (void)pool.acquire(); });
    const bool refused = text.find("before fork()") != std::string::npos;
    lease.release();
    pool.dispose();
    pool.close();
    _exit(refused && f.world->closed == 0 ? 0 : 1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  lease.release();
  CHECK(pool.statistics().idle == 2);
}

TEST_CASE("events tell of connections made, lost and not to be had, without their cause being hidden",
          "[engine][pool]") {
  Fixture f;
  auto settings = fake_settings(1, 0);
  std::vector<std::string> events;
  settings.log = [&](const base::LogEvent& event) {
    events.push_back(std::string(event.name) + ": " + event.message);
    throw std::runtime_error("a sink that breaks its promise");
  };
  FakePool pool = f.make(settings);
  {
    auto lease = pool.acquire();
    lease.invalidate();
  }
  f.world->on_create = [](engine::Deadline) { refuse("refused"); };
  CHECK_THROWS_WITH(pool.acquire(), "refused");
  REQUIRE(events.size() == 3);
  CHECK(events[0] == "pool.connect: a connection was made");
  CHECK(events[1] == "pool.discard: invalidated by its user");
  CHECK(events[2] == "pool.connect_failed: refused");
}
