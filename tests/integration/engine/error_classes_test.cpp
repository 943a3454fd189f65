#include <catch2/catch.hpp>

#include "migrate/engine/batch.hpp"
#include "migrate/engine/engine.hpp"
#include "migrate/engine/pipeline.hpp"
#include "migrate/engine/pool_statistics.hpp"
#include "migrate/engine/retry.hpp"
#include "migrate/engine/sql_error.hpp"
#include "support/temp_database.hpp"
#include "support/temp_dir.hpp"

using namespace migrate::engine;
using namespace std::chrono_literals;
using migrate::test::TempDatabase;

TEST_CASE("the server's refusals have their classes and name the constraint", "[engine][failure]") {
  const TempDatabase database;
  auto connection = database.connect();
  connection.execute(
      "CREATE EXTENSION IF NOT EXISTS btree_gist; CREATE TABLE a (id int PRIMARY KEY, n int NOT NULL CHECK (n > 0));"
      "CREATE TABLE b (a int REFERENCES a, EXCLUDE USING gist (a WITH =)); INSERT INTO a VALUES (1, 1)");
  CHECK_THROWS_AS(connection.execute("INSERT INTO a VALUES (1, 1)"), UniqueViolation);
  CHECK_THROWS_AS(connection.execute("INSERT INTO a VALUES (2, NULL)"), NotNullViolation);
  CHECK_THROWS_AS(connection.execute("INSERT INTO a VALUES ($1, $2)", 2, 0), CheckViolation);
  CHECK_THROWS_AS(connection.execute("INSERT INTO b VALUES (7)"), ForeignKeyViolation);
  connection.execute("INSERT INTO b VALUES (1)");
  CHECK_THROWS_AS(connection.execute("INSERT INTO b VALUES (1)"), ExclusionViolation);
  CHECK_THROWS_AS(connection.execute("DELETE FROM a"), ForeignKeyViolation);
  try {
    connection.execute("INSERT INTO a VALUES (1, 1)");
  } catch (const IntegrityError& error) {
    CHECK(error.fields().constraint == "a_pkey");
    CHECK(error.fields().table == "a");
    CHECK_FALSE(classify(error).retryable);
  }
}

TEST_CASE("statements of a batch fail with their classes too", "[engine][failure]") {
  const TempDatabase database;
  auto connection = database.connect();
  connection.execute("CREATE TABLE t (a int PRIMARY KEY)");
  Batch batch;
  batch.add("INSERT INTO t VALUES (1)");
  batch.add("INSERT INTO t VALUES (1)");
  const auto outcomes = connection.run(batch);
  CHECK_THROWS_AS(outcomes.at(1).result(), UniqueViolation);
}

TEST_CASE("an exhausted pool is told with its numbers as data", "[engine][failure]") {
  const TempDatabase database;
  Engine engine(database.config().with({.pool_size = 1, .max_overflow = 0}));
  const auto held = engine.connect();
  try {
    (void)engine.connect(Deadline::after(20ms));
    FAIL("there was one more");
  } catch (const DatabaseTimeoutError& error) {
    CHECK(error.phase() == FailurePhase::lease);
    REQUIRE(error.pool() != nullptr);
    CHECK(error.pool()->leased == 1);
    CHECK(error.pool()->capacity == 1);
    CHECK_FALSE(classify(error).retryable);
  }
}

TEST_CASE("a refused connect tells its phase, its SQLSTATE and its attempts", "[engine][failure]") {
  const TempDatabase database;
  try {
    (void)Connection::connect(database.config().with_database("no_such_database"));
    FAIL("there is one");
  } catch (const DatabaseConnectionError& error) {
    CHECK(error.phase() == FailurePhase::connect);
    CHECK(error.sqlstate() == "3D000");
    CHECK(error.attempts() == 1);
    CHECK(classify(error) == FailureClass{FailureScope::connection, false, false});
  }
  const migrate::test::TempDir empty;
  auto nowhere = database.config().with_host(empty.path().string()).with_retry({.retries = 2, .base = 1ms, .cap = 1ms});
  try {
    (void)Connection::connect(nowhere);
    FAIL("there is one");
  } catch (const DatabaseConnectionError& error) {
    CHECK(error.attempts() == 3);
    CHECK(classify(error).retryable);
  }
}

