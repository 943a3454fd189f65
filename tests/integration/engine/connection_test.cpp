#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "migrate/engine/connection.hpp"
#include "migrate/server/private_server.hpp"
#include "support/temp_database.hpp"

using namespace migrate::engine;
using namespace std::chrono_literals;
using Catch::Contains;
using migrate::test::TempDatabase;

namespace {

using Texts = std::vector<std::optional<std::string>>;

template <typename Error, typename Action>
Error thrown_by(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  throw std::runtime_error("nothing was thrown");
}

void end_session(const TempDatabase& database, int pid) {
  database.execute("SELECT pg_terminate_backend(" + std::to_string(pid) + ", 5000)");
}

}  // namespace

TEST_CASE("a result tells rows, columns, NULL and its command", "[engine]") {
  const TempDatabase database;
  auto connection = database.connect();
  const Result result = connection.execute("SELECT 1 AS one, NULL AS none, '' AS empty UNION ALL SELECT 2, 'x', 'ä'");
  CHECK(result.rows() == 2);
  CHECK(result.columns() == 3);
  CHECK(result.column_name(1) == "none");
  CHECK(result.text(1, 2) == "ä");
  CHECK(result.get(0, 1) == std::nullopt);
  CHECK(result.get(0, 2) == "");
  CHECK(result.scalar() == "1");
  CHECK(result.command_tag() == "SELECT 2");
  CHECK_THROWS_AS(result.get(2, 0), DatabaseArgumentError);
  CHECK_THROWS_AS(result.get(0, -1), DatabaseArgumentError);
  CHECK_THROWS_AS(result.column_name(3), DatabaseArgumentError);
  CHECK_THROWS_WITH(result.text(0, 1), Contains("\"none\"") && Contains("NULL"));
}

TEST_CASE("a result outlives its connection", "[engine]") {
  const TempDatabase database;
  const auto result = [&] { return database.connect().execute("SELECT repeat('x', 100000)"); }();
  CHECK(result.scalar()->size() == 100000);
}

TEST_CASE("affected rows are those of the tag, 0 without a number", "[engine]") {
  const TempDatabase database;
  auto connection = database.connect();
  CHECK(connection.execute("CREATE TABLE t (a int)").affected_rows() == 0);
  CHECK(connection.execute("INSERT INTO t SELECT generate_series(1, 7)").affected_rows() == 7);
  CHECK(connection.execute("UPDATE t SET a = 0 WHERE a > 5").command_tag() == "UPDATE 2");
  CHECK_FALSE(connection.execute("SELECT a FROM t WHERE false").scalar());
}

TEST_CASE("several statements give the last one's result, none an empty one", "[engine]") {
  const TempDatabase database;
  auto connection = database.connect();
  CHECK(connection.execute("SELECT 1; SELECT 2;").scalar() == "2");
  CHECK(connection.execute("").rows() == 0);
  CHECK(connection.execute("-- nothing\n;;").rows() == 0);
}

TEST_CASE("parameters are values, never SQL", "[engine]") {
  const TempDatabase database;
  auto connection = database.connect();
  const Texts parameters{"it's; DROP TABLE x", std::nullopt, ""};
  const Result result = connection.execute("SELECT $1::text, $2::text IS NULL, $3::text", parameters);
  CHECK(result.text(0, 0) == "it's; DROP TABLE x");
  CHECK(result.text(0, 1) == "t");
  CHECK(result.text(0, 2) == "");
  CHECK(connection.execute("SELECT 1", Texts{}).scalar() == "1");
  const auto error = thrown_by<SqlError>([&] { connection.execute("SELECT 1; SELECT 2", Texts{}); });
  CHECK(error.sqlstate() == "42601");
}

TEST_CASE("zero bytes and too many parameters are the caller's error and cost nothing", "[engine]") {
  const TempDatabase database;
  auto connection = database.connect();
  CHECK_THROWS_AS(connection.execute(std::string_view("SELECT 1\0; DROP", 15)), DatabaseArgumentError);
  CHECK_THROWS_AS(connection.execute("SELECT $1::text", Texts{std::string("a\0b", 3)}), DatabaseArgumentError);
  CHECK_THROWS_AS(connection.execute("SELECT 1", Texts(70000)), DatabaseArgumentError);
  CHECK(connection.execute("SELECT 1").scalar() == "1");
}

