#pragma once
#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace migrate::engine {

/// How often something took how long: bucket n counts durations of at least 2^(n-1) and below 2^n nanoseconds, the last
/// one everything longer (39 hours).
struct LatencyDistribution {
  static constexpr std::size_t k_buckets = 48;
  std::array<std::uint64_t, k_buckets> counts{};

  /// Also the bucket of a duration.
  [[nodiscard]] static std::size_t bucket(std::chrono::nanoseconds time) noexcept {
    const auto count = static_cast<std::uint64_t>(std::max<std::int64_t>(time.count(), 0));
    return std::min<std::size_t>(static_cast<std::size_t>(std::bit_width(count)), k_buckets - 1);
  }
  [[nodiscard]] std::uint64_t total() const noexcept {
    std::uint64_t sum = 0;
    for (const std::uint64_t count : counts) sum += count;
    return sum;
  }
  /// The upper bound of the bucket below which `share` (0.5 = median, 0.99 …) of all lie; 0 when there are none.
  [[nodiscard]] std::chrono::nanoseconds quantile(double share) const noexcept {
    const std::uint64_t all = total();
    if (all == 0) return std::chrono::nanoseconds(0);
    const double wanted = std::clamp(share, 0.0, 1.0) * static_cast<double>(all);
    std::uint64_t below = 0;
    std::size_t bucket = 0;
    for (; bucket < k_buckets - 1; ++bucket) {
      below += counts[bucket];
      if (below != 0 && static_cast<double>(below) >= wanted) break;
    }
    return std::chrono::nanoseconds(std::int64_t{1} << bucket);
  }
};

/// Fills a LatencyDistribution. record() by one thread at a time, snapshot() by any beside it.
class LatencyHistogram {
 public:
  void record(std::chrono::nanoseconds time) noexcept {
    auto& count = counts_[LatencyDistribution::bucket(time)];
    // With one writer there is no need for a locked instruction, which costs more than the rest of it.
    count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  /// Each count is right; taken while others record, they need not be of one moment.
  [[nodiscard]] LatencyDistribution snapshot() const noexcept {
    LatencyDistribution result;
    for (std::size_t i = 0; i < result.counts.size(); ++i) {
      result.counts[i] = counts_[i].load(std::memory_order_relaxed);
    }
    return result;
  }

 private:
  std::array<std::atomic<std::uint64_t>, LatencyDistribution::k_buckets> counts_{};
};

}  // namespace migrate::engine
