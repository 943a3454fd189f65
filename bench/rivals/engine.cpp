// The engine of this project and the floors, as contestants of bench/measure_rivals: one round of one task.
#include <libpq-fe.h>

#include <chrono>
#include <exception>
#include <memory>
#include <stdexcept>
#include <vector>

#include "bench_pool.hpp"
#include "event_loops.hpp"
#include "figure.hpp"
#include "migrate/engine/engine.hpp"
#include "one_core.hpp"
#include "verdict.hpp"

namespace {

using namespace bench;
namespace engine = migrate::engine;

constexpr int k_turns = 9;
constexpr int k_queries = 500;

void contend_for_connections(int milliseconds) {
  BenchPool pool(BenchSource(false), sized(2));
  const Fairness fair = fairness(16, std::chrono::microseconds(100), std::chrono::milliseconds(milliseconds),
                                 [&] { return pool.acquire(); });
  figure("p99", "migrate", fair.p99);
  figure("longest", "migrate", fair.longest);
  figure("jain", "migrate", fair.jain);
}

void ask_libpq(PGconn* connection) {
  for (int i = 0; i < k_queries; ++i) {
    PGresult* result = PQexecPrepared(connection, "one", 0, nullptr, nullptr, nullptr, 0);
    require(PQresultStatus(result) == PGRES_TUPLES_OK && *PQgetvalue(result, 0, 0) == '1', "wrong answer");
    PQclear(result);
  }
}

void ask_engine(engine::Engine& pool) {
  for (int i = 0; i < k_queries; ++i) {
    require(pool.connect()->execute("SELECT 1").scalar<int>() == 1, "wrong answer");
  }
}

void ask_engine_prepared(engine::Engine& pool) {
  for (int i = 0; i < k_queries; ++i) {
    require(pool.connect()->execute("SELECT 1", engine::Parameters()).scalar<int>() == 1, "wrong answer");
  }
}

template <typename Ask>
double time_of(const Ask& ask) {
  const auto begun = Clock::now();
  ask();
  return microseconds(begun, k_queries);
}

void query(const char* url) {
  OneCore core;
  const std::unique_ptr<PGconn, decltype(&PQfinish)> raw(PQconnectdb(url), PQfinish);
  require(PQstatus(raw.get()) == CONNECTION_OK, PQerrorMessage(raw.get()));
  PQclear(PQprepare(raw.get(), "one", "SELECT 1", 0, nullptr));
  engine::Engine plain(engine::ConnectionConfig::from_url(url));
  engine::Engine preparing(engine::ConnectionConfig::from_url(url));
  engine::PoolHooks<engine::Connection> hooks;
  hooks.connect = [](engine::Connection& made) { made.set_statement_cache(16); };
  preparing.set_pool_hooks(hooks);
  core.bring(PQbackendPID(raw.get()));
  core.bring(plain.connect()->backend_pid());
  core.bring(preparing.connect()->backend_pid());

  std::vector<double> floor;
  std::vector<double> simple;
  std::vector<double> prepared;
  for (int turn = 0; turn < k_turns; ++turn) {
    floor.push_back(time_of([&] { ask_libpq(raw.get()); }));
    simple.push_back(time_of([&] { ask_engine(plain); }));
    prepared.push_back(time_of([&] { ask_engine_prepared(preparing); }));
  }
  figure("query", "floor: PQexecPrepared of libpq", median(floor));
  figure("query", "migrate", median(prepared));
  figure("query", "migrate, nothing kept prepared", median(simple));
}

void coroutines(const char* url) {
  constexpr int k_connections = 16;
  EpollLoop loop(url, k_connections);
  Coroutines coroutines(url, k_connections);
  std::vector<double> floor;
  std::vector<double> held;
  std::vector<double> leased;
  loop.run(k_queries);
  coroutines.run(k_queries, true);
  for (int turn = 0; turn < k_turns; ++turn) {
    floor.push_back(loop.run(4 * k_queries));
    held.push_back(coroutines.run(4 * k_queries, false));
    leased.push_back(coroutines.run(4 * k_queries, true));
  }
  figure("coroutines", "floor: an epoll loop over libpq", median(floor));
  figure("coroutines", "migrate", median(leased));
  figure("coroutines", "migrate, a connection kept by each", median(held));
}

/// Says whether a single connection can be measured as it should be.
void place(const char* url) {
  OneCore core;
  core.bring(engine::Connection::connect(engine::ConnectionConfig::from_url(url)).backend_pid());
  fmt::print("{}\n", core.report());
}

void answer(const Order& order) {
  if (order.is("place")) {
    place(order.url);
  } else if (order.is("lease")) {
    figure("lease", "migrate", leasing(1, 10, true));
    figure("lease", "migrate, not looking at the socket", leasing(1, 10, false));
  } else if (order.is("crowd")) {
    figure("crowd", "migrate", leasing(16, 4, true));
    figure("crowd", "migrate, not looking at the socket", leasing(16, 4, false));
  } else if (order.is("fair")) {
    contend_for_connections(order.milliseconds);
  } else if (order.is("query")) {
    query(order.url);
  } else if (order.is("coroutines")) {
    coroutines(order.url);
  }
}

}  // namespace

int main(int argc, char** argv) {
  return bench::contend(argc, argv, answer);
}
