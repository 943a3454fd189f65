// What leasing and returning a connection costs, without a database: one table, medians of several rounds.
// The floors are measured in the same run, because only ratios carry from one machine to another.
// Arguments: rounds (default 7).
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "migrate/engine/pool.hpp"

namespace {

using namespace migrate;
using Clock = std::chrono::steady_clock;

double nanoseconds(Clock::duration time) {
  return std::chrono::duration<double, std::nano>(time).count();
}

/// A connection that is nothing, or a socket to look at as PostgreSQL's is looked at.
struct Socket {
  int end = -1;
  int other = -1;
};

class BenchSource {
 public:
  using Connection = Socket;
  explicit BenchSource(bool sockets) : sockets_(sockets) {}
  Connection create(engine::Deadline) const {
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
  static bool ping(Connection&, engine::Deadline) noexcept { return true; }
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

using BenchPool = engine::Pool<BenchSource>;

engine::PoolSettings sized(int size) {
  engine::PoolSettings settings;
  settings.options.pool_size = size;
  settings.options.max_overflow = 0;
  return settings;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// Median over the rounds of the wall-clock time that one operation takes when `threads` share `operations`.
double per_operation(int rounds, int threads, long operations, const std::function<void(long)>& work) {
  std::vector<double> results;
  for (int round = 0; round < rounds; ++round) {
    std::atomic<bool> go{false};
    std::vector<std::thread> crew;
    for (int i = 1; i < threads; ++i) {
      crew.emplace_back([&] {
        while (!go) std::this_thread::yield();
        work(operations / threads);
      });
    }
    const auto start = Clock::now();
    go = true;
    work(operations / threads);
    for (auto& thread : crew) thread.join();
    results.push_back(nanoseconds(Clock::now() - start) / static_cast<double>(operations));
  }
  return median(results);
}

double leasing(int rounds, int threads, int size, bool sockets) {
  BenchPool pool(BenchSource(sockets), sized(size));
  (void)pool.acquire();
  return per_operation(rounds, threads, 1'000'000, [&](long count) {
    for (long i = 0; i < count; ++i) (void)pool.acquire();
  });
}

void row(const std::string& name, double value, double gate = 0) {
  if (gate == 0) {
    fmt::print("{:<58}{:>10.1f} ns\n", name, value);
  } else {
    fmt::print("{:<58}{:>10.1f} ns   wanted <= {:.0f} ns: {}\n", name, value, gate, value <= gate ? "yes" : "NO");
  }
}

struct Fairness {
  double jain = 0;
  double p99 = 0;      // milliseconds
  double longest = 0;  // milliseconds
};

/// Many threads on few connections, each held for a while: who gets how much, and how long it waits.
Fairness fairness(int threads, int size, std::chrono::microseconds held, std::chrono::milliseconds time) {
  BenchPool pool(BenchSource(false), sized(size));
  std::vector<std::vector<double>> waits(static_cast<std::size_t>(threads));
  std::atomic<bool> stop{false};
  std::vector<std::thread> crew;
  for (auto& mine : waits) {
    crew.emplace_back([&] {
      while (!stop) {
        const auto asked = Clock::now();
        const auto lease = pool.acquire();
        const auto got = Clock::now();
        mine.push_back(nanoseconds(got - asked) / 1e6);
        while (Clock::now() - got < held) {
        }
      }
    });
  }
  std::this_thread::sleep_for(time);
  stop = true;
  for (auto& thread : crew) thread.join();

  std::vector<double> all;
  double sum = 0;
  double squares = 0;
  for (const auto& mine : waits) {
    const auto share = static_cast<double>(mine.size());
    sum += share;
    squares += share * share;
    all.insert(all.end(), mine.begin(), mine.end());
  }
  std::sort(all.begin(), all.end());
  return {sum * sum / (threads * squares), all[all.size() * 99 / 100], all.back()};
}

/// All of 15 idle connections have been closed by the server: how long until a caller has a new one. Closing sockets is
/// measured apart, for that takes as long whoever does it.
void dead_pool(int rounds) {
  constexpr int k_size = 15;
  std::vector<double> found;
  std::vector<double> closing;
  for (int round = 0; round < 10 * rounds; ++round) {
    BenchPool pool(BenchSource(true), sized(k_size));
    std::vector<engine::Lease<Socket>> leases;
    for (int i = 0; i < k_size; ++i) leases.push_back(pool.acquire());
    for (auto& lease : leases) ::close(std::exchange(lease->other, -1));
    leases.clear();
    auto start = Clock::now();
    const auto lease = pool.acquire();
    found.push_back(nanoseconds(Clock::now() - start));

    std::vector<Socket> sockets;
    const BenchSource source(true);
    for (int i = 0; i < k_size; ++i) {
      sockets.push_back(source.create(engine::Deadline::never()));
      ::close(std::exchange(sockets.back().other, -1));
    }
    start = Clock::now();
    for (Socket& socket : sockets) BenchSource::close(socket);
    (void)source.create(engine::Deadline::never());
    closing.push_back(nanoseconds(Clock::now() - start));
  }
  row("floor: close 15 sockets, make one", median(closing));
  row("a dead pool of 15: until a caller has a new connection", median(found));
  row("  of it, finding out", median(found) - median(closing), 20'000);
}

/// A caller waits while another one's connect fails: from the failure to the lease.
void failed_connect(int rounds) {
  std::vector<double> times;
  for (int round = 0; round < 20 * rounds; ++round) {
    BenchPool pool(BenchSource(false), sized(1));
    std::atomic<bool> fail{false};
    std::atomic<int> attempts{0};
    Clock::time_point failed;
    engine::PoolHooks<Socket> hooks;
    hooks.before_connect = [&] {
      if (++attempts > 1) return;
      while (!fail) std::this_thread::yield();
      failed = Clock::now();
      throw 1;
    };
    pool.set_hooks(hooks);
    std::thread first([&] {
      try {
        (void)pool.acquire();
      } catch (int) {
      }
    });
    while (attempts == 0) std::this_thread::yield();
    std::thread second([&] {
      const auto lease = pool.acquire();
      times.push_back(nanoseconds(Clock::now() - failed));
    });
    while (pool.statistics().waiting == 0) std::this_thread::yield();
    fail = true;
    first.join();
    second.join();
  }
  row("a failed connect: until the next waiter has a connection", median(times), 1'000'000);
}

void floors(int rounds) {
  std::mutex mutex;
  row("floor: lock and unlock a mutex", per_operation(rounds, 1, 1'000'000, [&](long count) {
        for (long i = 0; i < count; ++i) const std::lock_guard lock(mutex);
      }));
  row("floor: read the clock", per_operation(rounds, 1, 1'000'000, [](long count) {
        for (long i = 0; i < count; ++i) (void)Clock::now();
      }));
  const BenchSource source(true);
  Socket socket = source.create(engine::Deadline::never());
  row("floor: look at a socket with poll(2)", per_operation(rounds, 1, 1'000'000, [&](long count) {
        for (long i = 0; i < count; ++i) (void)BenchSource::probe(socket);
      }));
  BenchSource::close(socket);
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 7;
  floors(rounds);
  row("lease + return, 1 thread, size 10", leasing(rounds, 1, 10, false));
  row("lease + return with passive probe, 1 thread, size 10", leasing(rounds, 1, 10, true), 400);
  row("lease + return, 4 threads on 4 connections", leasing(rounds, 4, 4, false));
  row("lease + return, 16 threads on 4 connections", leasing(rounds, 16, 4, false), 300);
  row("lease + return with passive probe, 16 threads on 4", leasing(rounds, 16, 4, true));

  dead_pool(rounds);
  failed_connect(rounds);

  const Fairness fair = fairness(16, 2, std::chrono::microseconds(100), std::chrono::seconds(4));
  fmt::print("16 threads on 2 connections held 100 us: Jain index {:.4f}, wait p99 {:.1f} ms, longest {:.1f} ms\n",
             fair.jain, fair.p99, fair.longest);
  fmt::print("  wanted: Jain index >= 0.999: {}\n", fair.jain >= 0.999 ? "yes" : "NO");
  return 0;
}
