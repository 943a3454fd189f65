// Servers that crash and networks that fail while a history runs: each run ends with code 0 or 4, and in the end the
// database is what an undisturbed run leaves. MIGRATE_TEST_CUTS sets how often, MIGRATE_TEST_SEED when.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <thread>

#include "disturbed.hpp"
#include "long_history.hpp"
#include "migrate/server/private_server.hpp"
#include "support/tcp_gate.hpp"
#include "support/test_server.hpp"

using namespace migrate;
using namespace migrate::test;
using namespace std::chrono_literals;

namespace {

unsigned seed() {
  return static_cast<unsigned>(from_environment("MIGRATE_TEST_SEED", 6));
}

int cuts() {
  return from_environment("MIGRATE_TEST_CUTS", 8);
}

void sleep_up_to(std::chrono::milliseconds most, std::mt19937& random) {
  std::this_thread::sleep_for(std::chrono::milliseconds(random() % static_cast<unsigned>(most.count() + 1)));
}

/// A server of its own that can crash, and a database on it for each history.
class CrashingServer {
 public:
  CrashingServer() : server_({.durable = false, .settings = {{"synchronous_commit", "on"}}}) {}

  std::unique_ptr<Place> place() {
    auto made = std::make_unique<Place>();
    auto url = server_.url();
    const auto name = fmt::format("history_{}", ++count_);
    engine::ConnectionParts parts;
    parts.url = url;
    engine::Connection::connect(engine::ConnectionConfig::create(std::move(parts))).execute("CREATE DATABASE " + name);
    url.database = name;
    made->database = made->by = url;
    return made;
  }

  /// As if the machine had lost its power, and had it again after up to `pause`.
  void crash(std::chrono::milliseconds pause, std::mt19937& random) {
    const int pid = server_.server().status().pid;
    REQUIRE(pid > 1);
    ::kill(pid, SIGQUIT);
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (server_.server().status().running && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(2ms);
    sleep_up_to(pause, random);
    server_.server().start();
  }

 private:
  server::ThrowawayServer server_;
  int count_ = 0;
};

/// One of the ways in which a network fails; it is well again at the end.
void fail_somehow(TcpGate& gate, std::mt19937& random) {
  switch (random() % 4) {
    case 0:
      gate.refuse(true);
      sleep_up_to(400ms, random);
      break;
    case 1:
      // The server's answer is lost, and it may be the one to COMMIT.
      gate.cut_after(1 + random() % 4000);
      sleep_up_to(300ms, random);
      break;
    case 2:
      gate.stall(true);
      sleep_up_to(400ms, random);
      break;
    default:
      gate.stall(true);
      sleep_up_to(200ms, random);
      gate.refuse(true);
      break;
  }
  gate.heal();
}

}  // namespace

TEST_CASE("after crashes of the server at any moment a history ends as it should", "[cli][resume]") {
  const auto undisturbed = run_undisturbed(add_long_history);
  CrashingServer server;
  run_disturbed(add_long_history, undisturbed,
                {.count = cuts(),
                 .seed = seed() + 3,
                 .disturb = [&](Place&, BackgroundMigrate&, std::mt19937& random) { server.crash(300ms, random); },
                 .may_exit = {0, 4},
                 .place = [&] { return server.place(); }});
}

TEST_CASE("after failures of the network at any moment a history ends as it should", "[cli][resume]") {
  const auto undisturbed = run_undisturbed(add_long_history);
  TcpGate gate(test_server_url());
  const auto place = [&] {
    auto made = std::make_unique<Place>();
    made->by = gate.url();
    made->by.database = made->project.database().name();
    return made;
  };
  run_disturbed(add_long_history, undisturbed,
                {.count = cuts(),
                 .seed = seed() + 4,
                 .disturb = [&](Place&, BackgroundMigrate&, std::mt19937& random) { fail_somehow(gate, random); },
                 .may_exit = {0, 4},
                 .place = place});
}
