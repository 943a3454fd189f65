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
#include "migrate/engine/session_factory.hpp"
#include "one_core.hpp"
#include "verdict.hpp"

namespace {

using namespace migrate;
using bench::median;
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

/// A transaction in one flight, by hand.
void raw_transactions(PGconn* raw) {
  require(PQenterPipelineMode(raw) == 1, "no pipeline");
  for (int i = 0; i < k_calls; ++i) {
    const OneInteger one(i);
    require(PQsendQueryPrepared(raw, "begin", 0, nullptr, nullptr, nullptr, 0) == 1, "BEGIN is not sent");
    require(PQsendQueryPrepared(raw, "one", 1, one.values(), nullptr, nullptr, 0) == 1, "not sent");
    require(PQsendQueryPrepared(raw, "commit", 0, nullptr, nullptr, nullptr, 0) == 1, "COMMIT is not sent");
    require(PQpipelineSync(raw) == 1, "no sync");
    for (const bool rows : {false, true, false}) {
      const RawResult result(PQgetResult(raw), PQclear);
      require(PQresultStatus(result.get()) == (rows ? PGRES_TUPLES_OK : PGRES_COMMAND_OK), "failed");
      require(PQgetResult(raw) == nullptr, "more than one result");
    }
    PQclear(PQgetResult(raw));
  }
  require(PQexitPipelineMode(raw) == 1, "still in the pipeline");
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
  const char* wanted = nullptr;  ///< what is said of the ratio; null: nothing is wanted of it
  double limit = 0;
};

double microseconds(const Action& action, double per) {
  const auto start = Clock::now();
  action();
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count() / per;
}

/// Prints a row; the ratio.
double hold(const Contest& contest, int rounds) {
  std::vector<double> floors;
  std::vector<double> engines;
  std::vector<double> ratios;
  // Turns of a few milliseconds are had more often.
  const int turns = contest.per < k_rows ? 5 * rounds : rounds;
  for (int turn = 0; turn < turns; ++turn) {
    floors.push_back(microseconds(contest.floor, contest.per));
    engines.push_back(microseconds(contest.engine, contest.per));
    ratios.push_back(engines.back() / floors.back());
  }
  const double ratio = median(ratios);
  const double least = *std::ranges::min_element(engines) / *std::ranges::min_element(floors);
  fmt::print("{:<46} {:>9.2f} {:>9.2f} {:>7.2f} {:>9.2f}   {}\n", contest.name, median(engines), median(floors), ratio,
             least, contest.floor_name);
  return ratio;
}

engine::Engine pooled(const std::string& url) {
  engine::Engine pool(engine::ConnectionConfig::from_url(url));
  engine::PoolHooks<engine::Connection> hooks;
  hooks.connect = [](engine::Connection& connection) { connection.set_statement_cache(16); };
  pool.set_pool_hooks(hooks);
  return pool;
}

/// Everything that is measured here, and what it is measured on.
class Field {
 public:
  explicit Field(const std::string& url)
      : raw_(PQconnectdb(url.c_str()), PQfinish),
        plain_(engine::Connection::connect(engine::ConnectionConfig::from_url(url))),
        caching_(engine::Connection::connect(engine::ConnectionConfig::from_url(url))),
        pool_(pooled(url)),
        sessions_(pool_) {
    require(PQstatus(raw_.get()) == CONNECTION_OK, PQerrorMessage(raw_.get()));
    PQclear(PQexec(raw_.get(), "CREATE TEMP TABLE bench_copy (a int, b text)"));
    PQclear(PQprepare(raw_.get(), "one", "SELECT $1::int", 0, nullptr));
    PQclear(PQprepare(raw_.get(), "begin", "BEGIN", 0, nullptr));
    PQclear(PQprepare(raw_.get(), "commit", "COMMIT", 0, nullptr));
    plain_.execute("CREATE TEMP TABLE bench_copy (a int, b text)");
    caching_.set_statement_cache(16);
    core_.bring(PQbackendPID(raw_.get()));
    core_.bring(plain_.backend_pid());
    core_.bring(caching_.backend_pid());
    core_.bring(pool_.connect()->backend_pid());
  }

