#pragma once
#include <chrono>
#include <functional>

namespace migrate::base {

/// Source of wall-clock time, so that tests and reproducible files can fix it.
using WallClock = std::function<std::chrono::system_clock::time_point()>;

inline WallClock system_wall_clock() {
  return [] { return std::chrono::system_clock::now(); };
}

/// Measures elapsed time on the monotonic clock from its construction.
class Stopwatch {
 public:
  [[nodiscard]] std::chrono::nanoseconds elapsed() const { return std::chrono::steady_clock::now() - start_; }
  [[nodiscard]] double milliseconds() const { return std::chrono::duration<double, std::milli>(elapsed()).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace migrate::base
