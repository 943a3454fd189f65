#include "migrate/engine/retry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <thread>
#include <utility>

namespace migrate::engine {

std::chrono::nanoseconds retry_pause(const RetryPolicy& policy, int retry, double chance) {
  const auto cap = static_cast<double>(std::chrono::nanoseconds(policy.cap).count());
  const auto base = static_cast<double>(std::chrono::nanoseconds(policy.base).count());
  // In floating point the doubling cannot overflow, however many retries there were.
  const double ceiling = std::min(cap, std::ldexp(base, std::clamp(retry - 1, 0, 1000)));
  return std::chrono::nanoseconds(static_cast<std::chrono::nanoseconds::rep>(ceiling * std::clamp(chance, 0.0, 1.0)));
}

double random_chance() {
  thread_local std::mt19937_64 engine{(std::uint64_t{std::random_device{}()} << 32U) | std::random_device{}()};
  return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
}

bool sleep_thread(std::chrono::nanoseconds time) {
  std::this_thread::sleep_for(time);
  return true;
}

RetrySeams with_log(RetrySeams seams, const base::LogSink& log, std::string_view what) {
  if (!log || seams.on_retry) return seams;
  seams.on_retry = [log, name = fmt::format("{}.retry", what)](const DatabaseError& error, int attempts,
                                                               std::chrono::nanoseconds pause) {
    const double seconds = std::chrono::duration<double>(pause).count();
    log({name,
         base::LogLevel::warning,
         fmt::format("{}; trying again in {:.2f} s", error.what(), seconds),
         {{"attempts", std::to_string(attempts)},
          {"sqlstate", error.sqlstate()},
          {"phase", std::string(to_string(error.phase()))}}});
  };
  return seams;
}

std::optional<std::chrono::nanoseconds> next_retry(const RetryPolicy& policy, Deadline deadline, int attempts,
                                                   double chance) {
  if (attempts > policy.retries) return std::nullopt;
  const auto pause = retry_pause(policy, attempts, chance);
  if (!deadline.is_never() && pause >= deadline.left()) return std::nullopt;
  return pause;
}

}  // namespace migrate::engine
