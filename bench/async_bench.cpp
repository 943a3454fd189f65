// Coroutines over the engine against the least an event loop over libpq can do: `connections` of them ask SELECT 1 over
// and over, from one thread, and the time per answer is compared.
//
//   async_bench URL [ROUNDS] [QUERIES]
#include <fmt/format.h>
#include <libpq-fe.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include "migrate/engine/async_engine.hpp"

namespace {

using Clock = std::chrono::steady_clock;
using migrate::engine::AsyncConnection;
using migrate::engine::AsyncEngine;
using migrate::engine::AsyncLease;
using migrate::engine::ConnectionConfig;
using migrate::engine::PoolOptions;

double microseconds(Clock::time_point begun, int queries) {
  return std::chrono::duration<double, std::micro>(Clock::now() - begun).count() / queries;
}

void require(bool held, const char* what) {
  if (!held) throw std::runtime_error(what);
}

/// What is to be beaten: PQsendQueryParams, epoll, PQconsumeInput, PQgetResult; nothing else.
class EpollLoop {
 public:
  EpollLoop(const std::string& url, int connections) : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    for (int n = 0; n < connections; ++n) {
      PGconn* connection = PQconnectdb(url.c_str());
      require(PQstatus(connection) == CONNECTION_OK, PQerrorMessage(connection));
      PQsetnonblocking(connection, 1);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.ptr = connection;
      require(::epoll_ctl(epoll_, EPOLL_CTL_ADD, PQsocket(connection), &event) == 0, "epoll_ctl");
      connections_.push_back(connection);
    }
  }
  ~EpollLoop() {
    for (PGconn* connection : connections_) PQfinish(connection);
    ::close(epoll_);
  }
  EpollLoop(const EpollLoop&) = delete;
  EpollLoop& operator=(const EpollLoop&) = delete;

  double run(int queries) {
    const auto begun = Clock::now();
    left_ = queries;
    int running = 0;
    for (PGconn* connection : connections_) running += send(connection) ? 1 : 0;
    std::array<epoll_event, 64> events{};
    while (running > 0) {
      const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      for (int n = 0; n < ready; ++n) {
        auto* connection = static_cast<PGconn*>(events[static_cast<std::size_t>(n)].data.ptr);
        if (receive(connection) && !send(connection)) --running;
      }
    }
    return microseconds(begun, queries);
  }

 private:
  bool send(PGconn* connection) {
    if (left_ == 0) return false;
    --left_;
    const int sent = PQsendQueryParams(connection, "SELECT 1", 0, nullptr, nullptr, nullptr, nullptr, 0);
    require(sent == 1 && PQflush(connection) == 0, PQerrorMessage(connection));
    return true;
  }
  static bool receive(PGconn* connection) {
    require(PQconsumeInput(connection) == 1, PQerrorMessage(connection));
    while (PQisBusy(connection) == 0) {
      PGresult* result = PQgetResult(connection);
      if (result == nullptr) return true;
      require(PQresultStatus(result) == PGRES_TUPLES_OK, PQerrorMessage(connection));
      PQclear(result);
    }
    return false;
  }

  int epoll_;
  int left_ = 0;
  std::vector<PGconn*> connections_;
};

ConnectionConfig config_of(const std::string& url, int connections) {
  PoolOptions options;
  options.pool_size = connections;
  options.max_overflow = 0;
  return ConnectionConfig::from_url(url).with_pool(options);
}

/// Coroutines, each with a connection of its own for the time of the measurement.
class Coroutines {
 public:
  Coroutines(const std::string& url, int connections)
      : engine_(config_of(url, connections), context_.get_executor()), connections_(connections) {
    asio::co_spawn(context_, engine_.warm_up(static_cast<std::size_t>(connections)), asio::detached);
    context_.run();
    require(engine_.statistics().idle == static_cast<std::size_t>(connections), "not all connections were made");
  }

  /// `lease_each`: a lease for each query instead of one for all of a coroutine's.
  double run(int queries, bool lease_each) {
    context_.restart();
    left_ = queries;
    const auto begun = Clock::now();
    for (int n = 0; n < connections_; ++n) {
      asio::co_spawn(context_, lease_each ? ask_leasing() : ask(), [](std::exception_ptr error) {
        if (error) std::rethrow_exception(error);
      });
    }
    context_.run();
    return microseconds(begun, queries);
  }

 private:
  asio::awaitable<void> ask() {
    const AsyncLease lease = co_await engine_.connect();
    const migrate::engine::Parameters none;
    while (left_ > 0) {
      --left_;
      co_await lease->execute("SELECT 1", none);
    }
  }
  asio::awaitable<void> ask_leasing() {
    const migrate::engine::Parameters none;
    while (left_ > 0) {
      --left_;
      const AsyncLease lease = co_await engine_.connect();
      co_await lease->execute("SELECT 1", none);
    }
  }

  asio::io_context context_{1};
  AsyncEngine engine_;
  int connections_;
  int left_ = 0;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void measure(const std::string& url, int connections, int rounds, int queries) {
  EpollLoop loop(url, connections);
  Coroutines coroutines(url, connections);
  std::vector<double> floor;
  std::vector<double> held;
  std::vector<double> leased;
  std::vector<double> ratio;
  loop.run(queries / 10);
  coroutines.run(queries / 10, false);
  // In turns, so that whatever else the machine does hits all of them.
  for (int round = 0; round < rounds; ++round) {
    floor.push_back(loop.run(queries));
    held.push_back(coroutines.run(queries, false));
    leased.push_back(coroutines.run(queries, true));
    ratio.push_back(held.back() / floor.back());
  }
  const double base = median(floor);
  fmt::print("{:>11} {:>12.1f} {:>12.1f} {:>6.2f}x {:>14.1f} {:>6.2f}x   per round {:.2f}x\n", connections, base,
             median(held), median(held) / base, median(leased), median(leased) / base, median(ratio));
  if (connections == 16) {
    fmt::print("coroutines at 16 connections against a raw epoll loop: {:.2f}x, wanted at most 1.20x: {}\n",
               median(ratio), median(ratio) <= 1.2 ? "held" : "MISSED");
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "async_bench URL [ROUNDS] [QUERIES]\n");
    return 2;
  }
  const int rounds = argc > 2 ? std::max(1, std::atoi(argv[2])) : 7;
  const int queries = argc > 3 ? std::max(100, std::atoi(argv[3])) : 20'000;
  try {
    fmt::print("{:>11} {:>12} {:>12} {:>7} {:>14} {:>7}\n", "connections", "epoll us", "coroutine us", "",
               "lease each us", "");
    for (const int connections : {1, 4, 16}) measure(argv[1], connections, rounds, queries);
  } catch (const std::exception& error) {
    fmt::print(stderr, "async_bench: {}\n", error.what());
    return 1;
  }
  return 0;
}
