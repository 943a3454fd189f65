#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "unit/engine/fake_source.hpp"

using namespace migrate;
using namespace migrate::test;
using namespace std::chrono_literals;

namespace {

/// What may become of something asked of a server. `never` ends when the limit of whoever asked does.
enum class Fate { ok, error, slow, never };
constexpr std::array k_fates = {Fate::ok, Fate::error, Fate::slow, Fate::never};

constexpr auto k_slow = 400ms;
constexpr auto k_limit = 2s;  // a driver bounds resets and closes by itself

/// A pool in a world where creating, pinging, resetting and closing each have a fate, on a clock that moves with them.
struct World {
  World(Fate create, Fate ping, Fate reset, Fate close) : fake(std::make_shared<FakeWorld>()) {
    fake->on_create = [this, create](engine::Deadline deadline) {
      if (spend(create, deadline)) return;
      throw engine::DatabaseConnectionError("no connection", "", "", true);
    };
    fake->on_ping = [this, ping](engine::Deadline deadline) { answered = spend(ping, deadline); };
    fake->on_reset = [this, reset] { return spend(reset, engine::Deadline::at(fake->now() + k_limit)); };
    fake->on_close = [this, close] { (void)spend(close, engine::Deadline::at(fake->now() + k_limit)); };
  }

  /// Lets the time pass that it takes; whether it ended well.
  bool spend(Fate fate, engine::Deadline deadline) {
    if (healed) return true;
    const auto left = deadline.is_never() ? std::chrono::nanoseconds(1h) : deadline.left(fake->now());
    if (fate == Fate::slow || fate == Fate::never) {
      fake->advance(fate == Fate::slow ? std::min<std::chrono::nanoseconds>(left, k_slow) : left);
    }
    return fate == Fate::ok || (fate == Fate::slow && left > k_slow);
  }

  std::shared_ptr<FakeWorld> fake;
  bool healed = false;
  bool answered = true;
};

/// The fake source, whose ping has an answer of its own.
class FatefulSource : public FakeSource {
 public:
  explicit FatefulSource(World& world) : FakeSource(world.fake), fate_(&world) {}
  bool ping(Connection& c, engine::Deadline deadline) noexcept {
    fate_->answered = true;
    return FakeSource::ping(c, deadline) && fate_->answered;
  }

 private:
  World* fate_;
};

using FatefulPool = engine::Pool<FatefulSource>;

/// Callers who want a connection within `patience`, some of whom have given up before they ask.
std::string visit(FatefulPool& pool, World& world, std::chrono::nanoseconds patience) {
  for (int caller = 0; caller < 6; ++caller) {
    const auto start = world.fake->now();
    const auto limit = caller == 3 ? -1ns : patience;
    try {
      auto lease = pool.acquire(engine::Deadline::at(start + limit));
      if (caller == 1) (*lease)->peer_gone = true;
      if (caller == 4) (*lease)->alive = false;
      lease.release();
    } catch (const engine::DatabaseTimeoutError&) {
    } catch (const engine::DatabaseConnectionError&) {
    }
    // Each lease may end one connection or two, and a close may be under way when the deadline passes.
    if (world.fake->now() - start > patience + 4 * k_limit) return "a caller was kept far beyond its deadline";
    if (!pool.statistics().consistent()) return "the books are wrong";
    if (pool.statistics().leased + pool.statistics().connecting + pool.statistics().closing != 0) {
      return "something is still in use";
    }
    world.fake->advance(1200ms);  // long enough for a ping
  }
  return {};
}

/// What is wrong after the worst is over; empty: nothing.
std::string recover(FatefulPool& pool, World& world) {
  world.healed = true;
  {
    const auto first = pool.acquire();
    const auto second = pool.acquire();
    if ((*first)->closed || (*second)->closed) return "a closed connection was lent";
  }
  if (!pool.close(engine::Deadline::after(0s))) return "something is left open";
  if (world.fake->open != 0 || world.fake->closed_twice != 0) return "not everything was closed once";
  return {};
}

}  // namespace

TEST_CASE("whatever becomes of connects, pings, resets and closes, callers and books stay in order", "[engine][pool]") {
  const Fate create = GENERATE(from_range(k_fates.begin(), k_fates.end()));
  const Fate ping = GENERATE(from_range(k_fates.begin(), k_fates.end()));
  const Fate reset = GENERATE(from_range(k_fates.begin(), k_fates.end()));
  const Fate close = GENERATE(from_range(k_fates.begin(), k_fates.end()));
  const auto patience = GENERATE(as<std::chrono::nanoseconds>{}, 100ms, 1s, 10s);
  World world(create, ping, reset, close);
  auto settings = fake_settings(2, 0, 20s);
  settings.options.pool_recycle = 5s;
  FatefulPool pool(FatefulSource(world), settings);
  INFO("create " << static_cast<int>(create) << ", ping " << static_cast<int>(ping) << ", reset "
                 << static_cast<int>(reset) << ", close " << static_cast<int>(close));
  CHECK(visit(pool, world, patience) == "");
  CHECK(recover(pool, world) == "");
}
