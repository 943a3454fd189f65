// What leasing and returning a connection costs, without a database: one table, medians of several rounds.
// The floors are measured in the same run, because only ratios carry from one machine to another.
// Arguments: rounds (default 7).
#include <fmt/format.h>
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

#include "bench_pool.hpp"
#include "verdict.hpp"

namespace {

using namespace bench;
namespace engine = migrate::engine;

void row(const std::string& name, double value) {
  fmt::print("{:<58}{:>10.1f} ns\n", name, value);
}

double median_of(int rounds, const std::function<double()>& measure) {
  std::vector<double> results;
  for (int round = 0; round < rounds; ++round) results.push_back(measure());
  return median(results);
}

/// All of 15 idle connections have been closed by the server: how long until a caller has a new one. Closing sockets is
/// measured apart, for that takes as long whoever does it.
double dead_pool(int rounds) {
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
  row("  of it, finding out", median(found) - median(closing));
  return median(found) - median(closing);
}

/// A caller waits while another one's connect fails: from the failure to the lease.
double failed_connect(int rounds) {
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
  row("a failed connect: until the next waiter has a connection", median(times));
  return median(times);
}

void floors(int rounds) {
  constexpr long k_often = 1'000'000;
  std::mutex mutex;
  const auto lock = [&](long count) {
    for (long i = 0; i < count; ++i) const std::lock_guard guard(mutex);
  };
  const auto look_at_clock = [](long count) {
    for (long i = 0; i < count; ++i) (void)Clock::now();
  };
  const BenchSource source(true);
  Socket socket = source.create(engine::Deadline::never());
  const auto look_at_socket = [&](long count) {
    for (long i = 0; i < count; ++i) (void)BenchSource::probe(socket);
  };
  row("floor: lock and unlock a mutex", median_of(rounds, [&] { return per_operation(1, k_often, lock); }));
  row("floor: read the clock", median_of(rounds, [&] { return per_operation(1, k_often, look_at_clock); }));
  row("floor: look at a socket with poll(2)",
      median_of(rounds, [&] { return per_operation(1, k_often, look_at_socket); }));
  BenchSource::close(socket);
}

double lease_row(const std::string& name, int rounds, int threads, int size, bool sockets) {
  const double time = median_of(rounds, [&] { return leasing(threads, size, sockets); });
  row("lease + return, " + name, time);
  return time;
}

Fairness fair_shares(std::chrono::milliseconds time) {
  BenchPool pool(BenchSource(false), sized(2));
  const Fairness fair = fairness(16, std::chrono::microseconds(100), time, [&] { return pool.acquire(); });
  fmt::print("16 threads on 2 connections held 100 us: Jain index {:.4f}, wait p99 {:.1f} ms, longest {:.1f} ms\n",
             fair.jain, fair.p99, fair.longest);
  return fair;
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 7;
  floors(rounds);
  lease_row("1 thread, size 10", rounds, 1, 10, false);
  const double alone = lease_row("1 thread, size 10, with passive probe", rounds, 1, 10, true);
  lease_row("4 threads on 4 connections", rounds, 4, 4, false);
  const double crowded = lease_row("16 threads on 4 connections", rounds, 16, 4, false);
  lease_row("16 threads on 4 connections, with passive probe", rounds, 16, 4, true);
  const double finding_out = dead_pool(rounds);
  const double waking = failed_connect(rounds);
  const Fairness fair = fair_shares(std::chrono::seconds(4));

  verdict({"lease + return with passive probe", alone, 500, " ns", 0});
  verdict({"lease + return, 16 threads on 4 connections", crowded, 300, " ns", 0});
  verdict({"Jain index, 16 threads on 2 connections held 100 us", fair.jain, 0.999, "", 4, true});
  verdict({"finding out that a pool of 15 is dead", finding_out / 1000, 20, " us", 1});
  verdict({"from a failed connect to the next waiter's connection", waking / 1e6, 1, " ms", 3});
  return 0;
}
