#include "disturbed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "expect.hpp"
#include "migrate/base/process.hpp"
#include "migrate/base/text.hpp"

namespace migrate::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// pg_dump's text with the rows of each table sorted: a killed run moves rows about, but changes none.
std::string dump(const engine::Url& database) {
  const auto dumped = base::run_process(
      {"pg_dump", "--exclude-table-data=*_log*", "-d", database.to_string(engine::Password::shown)}, {});
  INFO(dumped.errors);
  REQUIRE(dumped.exit_code == 0);
  std::string text;
  std::vector<std::string_view> rows;
  bool in_data = false;
  for (const auto line : base::split(dumped.output, '\n')) {
    if (line.starts_with("\\restrict") || line.starts_with("\\unrestrict")) continue;
    if (line == "\\.") {
      std::ranges::sort(rows);
      for (const auto row : rows) text.append(row).append("\n");
      rows.clear();
      in_data = false;
    }
    if (in_data) {
      rows.push_back(line);
    } else {
      text.append(line).append("\n");
    }
    if (line.starts_with("COPY ") && line.ends_with("FROM stdin;")) in_data = true;
  }
  return text;
}

/// The first lines that differ, since the whole is long.
std::string difference(const std::string& expected, const std::string& found) {
  const auto a = base::split(expected, '\n');
  const auto b = base::split(found, '\n');
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const auto wanted = i < a.size() ? std::string(a[i]) : "(end)";
    const auto got = i < b.size() ? std::string(b[i]) : "(end)";
    if (wanted != got) return fmt::format("line {}: wanted \"{}\", found \"{}\"", i + 1, wanted, got);
  }
  return "";
}

void check_outcome(const Place& place, const Undisturbed& undisturbed, int revisions) {
  CHECK(difference(undisturbed.dump, dump(place.database)) == "");
  CHECK(place.query("SELECT count(*) FROM pg_index WHERE NOT indisvalid OR NOT indisready") == "0");
  CHECK(place.query("SELECT string_agg(step, ', ') FROM (SELECT step FROM tally GROUP BY step HAVING count(*) <> 1) AS "
                    "doubled") == "");
  // Each step as a whole once.
  CHECK(place.query("SELECT count(*) || ' of ' || count(DISTINCT revision) FROM alembic_version_log WHERE "
                    "statement IS NULL AND outcome = 'done'") == fmt::format("{0} of {0}", revisions));
}

/// Where a failed run says that the database stands; nothing when it does not say.
std::optional<std::string> claimed_rows(const RunResult& result) {
  std::optional<std::string> rows;
  for (const auto line : base::split(result.out, '\n')) {
    if (line.empty()) continue;
    const auto event = nlohmann::json::parse(line);
    if (event.value("event", "") != "error" || !event.contains("heads")) continue;
    auto heads = event["heads"].get<std::vector<std::string>>();
    std::ranges::sort(heads);
    rows = base::join(heads, ",");
  }
  return rows;
}

std::string version_rows_of(const Place& place) {
  if (place.query("SELECT to_regclass('public.alembic_version')").empty()) return "";
  return place.query("SELECT coalesce(string_agg(version_num, ',' ORDER BY version_num), '') FROM alembic_version");
}

/// A history on its way.
class Walk {
 public:
  Walk(const History& history, const Undisturbed& undisturbed, const Disturbances& disturbances, std::mt19937& random)
      : undisturbed_(undisturbed),
        disturbances_(disturbances),
        random_(random),
        place_(disturbances.place()),
        revisions_(history(place_->project)) {}

  /// To its end, with so many disturbances at most; how many there were.
  int run(int most) {
    const int longest = 100 + 4 * most;
    bool ended = false;
    for (int runs = 0; runs < longest && !ended; ++runs) ended = run_once(most);
    INFO(story_);
    REQUIRE(ended);
    check_outcome(*place_, undisturbed_, revisions_);
    return made_;
  }

 private:
  bool run_once(int most) {
    BackgroundMigrate run({"--json", "--url", place_->by.to_string(engine::Password::shown), "upgrade", "head"},
                          place_->project.path());
    while (wait_for_the_moment(run, most)) {
      ++made_;
      disturbances_.disturb(*place_, run, random_);
    }
    const auto result = run.wait();
    story_ += fmt::format("exit {}\n{}\n", result.exit_code, result.err);
    INFO("after disturbance " << made_ << "\n" << story_);
    REQUIRE(std::ranges::find(disturbances_.may_exit, result.exit_code) != disturbances_.may_exit.end());
    if (result.exit_code > 0 && result.exit_code < 128) {
      if (const auto claimed = claimed_rows(result)) CHECK(*claimed == version_rows_of(*place_));
    }
    return result.exit_code == 0;
  }

  /// False: the run has ended before, or was disturbed enough.
  bool wait_for_the_moment(BackgroundMigrate& run, int most) {
    if (made_ == most) return false;
    // So that a history is disturbed about ten times on its way.
    std::uniform_int_distribution<int> moment(20, std::max(60, static_cast<int>(undisturbed_.time.count()) / 4));
    const auto until = Clock::now() + std::chrono::milliseconds(moment(random_));
    while (Clock::now() < until && run.running()) std::this_thread::sleep_for(1ms);
    return run.running();
  }

  const Undisturbed& undisturbed_;
  const Disturbances& disturbances_;
  std::mt19937& random_;
  std::unique_ptr<Place> place_;
  int revisions_;
  int made_ = 0;
  std::string story_;
};

}  // namespace

int from_environment(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoi(text);
}

std::string Place::query(const std::string& sql) const {
  engine::ConnectionParts parts;
  parts.url = database;
  auto connection = engine::Connection::connect(engine::ConnectionConfig::create(std::move(parts)));
  return std::string(connection.execute(sql).scalar().value_or(""));
}

Undisturbed run_undisturbed(const History& history) {
  Place place;
  history(place.project);
  expect_done(place.project.migrate("upgrade", "+1"));
  expect_done(place.project.migrate("build"));
  const auto start = Clock::now();
  expect_done(place.project.migrate("upgrade", "head"));
  return {dump(place.database), std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start)};
}

void run_disturbed(const History& history, const Undisturbed& undisturbed, const Disturbances& disturbances) {
  constexpr int k_for_each_history = 12;
  std::mt19937 random(disturbances.seed);
  INFO("seed " << disturbances.seed);
  for (int made = 0; made < disturbances.count;) {
    INFO(made << " disturbances before this history");
    made +=
        Walk(history, undisturbed, disturbances, random).run(std::min(k_for_each_history, disturbances.count - made));
  }
}

}  // namespace migrate::test