  [[nodiscard]] std::vector<Contest> contests() {
    constexpr const char* k_trip = "PQexecPrepared";
    const Action trip = [this] { raw_prepared(raw_.get()); };
    return {
        {"one-shot: lease, execute, return", k_trip, k_calls, trip, [this] { ask_pool(); },
         "one-shot query through the engine against PQexecPrepared", 1.15},
        {"execute, statements kept prepared", k_trip, k_calls, trip, [this] { execute_often(caching_); },
         "query on a kept connection against PQexecPrepared", 1.15},
        {"execute", "PQexecParams", k_calls, [this] { raw_params(raw_.get()); }, [this] { execute_often(plain_); }},
        {"batch of 1,000, each", "PQsendQueryParams, pipelined", k_piped, [this] { raw_pipeline(raw_.get()); },
         [this] { send_batch(); }, "batch of 1,000 against libpq's pipeline", 1.1},
        {"session of one statement, from the pool", k_trip, k_calls, trip, [this] { hold_sessions(); },
         "session of one statement against one round trip", 1.25},
        {"BEGIN, statement, COMMIT in one flight", k_trip, k_calls, trip, [this] { run_transactions(); },
         "transaction on a kept connection against one round trip", 1.25},
        {"the same, beside libpq in one flight too", "the three pipelined", k_calls,
         [this] { raw_transactions(raw_.get()); }, [this] { run_transactions(); }},
        {"stream of 100,000 rows, each", "single-row mode", k_rows, [this] { raw_stream(raw_.get()); },
         [this] { stream(); }},
        {"COPY of 100,000 rows, each", "PQputCopyData", k_rows, [this] { raw_copy(raw_.get()); }, [this] { copy(); }},
    };
  }
  [[nodiscard]] const bench::OneCore& core() const { return core_; }

 private:
  void ask_pool() {
    for (int i = 0; i < k_calls; ++i) {
      require(pool_.connect()->execute("SELECT $1::int", i).scalar<int>() == i, "wrong answer");
    }
  }
  void hold_sessions() {
    for (int i = 0; i < k_calls; ++i) {
      require(sessions_.execute("SELECT $1::int", i).scalar<int>() == i, "wrong answer");
    }
  }
  void run_transactions() {
    for (int i = 0; i < k_calls; ++i) caching_.execute_in_transaction({}, "SELECT $1::int", i);
  }
  void send_batch() {
    engine::Batch queued;
    for (int i = 0; i < k_piped; ++i) queued.add("SELECT $1::int", i);
    require(plain_.run(queued).back().ok(), "the last of the batch failed");
  }
  void stream() {
    long sum = 0;
    for (const engine::Row row : plain_.stream("SELECT generate_series(1, 100000)")) sum += row.get<long>(0);
    require(sum == k_rows / 2L * (k_rows + 1L), "wrong sum");
  }
  void copy() {
    auto writer = plain_.copy_in("COPY bench_copy FROM STDIN");
    for (int i = 0; i < k_rows; ++i) writer.row(i, "some text of a row");
    require(writer.finish() == k_rows, "rows are missing");
  }

  bench::OneCore core_;
  Raw raw_;
  engine::Connection plain_;
  engine::Connection caching_;
  engine::Engine pool_;
  engine::SessionFactory sessions_;
};

void run(const std::string& url, int rounds) {
  Field field(url);
  fmt::print("{}\n{:<46} {:>9} {:>9} {:>7} {:>9}\n", field.core().report(), "", "engine us", "libpq us", "ratio",
             "of least");
  std::vector<bench::Wanted> wanted;
  for (const auto& contest : field.contests()) {
    const double ratio = hold(contest, rounds);
    if (contest.wanted != nullptr) wanted.push_back({contest.wanted, ratio, contest.limit, "x"});
  }
  for (const auto& one : wanted) bench::verdict(one);
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
