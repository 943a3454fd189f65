#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>

#include "migrate/base/clock.hpp"
#include "migrate/engine/connection.hpp"
#include "support/temp_database.hpp"

using namespace migrate::engine;
using namespace std::chrono_literals;
using Catch::Contains;
using migrate::base::Stopwatch;
using migrate::test::TempDatabase;

TEST_CASE("a notification is waited for, with channel, payload and sender", "[engine][notify]") {
  const TempDatabase database;
  auto listener = database.connect();
  auto sender = database.connect();
  listener.execute("LISTEN news");
  std::thread later([&] {
    std::this_thread::sleep_for(100ms);
    sender.execute("SELECT pg_notify('news', $1)", "ä first");
  });
  const auto got = listener.wait_notification(Deadline::after(20s));
  later.join();
  REQUIRE(got);
  CHECK(*got == Notification{"news", "ä first", sender.backend_pid()});
}

TEST_CASE("notifications that come with other traffic are kept, in order", "[engine][notify]") {
  const TempDatabase database;
  auto listener = database.connect();
  auto sender = database.connect();
  listener.execute("LISTEN a; LISTEN b");
  sender.execute("NOTIFY a, '1'");
  listener.execute("SELECT 1");
  sender.execute("NOTIFY b, '2'");
  CHECK(listener.probe());
  listener.execute("NOTIFY a, '3'");
  CHECK(listener.ping(Deadline::after(20s)));
  CHECK(listener.wait_notification(Deadline::after(20s))->payload == "1");
  CHECK(listener.wait_notification(Deadline::after(20s))->payload == "2");
  CHECK(listener.wait_notification(Deadline::after(20s))->sender_pid == listener.backend_pid());
  CHECK_FALSE(listener.wait_notification(Deadline::after(0s)));
}

TEST_CASE("waiting ends at the deadline, and what has come counts even then", "[engine][notify]") {
  const TempDatabase database;
  auto listener = database.connect();
  listener.execute("LISTEN news");
  const Stopwatch watch;
  CHECK_FALSE(listener.wait_notification(Deadline::after(100ms)));
  CHECK(watch.elapsed() >= 100ms);
  database.execute("NOTIFY news");
  std::this_thread::sleep_for(100ms);
  CHECK(listener.wait_notification(Deadline::after(0s)));
  CHECK(listener.execute("SELECT 1").scalar<int>() == 1);
}

TEST_CASE("a connection lost while it waits is told", "[engine][notify]") {
  const TempDatabase database;
  auto listener = database.connect();
  listener.execute("LISTEN news");
  std::thread killer([&, pid = listener.backend_pid()] {
    std::this_thread::sleep_for(50ms);
    database.execute("SELECT pg_terminate_backend(" + std::to_string(pid) + ")");
  });
  try {
    listener.wait_notification(Deadline::after(20s));
    FAIL("it was not lost");
  } catch (const DatabaseConnectionError& error) {
    CHECK(error.sqlstate() == "57P01");
  }
  killer.join();
  CHECK_FALSE(listener.alive());
}

TEST_CASE("an interrupt ends the wait and nothing else", "[engine][notify]") {
  const TempDatabase database;
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  ConnectionHooks hooks;
  hooks.interrupt_fd = ends[0];
  auto listener = Connection::connect(database.config(), hooks);
  std::thread ringer([&] {
    std::this_thread::sleep_for(50ms);
    (void)!::write(ends[1], "!", 1);
  });
  CHECK_THROWS_AS(listener.wait_notification(Deadline::never()), DatabaseInterrupted);
  ringer.join();
  listener.set_hooks({});
  CHECK(listener.execute("SELECT 1").scalar<int>() == 1);
  ::close(ends[0]);
  ::close(ends[1]);
}
