#include <catch2/catch.hpp>
#include <chrono>
#include <map>
#include <set>

#include "unit/engine/fake_source.hpp"

using namespace migrate;
using namespace migrate::test;
using namespace std::chrono_literals;

namespace {

struct Fixture {
  std::shared_ptr<FakeWorld> world = std::make_shared<FakeWorld>();
  FakePool make(engine::PoolSettings settings) { return FakePool(FakeSource(world), std::move(settings)); }
};

}  // namespace

TEST_CASE("a new pool opens nothing until it is asked", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(5, 10));
  CHECK(f.world->created == 0);
  CHECK(pool.statistics().open == 0);
  { const auto lease = pool.acquire(); }
  CHECK(f.world->created == 1);
  CHECK(pool.statistics().idle == 1);
}

TEST_CASE("the connection returned last is lent first", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(3, 0));
  auto first = pool.acquire();
  auto second = pool.acquire();
  auto third = pool.acquire();
  third.release();
  first.release();
  second.release();
  CHECK((*pool.acquire())->id == 2);
  const auto a = pool.acquire();
  const auto b = pool.acquire();
  const auto c = pool.acquire();
  CHECK((*a)->id == 2);
  CHECK((*b)->id == 1);
  CHECK((*c)->id == 3);
}

TEST_CASE("a lease can be moved, ended early and ended once", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(2, 0));
  FakeLease lease = pool.acquire();
  FakeLease other = std::move(lease);
  CHECK_FALSE(lease);  // NOLINT(bugprone-use-after-move): a moved-from lease is empty by contract
  REQUIRE(other);
  lease = pool.acquire();
  other = std::move(lease);
  CHECK(pool.statistics().leased == 1);
  CHECK((*other)->id == 2);
  other.release();
  other.release();
  CHECK_FALSE(other);
  CHECK(pool.statistics().idle == 2);
}

TEST_CASE("connections beyond pool_size are closed on return", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(2, 3));
  {
    std::vector<FakeLease> leases;
    for (int i = 0; i < 5; ++i) leases.push_back(pool.acquire());
    CHECK(pool.statistics().overflow() == 3);
    CHECK(pool.statistics().consistent());
  }
  CHECK(pool.statistics().idle == 2);
  CHECK(pool.statistics().open == 2);
  CHECK(f.world->closed == 3);
}

TEST_CASE("an overflow of -1 and a pool_size of 0 have no limit", "[engine][pool]") {
  Fixture f;
  const bool sized = GENERATE(true, false);
  FakePool pool = f.make(sized ? fake_settings(2, -1) : fake_settings(0, 4));
  {
    std::vector<FakeLease> leases;
    for (int i = 0; i < 50; ++i) leases.push_back(pool.acquire());
    CHECK_FALSE(pool.statistics().capacity);
  }
  CHECK(pool.statistics().idle == (sized ? 2U : 50U));
}

TEST_CASE("sizes that cannot be are refused", "[engine][pool]") {
  Fixture f;
  CHECK_THROWS_AS(f.make(fake_settings(-1, 0)), engine::DatabaseArgumentError);
  CHECK_THROWS_AS(f.make(fake_settings(1, -2)), engine::DatabaseArgumentError);
}

TEST_CASE("a connection older than pool_recycle is replaced at checkout, and not before", "[engine][pool]") {
  Fixture f;
  auto settings = fake_settings(2, 0);
  settings.options.pool_recycle = 100s;
  settings.options.ping_after_idle = 1h;
  FakePool pool = f.make(settings);
  { const auto lease = pool.acquire(); }
  f.world->advance(89s);  // before 100 s less a tenth
  CHECK((*pool.acquire())->id == 1);
  f.world->advance(12s);
  CHECK((*pool.acquire())->id == 2);
  CHECK(f.world->closed == 1);
  CHECK(pool.statistics().generation == 0);
}

TEST_CASE("a connection that grew too old while leased is closed on return", "[engine][pool]") {
  Fixture f;
  auto settings = fake_settings(2, 0);
  settings.options.pool_recycle = 10s;
  FakePool pool = f.make(settings);
  {
    const auto lease = pool.acquire();
    f.world->advance(11s);
  }
  CHECK(f.world->closed == 1);
  CHECK(pool.statistics().open == 0);
}

TEST_CASE("old connections at the bottom of the stack are closed while the top is in use", "[engine][pool]") {
  Fixture f;
  auto settings = fake_settings(3, 0);
  settings.options.pool_recycle = 100s;
  FakePool pool = f.make(settings);
  {
    const auto a = pool.acquire();
    const auto b = pool.acquire();
    const auto c = pool.acquire();
  }
  f.world->advance(101s);
  for (int i = 0; i < 3; ++i) (void)pool.acquire();
  CHECK(f.world->closed == 3);
  CHECK(pool.statistics().open == 1);
}

