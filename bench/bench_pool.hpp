#pragma once
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "contention.hpp"
#include "migrate/engine/pool.hpp"

namespace bench {

/// A connection that is nothing, or a socket to look at as PostgreSQL's is looked at.
struct Socket {
  int end = -1;
  int other = -1;
};

/// Where the engine's pool takes such connections from.
class BenchSource {
 public:
  using Connection = Socket;
  explicit BenchSource(bool sockets) : sockets_(sockets) {}
  Connection create(migrate::engine::Deadline) const {
    int ends[2] = {-1, -1};
    if (sockets_ && socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) std::abort();
    return Socket{ends[0], ends[1]};
  }
  static bool alive(Connection&) noexcept { return true; }
  static bool probe(Connection& connection) noexcept {
    if (connection.end < 0) return true;
    pollfd look{connection.end, POLLIN, 0};
    return poll(&look, 1, 0) == 0;
  }
  static bool ping(Connection&, migrate::engine::Deadline) noexcept { return true; }
  static bool reset(Connection&) noexcept { return true; }
  static void close(Connection& connection) noexcept {
    if (connection.end < 0) return;
    ::close(connection.end);
    if (connection.other >= 0) ::close(connection.other);
  }
  static Clock::time_point now() noexcept { return Clock::now(); }

 private:
  bool sockets_;
};

using BenchPool = migrate::engine::Pool<BenchSource>;

inline migrate::engine::PoolSettings sized(int size) {
  migrate::engine::PoolSettings settings;
  settings.options.pool_size = size;
  settings.options.max_overflow = 0;
  return settings;
}

/// Nanoseconds for one lease and its return, when `threads` do that with a pool of `size`.
inline double leasing(int threads, int size, bool sockets) {
  BenchPool pool(BenchSource(sockets), sized(size));
  (void)pool.acquire();
  return per_operation(threads, 1'000'000, [&](long count) {
    for (long i = 0; i < count; ++i) (void)pool.acquire();
  });
}

}  // namespace bench
