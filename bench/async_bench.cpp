// Coroutines over the engine against the least an event loop over libpq can do: `connections` of them ask SELECT 1 over
// and over, from one thread, and the time per answer is compared. A single connection has a core to itself and its
// server's process.
//
//   async_bench URL [ROUNDS] [QUERIES]
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "event_loops.hpp"
#include "one_core.hpp"
#include "verdict.hpp"

namespace {

using namespace bench;

struct Times {
  std::vector<double> floor, held, leased;       // microseconds
  std::vector<double> held_ratio, leased_ratio;  // to the floor of the same round
};

Times take_turns(EpollLoop& loop, Coroutines& coroutines, int rounds, int queries) {
  Times times;
  loop.run(queries / 10);
  coroutines.run(queries / 10, false);
  // In turns, so that whatever else the machine does hits all of them.
  for (int round = 0; round < rounds; ++round) {
    times.floor.push_back(loop.run(queries));
    times.held.push_back(coroutines.run(queries, false));
    times.leased.push_back(coroutines.run(queries, true));
    times.held_ratio.push_back(times.held.back() / times.floor.back());
    times.leased_ratio.push_back(times.leased.back() / times.floor.back());
  }
  return times;
}

/// Prints a row; the ratio of coroutines to the loop.
double measure(const std::string& url, int connections, int rounds, int queries) {
  std::optional<OneCore> core;
  if (connections == 1) core.emplace();
  EpollLoop loop(url, connections);
  Coroutines coroutines(url, connections);
  if (core) {
    for (const int pid : loop.backends()) core->bring(pid);
    for (const int pid : coroutines.backends()) core->bring(pid);
  }
  const Times times = take_turns(loop, coroutines, rounds, queries);
  fmt::print("{:>11} {:>10.1f} {:>14.1f} {:>6.2f}x {:>14.1f} {:>6.2f}x   {}\n", connections, median(times.floor),
             median(times.held), median(times.held_ratio), median(times.leased), median(times.leased_ratio),
             core ? core->report() : "");
  return median(times.held_ratio);
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
    fmt::print("{:>11} {:>10} {:>14} {:>7} {:>14} {:>7}\n", "connections", "epoll us", "coroutine us", "ratio",
               "lease each us", "ratio");
    double most = 0;
    for (const int connections : {1, 4, 16}) most = measure(argv[1], connections, rounds, queries);
    verdict({"coroutine query at 16 connections against an epoll loop", most, 1.2, "x"});
  } catch (const std::exception& error) {
    fmt::print(stderr, "async_bench: {}\n", error.what());
    return 1;
  }
  return 0;
}