TEST_CASE("an error has all the server says, its position in characters", "[engine]") {
  const TempDatabase database;
  auto connection = database.connect();
  const auto error = thrown_by<SqlError>([&] { connection.execute("SELECT 'äöü€😀', nix"); });
  CHECK(error.sqlstate() == "42703");
  CHECK(error.fields().severity == "ERROR");
  CHECK(error.fields().position == 17);
  CHECK(std::string(error.what()) == "column \"nix\" does not exist");

  connection.execute("CREATE TABLE t (a int CONSTRAINT positive CHECK (a > 0))");
  const auto check = thrown_by<SqlError>([&] { connection.execute("INSERT INTO t VALUES (-1)"); });
  CHECK(check.fields().constraint == "positive");
  CHECK(check.fields().table == "t");
  CHECK(check.fields().schema == "public");
  CHECK_THAT(check.fields().detail, Contains("-1"));

  const auto inner =
      thrown_by<SqlError>([&] { connection.execute("DO $$ BEGIN EXECUTE 'SELECT 1 FROM nix'; END $$"); });
  CHECK(inner.fields().internal_query == "SELECT 1 FROM nix");
  CHECK(inner.fields().internal_position == 15);
  CHECK_FALSE(inner.fields().position);
  CHECK_THAT(inner.fields().context, Contains("PL/pgSQL"));
  CHECK(connection.execute("SELECT 1").scalar() == "1");
}

TEST_CASE("notices arrive with their severity, and one that throws does no harm", "[engine]") {
  const TempDatabase database;
  std::vector<Notice> notices;
  ConnectionHooks hooks;
  hooks.on_notice = [&](const Notice& notice) {
    notices.push_back(notice);
    throw std::runtime_error("a promise broken");
  };
  auto connection = Connection::connect(database.config(), hooks);
  connection.execute("DO $$ BEGIN RAISE NOTICE 'eins' USING HINT = 'h', DETAIL = 'd'; RAISE WARNING 'zwei'; END $$");
  REQUIRE(notices.size() == 2);
  CHECK(notices[0].severity == "NOTICE");
  CHECK(notices[0].message == "eins");
  CHECK(notices[0].hint == "h");
  CHECK(notices[0].detail == "d");
  CHECK(notices[1].severity == "WARNING");
  CHECK(notices[1].sqlstate == "01000");
}

TEST_CASE("a session ended while it runs a statement keeps the server's reason", "[engine]") {
  const TempDatabase database;
  auto connection = database.connect();
  std::thread killer([&, pid = connection.backend_pid()] {
    std::this_thread::sleep_for(200ms);
    end_session(database, pid);
  });
  const auto error = thrown_by<DatabaseConnectionError>([&] { connection.execute("SELECT pg_sleep(60)"); });
  killer.join();
  CHECK(error.sqlstate() == "57P01");
  CHECK(error.transient());
  CHECK_THAT(error.what(), Contains("terminating connection due to administrator command"));
  CHECK_THAT(error.what(), Contains(database.name()));
  CHECK_FALSE(connection.alive());
  CHECK(connection.transaction_status() == TransactionStatus::unknown);
  CHECK_FALSE(connection.rollback_if_open());
  CHECK_THROWS_WITH(connection.execute("SELECT 1"), Contains("was lost before: terminating connection"));
}

TEST_CASE("a session ended while idle is found by a probe, and its next statement says why", "[engine]") {
  const TempDatabase database;
  auto probed = database.connect();
  auto used = database.connect();
  CHECK(probed.probe());
  end_session(database, probed.backend_pid());
  end_session(database, used.backend_pid());
  CHECK(probed.alive());
  CHECK_FALSE(probed.probe());
  CHECK_FALSE(probed.alive());
  CHECK_THROWS_WITH(probed.execute("SELECT 1"), Contains("terminating connection due to administrator command"));
  const auto error = thrown_by<DatabaseConnectionError>([&] { used.execute("SELECT 1"); });
  CHECK(error.sqlstate() == "57P01");
}

