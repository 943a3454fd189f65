#pragma once
#include <fmt/format.h>

#include <cstdlib>
#include <cstring>
#include <exception>

namespace bench {

/// A line for bench/measure_rivals: whose figure it is, and of what.
inline void figure(const char* of, const char* who, double value) {
  fmt::print("{}\t{}\t{:.6f}\n", of, who, value);
}

/// What every contestant is asked for: PROGRAM TASK URL MILLISECONDS; tasks it does not know it leaves out.
struct Order {
  const char* task;
  const char* url;
  int milliseconds;  ///< how long threads are to contend for connections

  [[nodiscard]] bool is(const char* name) const { return std::strcmp(task, name) == 0; }
};

/// The main() of a contestant: 0, or 1 and a word on stderr.
template <typename Answer>
int contend(int argc, char** argv, const Answer& answer) {
  if (argc < 4) {
    fmt::print(stderr, "{}: TASK URL MILLISECONDS\n", argv[0]);
    return 2;
  }
  try {
    answer(Order{argv[1], argv[2], std::atoi(argv[3])});
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: {}\n", argv[0], error.what());
    return 1;
  }
}

}  // namespace bench
