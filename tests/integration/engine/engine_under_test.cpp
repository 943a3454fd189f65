#include "integration/engine/engine_under_test.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include "migrate/engine/pool_report.hpp"
#include "support/case_accounts.hpp"

namespace migrate::test {

using namespace std::chrono_literals;

namespace {

std::string unique_application() {
  static std::atomic<int> counter{0};
  return "engine_under_test_" + std::to_string(++counter);
}

engine::ConnectionConfig config_for(const TempDatabase& database, const engine::PoolOptions& options,
                                    const engine::Url* by, const std::string& name) {
  engine::ConnectionParts parts = database.config().parts();
  if (by != nullptr) {
    parts.url = *by;
    parts.url.database = database.name();
  }
  parts.pool = options;
  parts.connect_timeout = 1s;
  parts.command_timeout = 2s;
  parts.retry.retries = 0;
  parts.application_name = name;
  return engine::ConnectionConfig::create(std::move(parts));
}

}  // namespace

bool comes_true(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(10ms);
  }
  return true;
}

EngineUnderTest::EngineUnderTest(const TempDatabase& database, engine::PoolOptions options, const engine::Url* by)
    : database_(database),
      descriptors_(open_descriptors().size()),
      name_(unique_application()),
      engine_(config_for(database, options, by, name_)) {}

int EngineUnderTest::backends() const {
  return std::stoi(database_.query("SELECT count(*) FROM pg_stat_activity WHERE application_name = '" + name_ +
                                   "' AND datname = '" + database_.name() + "'"));
}

void EngineUnderTest::fill(int count) {
  std::vector<engine::Lease<engine::Connection>> leases;
  for (int i = 0; i < count; ++i) leases.push_back(engine_.connect());
}

bool EngineUnderTest::recovers() {
  return comes_true([this] { return failures(1) == 0; });
}

int EngineUnderTest::failures(int count) {
  int failed = 0;
  for (int i = 0; i < count; ++i) {
    try {
      const auto lease = engine_.connect();
      if (lease->execute("SELECT 42").scalar() != "42") ++failed;
    } catch (const engine::DatabaseError&) {
      ++failed;
    }
  }
  return failed;
}

std::string EngineUnderTest::leftovers() {
  const auto before = engine_.statistics();
  if (!before.consistent()) return "the books are wrong: " + engine::to_string(before);
  if (before.open != before.idle) return "something is still in use: " + engine::to_string(before);
  if (!engine_.close(engine::Deadline::after(20s))) return "close left something open";
  // A thread that connected may still be on its way out.
  if (!comes_true([this] { return open_descriptors().size() <= descriptors_; })) {
    return std::to_string(open_descriptors().size()) + " descriptors, there were " + std::to_string(descriptors_);
  }
  if (!comes_true([this] { return backends() == 0; })) return std::to_string(backends()) + " backends are left";
  return {};
}

}  // namespace migrate::test
