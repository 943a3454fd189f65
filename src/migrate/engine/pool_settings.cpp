#include "migrate/engine/pool_settings.hpp"

#include <algorithm>
#include <utility>

namespace migrate::engine {

PoolSettings within_reason(PoolSettings settings) {
  constexpr std::chrono::hours k_century(24 * 36525);
  PoolOptions& options = settings.options;
  options.pool_timeout = std::min<std::chrono::milliseconds>(options.pool_timeout, k_century);
  options.pool_recycle = std::clamp<std::chrono::seconds>(options.pool_recycle, std::chrono::seconds(-1), k_century);
  options.ping_after_idle = std::clamp<std::chrono::milliseconds>(options.ping_after_idle, {}, k_century);
  options.ping_timeout = std::clamp<std::chrono::milliseconds>(options.ping_timeout, {}, k_century);
  options.overflow_linger = std::clamp<std::chrono::milliseconds>(options.overflow_linger, {}, k_century);
  options.idle_timeout =
      std::clamp<std::chrono::milliseconds>(options.idle_timeout, std::chrono::milliseconds(-1), k_century);
  options.keepalive =
      std::clamp<std::chrono::milliseconds>(options.keepalive, std::chrono::milliseconds(-1), k_century);
  options.leak_threshold = std::clamp<std::chrono::milliseconds>(options.leak_threshold, {}, k_century);
  settings.patience = std::clamp<std::chrono::nanoseconds>(settings.patience, {}, k_century);
  settings.connect_limit = std::clamp<std::chrono::nanoseconds>(settings.connect_limit, {}, k_century);
  return settings;
}

Deadline::Clock::time_point pool_expiry(Deadline::Clock::time_point now, std::chrono::nanoseconds time,
                                        std::uint64_t draw) {
  using Clock = Deadline::Clock;
  if (time < std::chrono::nanoseconds::zero() || time > Clock::time_point::max() - now) {
    return Clock::time_point::max();
  }
  // The splitmix64 finaliser: successive draws are spread over all 64 bits.
  std::uint64_t mixed = draw + 0x9e3779b97f4a7c15U;
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
  mixed ^= mixed >> 31U;
  const double fraction = static_cast<double>(mixed >> 11U) * 0x1.0p-53;
  const auto tenth = static_cast<double>(time.count()) / 10;
  return now + time - std::chrono::nanoseconds(static_cast<std::int64_t>(tenth * fraction));
}

}  // namespace migrate::engine