TEST_CASE("a recycle of -1 is never, and 0 uses each connection once", "[engine][pool]") {
  Fixture f;
  auto settings = fake_settings(1, 0);
  const bool never = GENERATE(true, false);
  settings.options.pool_recycle = never ? -1s : 0s;
  FakePool pool = f.make(settings);
  for (int i = 0; i < 5; ++i) {
    (void)pool.acquire();
    f.world->advance(10000h);
  }
  CHECK(f.world->created == (never ? 1 : 5));
}

TEST_CASE("the lives of connections made together end apart, also below a second", "[engine][pool]") {
  const auto now = engine::Deadline::Clock::time_point(1s);
  const std::chrono::nanoseconds recycle = GENERATE(as<std::chrono::nanoseconds>{}, 50ms, 1s, 3600s);
  std::set<long long> ends;
  for (std::uint64_t draw = 0; draw < 100; ++draw) {
    const auto end = engine::pool_expiry(now, recycle, draw);
    CHECK(end <= now + recycle);
    CHECK(end >= now + recycle - recycle / 10);
    ends.insert(end.time_since_epoch().count());
  }
  CHECK(ends.size() == 100);
  CHECK(std::chrono::nanoseconds(*ends.rbegin() - *ends.begin()) > recycle / 20);
}

TEST_CASE("a short idleness costs a probe, a long one a ping", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(1, 0));
  (void)pool.acquire();
  CHECK(f.world->probes == 0);
  f.world->advance(900ms);
  (void)pool.acquire();
  CHECK(f.world->probes == 1);
  CHECK(f.world->pings == 0);
  f.world->advance(1100ms);
  (void)pool.acquire();
  CHECK(f.world->pings == 1);
}

TEST_CASE("without pool_pre_ping nothing is asked", "[engine][pool]") {
  Fixture f;
  auto settings = fake_settings(1, 0);
  settings.options.pool_pre_ping = false;
  FakePool pool = f.make(settings);
  (void)pool.acquire();
  f.world->advance(1h - 10min);
  (void)pool.acquire();
  CHECK(f.world->probes + f.world->pings == 0);
}

TEST_CASE("a ping is bounded by its own limit and by the caller's deadline", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(1, 0, 30s));
  (void)pool.acquire();
  f.world->advance(10s);
  const bool hurried = GENERATE(true, false);
  std::chrono::nanoseconds allowed{0};
  f.world->on_ping = [&](engine::Deadline deadline) { allowed = deadline.left(f.world->now()); };
  (void)pool.acquire(hurried ? engine::Deadline::at(f.world->now() + 500ms) : engine::Deadline::never());
  CHECK(allowed == (hurried ? std::chrono::nanoseconds(500ms) : std::chrono::nanoseconds(2s)));
}

TEST_CASE("an idle transaction state is returned for nothing, an open one is rolled back", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(1, 0));
  (void)pool.acquire();
  CHECK(f.world->rollbacks == 0);
  {
    const auto lease = pool.acquire();
    (*lease)->open_transaction = true;
  }
  CHECK(f.world->rollbacks == 1);
  CHECK((*pool.acquire())->id == 1);
}

TEST_CASE("a connection in doubt is closed instead of returned", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(1, 0));
  {
    const auto lease = pool.acquire();
    (*lease)->busy = true;
  }
  CHECK(f.world->closed == 1);
  CHECK(pool.statistics().generation == 0);
  CHECK((*pool.acquire())->id == 2);
}

TEST_CASE("invalidate closes this connection alone, at the end of the lease", "[engine][pool]") {
  Fixture f;
  FakePool pool = f.make(fake_settings(2, 0));
  {
    auto lease = pool.acquire();
    const auto other = pool.acquire();
    lease.invalidate();
    CHECK_FALSE((*lease)->closed);
  }
  CHECK(f.world->closed == 1);
  CHECK(pool.statistics().idle == 1);
  CHECK(pool.statistics().generation == 0);
}

TEST_CASE("durations beyond all reason are for ever, not an overflow", "[engine][pool]") {
  Fixture f;
  auto settings = fake_settings(1, 0, std::chrono::milliseconds::max());
  const bool longest = GENERATE(true, false);
  settings.options.pool_recycle = longest ? std::chrono::seconds::max() : std::chrono::seconds::min();
  settings.options.ping_after_idle = longest ? std::chrono::milliseconds::max() : std::chrono::milliseconds::min();
  settings.patience = std::chrono::nanoseconds::max();
  settings.options.ping_timeout = std::chrono::milliseconds::max();
  FakePool pool = f.make(settings);
  for (int i = 0; i < 3; ++i) {
    (void)pool.acquire();
    f.world->advance(1s);
  }
  CHECK(f.world->created == 1);
  CHECK(f.world->pings == (longest ? 0 : 2));
}
