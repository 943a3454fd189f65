#include <catch2/catch.hpp>
#include <cstdlib>
#include <random>
#include <string>

#include "unit/engine/pool_model.hpp"

using migrate::test::PoolModel;

namespace {

/// MIGRATE_POOL_SEED repeats a run, MIGRATE_POOL_STEPS makes it longer or shorter.
std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

}  // namespace

TEST_CASE("a million random moves never lose a connection, a place or a waiter", "[engine][pool]") {
  const std::uint64_t seed = from_environment("MIGRATE_POOL_SEED", std::random_device{}());
  const std::uint64_t steps = from_environment("MIGRATE_POOL_STEPS", 1'000'000);
  constexpr std::uint64_t k_pools = 100;
  for (std::uint64_t pool = 0; pool < k_pools; ++pool) {
    PoolModel model(seed * k_pools + pool);
    std::string wrong;
    std::uint64_t step = 0;
    for (; step < steps / k_pools && wrong.empty(); ++step) {
      wrong = model.step();
      if (step % 1000 == 999 && wrong.empty()) wrong = model.settle();
    }
    if (wrong.empty()) wrong = model.finish();
    INFO("MIGRATE_POOL_SEED=" << seed << ", pool " << pool << ", step " << step << ": " << model.description());
    REQUIRE(wrong == "");
    CHECK((model.leases() > steps / k_pools / 100 || steps < 10'000));
  }
}
