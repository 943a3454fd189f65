// What a statement costs through the engine, beside the same through libpq alone on a connection of its own: one table,
// medians over rounds in which both take turns, because only ratios carry from one machine to another.
// Arguments: URL, rounds (default 9).
#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "migrate/engine/batch.hpp"
#include "migrate/engine/connection.hpp"

namespace {

using namespace migrate;
using Clock = std::chrono::steady_clock;
using Action = std::function<void()>;

constexpr int k_calls = 500;
constexpr int k_piped = 1000;
constexpr int k_rows = 100'000;

using Raw = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using RawResult = std::unique_ptr<PGresult, decltype(&PQclear)>;

void require(bool right, const char* what) {
  if (!right) throw std::runtime_error(what);
}

RawResult rows_of(PGresult* result) {
  RawResult held(result, PQclear);
  require(PQresultStatus(result) == PGRES_TUPLES_OK, PQresultErrorMessage(result));
  return held;
}

/// Parameters of one integer, as text.
class OneInteger {
 public:
  explicit OneInteger(int value) : text_(std::to_string(value)), values_{text_.c_str()} {}
  [[nodiscard]] const char* const* values() const { return values_.data(); }

 private:
  std::string text_;
  std::array<const char*, 1> values_;
};

void raw_prepared(PGconn* raw) {
  for (int i = 0; i < k_calls; ++i) {
    const OneInteger one(i);
    const auto result = rows_of(PQexecPrepared(raw, "one", 1, one.values(), nullptr, nullptr, 0));
    require(std::atoi(PQgetvalue(result.get(), 0, 0)) == i, "wrong answer");
  }
}

void raw_params(PGconn* raw) {
  for (int i = 0; i < k_calls; ++i) {
    const OneInteger one(i);
    rows_of(PQexecParams(raw, "SELECT $1::int", 1, nullptr, one.values(), nullptr, nullptr, 0));
  }
}

/// libpq's documented way: everything is queued, then the results are read, and put away as the engine puts them.
void raw_pipeline(PGconn* raw) {
  require(PQenterPipelineMode(raw) == 1, "no pipeline");
  for (int i = 0; i < k_piped; ++i) {
    const OneInteger one(i);
    require(PQsendQueryParams(raw, "SELECT $1::int", 1, nullptr, one.values(), nullptr, nullptr, 0) == 1, "not sent");
  }
  require(PQpipelineSync(raw) == 1, "no sync");
  std::vector<RawResult> results;
  for (int i = 0; i < k_piped; ++i) {
    results.push_back(rows_of(PQgetResult(raw)));
    require(PQgetResult(raw) == nullptr, "more than one result");
  }
  PQclear(PQgetResult(raw));
  require(PQexitPipelineMode(raw) == 1, "still in the pipeline");
}

void raw_stream(PGconn* raw) {
  require(PQsendQuery(raw, "SELECT generate_series(1, 100000)") == 1, "not sent");
  PQsetSingleRowMode(raw);
  long sum = 0;
  while (PGresult* result = PQgetResult(raw)) {
    if (PQresultStatus(result) == PGRES_SINGLE_TUPLE) sum += std::atol(PQgetvalue(result, 0, 0));
    PQclear(result);
  }
  require(sum == k_rows / 2L * (k_rows + 1L), "wrong sum");
}

void raw_copy(PGconn* raw) {
  PQclear(PQexec(raw, "COPY bench_copy FROM STDIN"));
  for (int i = 0; i < k_rows; ++i) {
    const std::string line = std::to_string(i) + "\tsome text of a row\n";
    require(PQputCopyData(raw, line.data(), static_cast<int>(line.size())) == 1, "not sent");
  }
  PQputCopyEnd(raw, nullptr);
  while (PGresult* result = PQgetResult(raw)) PQclear(result);
}

void execute_often(engine::Connection& connection) {
  for (int i = 0; i < k_calls; ++i) {
    require(connection.execute("SELECT $1::int", i).scalar<int>() == i, "wrong answer");
  }
}

struct Contest {
  const char* name;
  const char* floor_name;
  double per;  ///< operations in one turn
  Action floor;
  Action engine;
  double limit;  ///< of the ratio; 0: none wanted
};

double microseconds(const Action& action, double per) {
  const auto start = Clock::now();
  action();
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count() / per;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void hold(const Contest& contest, int rounds) {
  std::vector<double> floors;
  std::vector<double> engines;
  std::vector<double> ratios;
  for (int round = 0; round < rounds; ++round) {
    floors.push_back(microseconds(contest.floor, contest.per));
    engines.push_back(microseconds(contest.engine, contest.per));
    ratios.push_back(engines.back() / floors.back());
  }
  const double ratio = median(ratios);
  const double least = *std::ranges::min_element(engines) / *std::ranges::min_element(floors);
  fmt::print("{:<46} {:>9.2f} {:>9.2f} {:>7.2f} {:>9.2f}   {:<28}", contest.name, median(engines), median(floors),
             ratio, least, contest.floor_name);
  if (contest.limit > 0) fmt::print(" wanted <= {:.2f}: {}", contest.limit, ratio <= contest.limit ? "yes" : "NO");
  fmt::print("\n");
}

void run(const std::string& url, int rounds) {
  const Raw raw(PQconnectdb(url.c_str()), PQfinish);
  require(PQstatus(raw.get()) == CONNECTION_OK, PQerrorMessage(raw.get()));
  PQclear(PQexec(raw.get(), "CREATE TEMP TABLE bench_copy (a int, b text)"));
  PQclear(PQprepare(raw.get(), "one", "SELECT $1::int", 0, nullptr));
  const auto config = engine::ConnectionConfig::from_url(url);
  auto plain = engine::Connection::connect(config);
  auto caching = engine::Connection::connect(config);
  caching.set_statement_cache(16);
  plain.execute("CREATE TEMP TABLE bench_copy (a int, b text)");

  const auto batch = [&] {
    engine::Batch queued;
    for (int i = 0; i < k_piped; ++i) queued.add("SELECT $1::int", i);
    require(plain.run(queued).back().ok(), "the last of the batch failed");
  };
  const auto transactions = [&] {
    for (int i = 0; i < k_calls; ++i) caching.execute_in_transaction({}, "SELECT $1::int", i);
  };
  const auto stream = [&] {
    long sum = 0;
    for (const engine::Row row : plain.stream("SELECT generate_series(1, 100000)")) sum += row.get<long>(0);
    require(sum == k_rows / 2L * (k_rows + 1L), "wrong sum");
  };
  const auto copy = [&] {
    auto writer = plain.copy_in("COPY bench_copy FROM STDIN");
    for (int i = 0; i < k_rows; ++i) writer.row(i, "some text of a row");
    require(writer.finish() == k_rows, "rows are missing");
  };
  PGconn* floor = raw.get();
  const std::array contests{
      Contest{"execute, statements kept prepared", "PQexecPrepared", k_calls, [&] { raw_prepared(floor); },
              [&] { execute_often(caching); }, 1.15},
      Contest{"execute", "PQexecParams", k_calls, [&] { raw_params(floor); }, [&] { execute_often(plain); }, 0},
      Contest{"batch of 1,000, each", "PQsendQueryParams, pipelined", k_piped, [&] { raw_pipeline(floor); }, batch,
              1.1},
      Contest{"BEGIN, statement, COMMIT in one flight", "PQexecPrepared", k_calls, [&] { raw_prepared(floor); },
              transactions, 1.25},
      Contest{"stream of 100,000 rows, each", "single-row mode", k_rows, [&] { raw_stream(floor); }, stream, 0},
      Contest{"COPY of 100,000 rows, each", "PQputCopyData", k_rows, [&] { raw_copy(floor); }, copy, 0},
  };
  fmt::print("{:<46} {:>9} {:>9} {:>7} {:>9}\n", "", "engine us", "libpq us", "ratio", "of least");
  for (const auto& contest : contests) hold(contest, rounds);
}

}  // namespace

int main(int count, char** words) {
  if (count < 2) {
    fmt::print(stderr, "statement_bench: URL [ROUNDS]\n");
    return 2;
  }
  try {
    run(words[1], count > 2 ? std::atoi(words[2]) : 9);
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "statement_bench: {}\n", error.what());
    return 1;
  }
}
