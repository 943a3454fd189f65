#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace bench {

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// A figure somebody asked for.
struct Wanted {
  const char* text;
  double value;
  double limit;
  const char* unit;       ///< "x", " ns" …
  int decimals = 2;       ///< of what is printed
  bool at_least = false;  ///< the limit is the least, not the most
};

/// Prints "text value wanted <= limit: yes", as bench/run does, and adds a line to the file that $BENCH_VERDICTS names,
/// where bench/run takes its last table from.
inline void verdict(const Wanted& wanted) {
  const bool held = wanted.at_least ? wanted.value >= wanted.limit : wanted.value <= wanted.limit;
  const char* answer = held ? "yes" : "NO";
  const std::string measured = fmt::format("{:.{}f}{}", wanted.value, wanted.decimals, wanted.unit);
  const std::string limit = fmt::format("{} {}{}", wanted.at_least ? ">=" : "<=", wanted.limit, wanted.unit);
  fmt::print("  {:<60} {:>10}   wanted {}: {}\n", wanted.text, measured, limit, answer);
  const char* path = std::getenv("BENCH_VERDICTS");
  if (path == nullptr) return;
  if (std::FILE* file = std::fopen(path, "a")) {
    fmt::print(file, "{}\t{}\t{}\t{}\n", wanted.text, limit, measured, answer);
    std::fclose(file);
  }
}

}  // namespace bench
