// SOCI as a contestant of bench/measure_rivals: one round of one task, measured as rivals/engine.cpp measures.
#include <soci/soci-config.h>
// Debian's SOCI was built with Boost, whose headers its package does not bring; only rows as Boost's tuples need them.
#undef SOCI_HAVE_BOOST

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/version.h>

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <vector>

#include "contention.hpp"
#include "figure.hpp"
#include "one_core.hpp"
#include "verdict.hpp"

namespace {

using namespace bench;

/// A session of the pool, which knows them by number.
class Lease {
 public:
  explicit Lease(soci::connection_pool& pool) : pool_(pool), number_(pool.lease()) {}
  ~Lease() { pool_.give_back(number_); }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

 private:
  soci::connection_pool& pool_;
  std::size_t number_;
};

double leasing(int threads, std::size_t size) {
  soci::connection_pool pool(size);
  return per_operation(threads, 1'000'000, [&](long count) {
    for (long i = 0; i < count; ++i) const Lease lease(pool);
  });
}

void contend_for_connections(int milliseconds) {
  soci::connection_pool pool(2);
  const Fairness fair = fairness(16, std::chrono::microseconds(100), std::chrono::milliseconds(milliseconds),
                                 [&] { return Lease(pool); });
  figure("p99", "SOCI", fair.p99);
  figure("longest", "SOCI", fair.longest);
  figure("jain", "SOCI", fair.jain);
}

int ask(soci::connection_pool& pool, const char* sql) {
  int value = 0;
  soci::session session(pool);
  session << sql, soci::into(value);
  return value;
}

void query(const char* url) {
  constexpr int k_turns = 9;
  constexpr int k_queries = 500;
  OneCore core;
  soci::connection_pool pool(1);
  pool.at(0).open(soci::postgresql, url);
  core.bring(ask(pool, "SELECT pg_backend_pid()"));
  std::vector<double> times;
  for (int turn = 0; turn < k_turns; ++turn) {
    const auto begun = Clock::now();
    for (int i = 0; i < k_queries; ++i) {
      if (ask(pool, "SELECT 1") != 1) throw std::runtime_error("wrong answer");
    }
    times.push_back(nanoseconds(Clock::now() - begun) / 1e3 / k_queries);
  }
  figure("query", "SOCI", median(times));
}

void answer(const Order& order) {
  if (order.is("version")) {
    fmt::print("{}.{}.{}\n", SOCI_VERSION / 100000, SOCI_VERSION / 100 % 1000, SOCI_VERSION % 100);
  } else if (order.is("lease")) {
    figure("lease", "SOCI", leasing(1, 10));
  } else if (order.is("crowd")) {
    figure("crowd", "SOCI", leasing(16, 4));
  } else if (order.is("fair")) {
    contend_for_connections(order.milliseconds);
  } else if (order.is("query")) {
    query(order.url);
  }
}

}  // namespace

int main(int argc, char** argv) {
  return bench::contend(argc, argv, answer);
}