TEST_CASE("a session the server ends by a rule of its own keeps the reason", "[engine]") {
  const TempDatabase database;
  auto connection = database.connect();
  connection.execute("SET idle_in_transaction_session_timeout = '50ms'; BEGIN");
  std::this_thread::sleep_for(400ms);
  const auto error = thrown_by<DatabaseConnectionError>([&] { connection.execute("SELECT 1"); });
  CHECK(error.sqlstate() == "25P03");
}

TEST_CASE("a backend that crashes is a lost connection without SQLSTATE", "[engine]") {
  migrate::server::ThrowawayServer server;
  ConnectionParts parts;
  parts.url = server.url();
  auto connection = Connection::connect(ConnectionConfig::create(parts));
  std::thread killer([pid = connection.backend_pid()] {
    std::this_thread::sleep_for(200ms);
    ::kill(pid, SIGKILL);
  });
  const auto error = thrown_by<DatabaseConnectionError>([&] { connection.execute("SELECT pg_sleep(60)"); });
  killer.join();
  CHECK(error.sqlstate().empty());
  CHECK(error.transient());
  CHECK_THAT(error.what(), Contains("server closed the connection unexpectedly") && !Contains("\n"));
}

TEST_CASE("a restarted server costs the old connection and welcomes a new one", "[engine]") {
  migrate::server::ThrowawayServer server;
  ConnectionParts parts;
  parts.url = server.url();
  parts.retry = {50, 20ms, 200ms};
  const auto config = ConnectionConfig::create(parts);
  auto before = Connection::connect(config);
  server.server().stop();
  std::thread restart([&] {
    std::this_thread::sleep_for(200ms);
    server.server().start();
  });
  auto after = Connection::connect(config);
  restart.join();
  CHECK(after.execute("SELECT 1").scalar() == "1");
  CHECK_FALSE(before.probe());
}

TEST_CASE("notices that come unasked leave a probed connection alive", "[engine]") {
  const TempDatabase database;
  auto connection = database.connect();
  connection.execute("LISTEN news");
  for (int i = 0; i < 20; ++i) database.execute("NOTIFY news, 'x'");
  std::this_thread::sleep_for(50ms);
  CHECK(connection.probe());
  CHECK(connection.ping(Deadline::after(5s)));
  CHECK(connection.execute("SELECT 1").scalar() == "1");
}

TEST_CASE("a ping works in every transaction state and notices a lost session", "[engine]") {
  const TempDatabase database;
  auto connection = database.connect();
  CHECK(connection.ping(Deadline::after(5s)));
  connection.execute("BEGIN");
  CHECK(connection.ping(Deadline::after(5s)));
  CHECK(connection.transaction_status() == TransactionStatus::in_transaction);
  CHECK_THROWS_AS(connection.execute("nonsense"), SqlError);
  CHECK(connection.ping(Deadline::after(5s)));
  CHECK(connection.transaction_status() == TransactionStatus::in_error);
  end_session(database, connection.backend_pid());
  CHECK_FALSE(connection.ping(Deadline::after(5s)));
  CHECK_FALSE(connection.alive());
}

TEST_CASE("the session is UTF-8, reads strings by the standard, and is named", "[engine]") {
  const TempDatabase database;
  database.execute("ALTER DATABASE " + database.name() + " SET standard_conforming_strings = off");
  database.execute("ALTER DATABASE " + database.name() + " SET client_encoding = 'LATIN1'");
  database.execute("ALTER DATABASE " + database.name() + " SET DateStyle = 'German'");
  auto connection = database.connect();
  CHECK(connection.execute("SHOW client_encoding").scalar() == "UTF8");
  CHECK(connection.execute("SHOW standard_conforming_strings").scalar() == "on");
  CHECK(connection.execute("SHOW application_name").scalar() == "migrate");
  CHECK_THAT(std::string(*connection.execute("SHOW DateStyle").scalar()), Contains("German"));
  CHECK(connection.parameter("client_encoding") == "UTF8");
  CHECK_FALSE(connection.parameter("no_such_parameter"));
  CHECK(connection.server_version() >= 100000);
  CHECK(std::to_string(connection.backend_pid()) == connection.execute("SELECT pg_backend_pid()").scalar());
  auto named = Connection::connect(database.config().with_application_name("job"));
  CHECK(named.execute("SHOW application_name").scalar() == "job");
}