TEST_CASE("a loss in use tells its scope to the log, and nothing of a password", "[engine][failure]") {
  const TempDatabase database;
  std::vector<migrate::base::LogEvent> events;
  ConnectionHooks hooks;
  hooks.log = [&](const migrate::base::LogEvent& event) { events.push_back(event); };
  auto config = database.config().with({.db_password = "geheim"});
  auto connection = Connection::connect(config, hooks);
  database.execute("SELECT pg_terminate_backend(" + std::to_string(connection.backend_pid()) + ")");
  try {
    connection.execute("SELECT 1");
    FAIL("it is alive");
  } catch (const DatabaseConnectionError& error) {
    CHECK(error.phase() == FailurePhase::statement);
    CHECK(classify(error) == FailureClass{FailureScope::pool, true, false});
  }
  REQUIRE(events.size() == 1);
  CHECK(events[0].name == "connection.lost");
  for (const auto& [name, value] : events[0].fields) {
    CHECK(value.find("geheim") == std::string::npos);
    if (name == "scope") CHECK(value == "pool");
    if (name == "sqlstate") CHECK(value == "57P01");
  }
}

TEST_CASE("an idempotent block that loses its connection is run again with another", "[engine][failure][retry]") {
  const TempDatabase database;
  Engine engine(database.config());
  std::vector<std::string> told;
  RetryOptions options;
  options.log = [&](const migrate::base::LogEvent& event) { told.emplace_back(event.name); };
  int runs = 0;
  const int value = retry(
      {.retries = 2, .base = 1ms, .cap = 1ms},
      [&] {
        auto connection = engine.connect();
        if (++runs == 1) {
          database.execute("SELECT pg_terminate_backend(" + std::to_string(connection->backend_pid()) + ")");
        }
        return connection->execute("SELECT 42").scalar<int>();
      },
      options);
  CHECK(value == 42);
  CHECK(runs == 2);
  CHECK(told == std::vector<std::string>{"block.retry"});
}

TEST_CASE("a block that fails for good is run once, and one that keeps failing tells how often",
          "[engine][failure][retry]") {
  const TempDatabase database;
  auto connection = database.connect();
  int runs = 0;
  const RetryPolicy policy{.retries = 3, .base = 1ms, .cap = 1ms};
  CHECK_THROWS_AS(retry(policy,
                        [&] {
                          ++runs;
                          connection.execute("nonsense");
                        }),
                  SqlError);
  CHECK(runs == 1);
  try {
    retry(policy, [&] { connection.execute("DO $$ BEGIN RAISE lock_not_available; END $$"); });
    FAIL("it got the lock");
  } catch (const SqlError& error) {
    CHECK(error.sqlstate() == "55P03");
    CHECK(error.attempts() == 4);
  }
}

TEST_CASE("a service of libpq's service file says where the database is", "[engine][config]") {
  const TempDatabase database;
  const Url url = database.url();
  const migrate::test::TempDir folder;
  const auto file = (folder.path() / "services.conf").string();
  {
    std::FILE* out = std::fopen(file.c_str(), "w");
    REQUIRE(out != nullptr);
    std::fprintf(out, "[shop]\nhost=%s\nport=%d\nuser=%s\ndbname=%s\n", url.hosts.at(0).name.c_str(),
                 static_cast<int>(url.hosts.at(0).port.value_or(5432)), url.user.c_str(), database.name().c_str());
    std::fclose(out);
  }
  ::setenv("PGSERVICEFILE", file.c_str(), 1);
  const auto unset = std::shared_ptr<void>(nullptr, [](void*) { ::unsetenv("PGSERVICEFILE"); });
  auto connection = Connection::connect(ConnectionConfig({.db_service = "shop"}));
  CHECK(connection.execute("SELECT current_database()").scalar<std::string>() == database.name());
  CHECK_THROWS_AS(Connection::connect(ConnectionConfig({.db_service = "nowhere"})), DatabaseConnectionError);
}
