#include "migrate/runtime/run_lock.hpp"

#include <catch2/catch.hpp>
#include <optional>
#include <thread>

#include "support/temp_database.hpp"

using namespace std::chrono_literals;
using migrate::runtime::RunLock;
using migrate::runtime::RunLockError;
using migrate::test::TempDatabase;

TEST_CASE("one session holds the run lock of a table, the next gets it afterwards", "[runtime]") {
  TempDatabase database;
  auto first = database.connect();
  auto second = database.connect();
  std::string holder;
  RunLock::Options options;
  options.timeout = 0s;
  options.on_wait = [&](const std::string& who) { holder = who; };
  {
    const RunLock lock(first, "public.alembic_version", options);
    CHECK_THROWS_AS(RunLock(second, "public.alembic_version", options), RunLockError);
    const RunLock elsewhere(second, "public.other", options);
  }
  const RunLock lock(second, "public.alembic_version", options);
  CHECK(database.query("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database ="
                       " (SELECT oid FROM pg_database WHERE datname = current_database())") == "1");
}

TEST_CASE("waiting names the holder once and ends when the lock is free", "[runtime]") {
  TempDatabase database;
  auto first = database.connect();
  auto second = database.connect();
  std::optional<RunLock> held;
  held.emplace(first, "t", RunLock::Options{});
  int told = 0;
  std::string holder;
  std::jthread release([&] {
    std::this_thread::sleep_for(600ms);
    held.reset();
  });
  RunLock::Options options;
  options.on_wait = [&](const std::string& who) {
    ++told;
    holder = who;
  };
  const RunLock lock(second, "t", options);
  CHECK(told == 1);
  CHECK(holder.find("pid " + std::to_string(first.backend_pid())) == 0);
}