TEST_CASE("parameters of the URL reach the server, and PGAPPNAME names what nobody named", "[engine]") {
  const TempDatabase database;
  auto parts = database.config().parts();
  parts.url.parameters = {{"options", "-c work_mem=1234kB"}, {"application_name", "from_url"}};
  auto connection = Connection::connect(ConnectionConfig::create(parts));
  CHECK(connection.execute("SHOW work_mem").scalar() == "1234kB");
  CHECK(connection.execute("SHOW application_name").scalar() == "from_url");
  ::setenv("PGAPPNAME", "from_environment", 1);
  auto named = database.connect();
  auto chosen = Connection::connect(database.config().with_application_name("chosen"));
  ::unsetenv("PGAPPNAME");
  CHECK(named.execute("SHOW application_name").scalar() == "from_environment");
  CHECK(chosen.execute("SHOW application_name").scalar() == "chosen");
}

TEST_CASE("a statement on the same connection from within a callback is refused", "[engine]") {
  const TempDatabase database;
  auto connection = database.connect();
  ScriptOptions options;
  options.on_statement = [&](std::size_t, const Result&) { connection.execute("SELECT 1"); };
  CHECK_THROWS_WITH(connection.script("SELECT 1; SELECT 2", options),
                    Contains("another command is already in progress"));
  CHECK(connection.execute("SELECT 3").scalar() == "3");
}

TEST_CASE("a statement that would start replication ends the connection, with the reason", "[engine]") {
  const TempDatabase database;
  auto parts = database.config().parts();
  parts.url.parameters = {{"replication", "database"}};
  auto connection = Connection::connect(ConnectionConfig::create(parts));
  const auto position = std::string(connection.execute("IDENTIFY_SYSTEM").text(0, 2));
  CHECK_THROWS_WITH(connection.execute("START_REPLICATION PHYSICAL " + position), Contains("starts replication"));
  CHECK_FALSE(connection.alive());
}

TEST_CASE("echo shows statements, and neither parameters nor passwords", "[engine]") {
  const TempDatabase database;
  auto parts = database.config().parts();
  parts.echo = true;
  std::vector<std::string> lines;
  ConnectionHooks hooks;
  hooks.log = [&](const migrate::base::LogEvent& event) {
    std::string line = std::string(event.name) + " " + event.message;
    for (const auto& [name, value] : event.fields) line += " " + name + "=" + value;
    lines.push_back(line);
  };
  auto connection = Connection::connect(ConnectionConfig::create(parts), hooks);
  connection.execute("SELECT $1::text", Texts{"geheim"});
  connection.execute("CREATE ROLE " + database.name() + " PASSWORD 'geheim'; DROP ROLE " + database.name());
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] == "statement SELECT $1::text parameters=1");
  CHECK(lines[1] == "statement CREATE ROLE " + database.name() + " PASSWORD '***'; DROP ROLE " + database.name());
}

TEST_CASE("a closed and a moved-from connection refuse work without a crash", "[engine]") {
  const TempDatabase database;
  auto connection = database.connect();
  Connection moved = std::move(connection);
  CHECK(moved.execute("SELECT 1").scalar() == "1");
  CHECK_FALSE(connection.alive());  // NOLINT(bugprone-use-after-move): what it does then is the question
  CHECK_FALSE(connection.probe());
  CHECK(connection.backend_pid() == 0);
  CHECK_THROWS_AS(connection.execute("SELECT 1"), DatabaseArgumentError);
  moved.close();
  moved.close();
  CHECK_FALSE(moved.alive());
  CHECK_FALSE(moved.ping(Deadline::never()));
  CHECK_THROWS_WITH(moved.execute("SELECT 1"), Contains("is closed"));
}

TEST_CASE("a forked child neither uses nor ends its parent's session", "[engine]") {
  const TempDatabase database;
  auto connection = std::make_unique<Connection>(database.connect());
  const pid_t child = ::fork();
  if (child == 0) {
    int status = connection->alive() ? 1 : 0;
    try {
      connection->execute("SELECT 1");
      status |= 2;
    } catch (const DatabaseArgumentError&) {
    }
    connection.reset();
    ::_exit(status);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  std::this_thread::sleep_for(50ms);
  CHECK(connection->probe());
  CHECK(connection->execute("SELECT 1").scalar() == "1");
}
