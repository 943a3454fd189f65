#pragma once
#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <thread>
#include <vector>

namespace bench {

using Clock = std::chrono::steady_clock;

inline double nanoseconds(Clock::duration time) {
  return std::chrono::duration<double, std::nano>(time).count();
}

/// Wall-clock nanoseconds that one operation takes when `threads` share `operations`; work(n) does n of them.
inline double per_operation(int threads, long operations, const std::function<void(long)>& work) {
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
  return nanoseconds(Clock::now() - start) / static_cast<double>(operations);
}

/// Who gets how much of a pool, and how long it waits.
struct Fairness {
  double jain = 0;     ///< 1: all threads got the same; 1/n: one of n got everything
  double p99 = 0;      ///< milliseconds
  double longest = 0;  ///< milliseconds
};

/// Many threads, each of which takes a lease and keeps busy for as long as it is `held`, over and over. take() leases;
/// the end of what it gives returns the lease.
template <typename Take>
Fairness fairness(int threads, std::chrono::microseconds held, std::chrono::milliseconds time, const Take& take) {
  std::vector<std::vector<double>> waits(static_cast<std::size_t>(threads));
  std::atomic<bool> stop{false};
  std::vector<std::thread> crew;
  for (auto& mine : waits) {
    crew.emplace_back([&] {
      while (!stop) {
        const auto asked = Clock::now();
        const auto lease = take();
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

}  // namespace bench
