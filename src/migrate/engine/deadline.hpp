#pragma once
#include <algorithm>
#include <chrono>

namespace migrate::engine {

/// A point on the monotonic clock that bounds an operation and everything it calls; may be "never".
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  static Deadline never() { return Deadline(Clock::time_point::max()); }
  /// Zero or less means already over.
  static Deadline after(std::chrono::nanoseconds time) { return Deadline(Clock::now() + time); }
  static Deadline at(Clock::time_point point) { return Deadline(point); }

  [[nodiscard]] bool is_never() const { return point_ == Clock::time_point::max(); }
  [[nodiscard]] bool passed(Clock::time_point now = Clock::now()) const { return now >= point_; }
  [[nodiscard]] Clock::time_point point() const { return point_; }
  /// Time left, never negative.
  [[nodiscard]] std::chrono::nanoseconds left(Clock::time_point now = Clock::now()) const {
    return std::max(std::chrono::nanoseconds(0), std::chrono::nanoseconds(point_ - now));
  }
  [[nodiscard]] Deadline earlier(Deadline other) const { return Deadline(std::min(point_, other.point_)); }

 private:
  explicit Deadline(Clock::time_point point) : point_(point) {}
  Clock::time_point point_;
};

}  // namespace migrate::engine
