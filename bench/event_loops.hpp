#pragma once
#include <libpq-fe.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include "migrate/engine/async_engine.hpp"

namespace bench {

using migrate::engine::AsyncEngine;
using migrate::engine::AsyncLease;
using migrate::engine::ConnectionConfig;
using migrate::engine::PoolOptions;
using Clock = std::chrono::steady_clock;

inline double microseconds(Clock::time_point begun, int queries) {
  return std::chrono::duration<double, std::micro>(Clock::now() - begun).count() / queries;
}

inline void require(bool held, const char* what) {
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

  /// Process ids of the server's side.
  [[nodiscard]] std::vector<int> backends() const {
    std::vector<int> pids;
    for (PGconn* connection : connections_) pids.push_back(PQbackendPID(connection));
    return pids;
  }

  /// Microseconds for each of so many queries.
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

inline ConnectionConfig config_of(const std::string& url, int connections) {
  PoolOptions options;
  options.pool_size = connections;
  options.max_overflow = 0;
  return ConnectionConfig::from_url(url).with_pool(options);
}

/// Coroutines of one thread, as many as the pool they share has connections.
class Coroutines {
 public:
  Coroutines(const std::string& url, int connections)
      : engine_(config_of(url, connections), context_.get_executor()), connections_(connections) {
    migrate::engine::AsyncPoolHooks hooks;
    hooks.connect = [this](migrate::engine::AsyncConnection& made) { backends_.push_back(made.backend_pid()); };
    engine_.set_pool_hooks(hooks);
    asio::co_spawn(context_, engine_.warm_up(static_cast<std::size_t>(connections)), asio::detached);
    context_.run();
    require(engine_.statistics().idle == static_cast<std::size_t>(connections), "not all connections were made");
  }

  [[nodiscard]] const std::vector<int>& backends() const { return backends_; }

  /// Microseconds for each of so many queries. `lease_each`: a lease for each query instead of one for all of a
  /// coroutine's.
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
  std::vector<int> backends_;
  AsyncEngine engine_;
  int connections_;
  int left_ = 0;
};

}  // namespace bench
