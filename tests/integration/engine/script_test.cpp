#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "migrate/engine/connection.hpp"
#include "support/temp_database.hpp"

using namespace migrate::engine;
using Catch::Contains;
using migrate::test::TempDatabase;

namespace {

ScriptOptions with_data(std::vector<std::string> data) {
  ScriptOptions options;
  options.copy_data = [data = std::move(data)](std::size_t n) { return std::string_view(data.at(n)); };
  return options;
}

SqlError error_of(Connection& connection, std::string_view text, const ScriptOptions& options = {}) {
  try {
    connection.script(text, options);
  } catch (const SqlError& error) {
    return error;
  }
  throw std::runtime_error("the script succeeded");
}

}  // namespace

TEST_CASE("a script is one message, and its statements are counted", "[engine][script]") {
  const TempDatabase database;
  auto connection = database.connect();
  std::vector<std::string> tags;
  ScriptOptions options;
  options.on_statement = [&](std::size_t index, const Result& result) {
    CHECK(index == tags.size());
    tags.emplace_back(result.command_tag());
  };
  CHECK(connection.script("BEGIN; CREATE TABLE t (a int);; INSERT INTO t VALUES (1), (2); /* x */ COMMIT;", options) ==
        4);
  CHECK(tags == std::vector<std::string>{"BEGIN", "CREATE TABLE", "INSERT 0 2", "COMMIT"});
  CHECK(connection.script("") == 0);
  CHECK(connection.script("-- only a comment") == 0);
}

TEST_CASE("an error tells the statement and the character of the whole text", "[engine][script]") {
  const TempDatabase database;
  auto connection = database.connect();
  const std::string text = "BEGIN; CREATE TABLE größe (a int); SELECT 'ä😀', nix FROM größe; SELECT 1; COMMIT";
  const auto error = error_of(connection, text);
  CHECK(error.statement_index() == 2);
  CHECK(error.fields().position == 49);
  CHECK(connection.transaction_status() == TransactionStatus::in_error);
  CHECK(connection.rollback_if_open());
  CHECK(connection.execute("SELECT to_regclass('größe') IS NULL").scalar() == "t");
}

TEST_CASE("a syntax error is found before anything runs", "[engine][script]") {
  const TempDatabase database;
  auto connection = database.connect();
  const auto error = error_of(connection, "CREATE TABLE t (); SELEKT 1");
  CHECK(error.sqlstate() == "42601");
  CHECK(error.statement_index() == 0);
  CHECK(error.fields().position == 20);
}

TEST_CASE("COPY data reaches each COPY of a script in order", "[engine][script]") {
  const TempDatabase database;
  auto connection = database.connect();
  const std::size_t statements = connection.script(
      "CREATE TABLE a (n int, t text); CREATE TABLE b (n int); COPY a FROM stdin; INSERT INTO a VALUES (9, 'z');"
      "COPY b FROM stdin; COPY b FROM stdin",
      with_data({"1\tä\n2\t\\N\n", "", "7\n8"}));
  CHECK(statements == 6);
  CHECK(connection.execute("SELECT string_agg(n || coalesce(t, '-'), ',' ORDER BY n) FROM a").scalar() == "1ä,2-,9z");
  CHECK(connection.execute("SELECT sum(n) FROM b").scalar() == "15");
}

TEST_CASE("megabytes of COPY data arrive whole", "[engine][script]") {
  const TempDatabase database;
  auto connection = database.connect();
  std::string data;
  int rows = 0;
  while (data.size() < 5'000'000) data += std::to_string(++rows) + "\t" + std::string(90, 'x') + "\n";
  CHECK(connection.script("CREATE TABLE t (n int, x text); COPY t FROM stdin; SELECT 1", with_data({data})) == 3);
  CHECK(connection.execute("SELECT count(*) || '/' || max(n) || '/' || sum(length(x)) FROM t").scalar() ==
        std::to_string(rows) + "/" + std::to_string(rows) + "/" + std::to_string(rows * 90L));
}

TEST_CASE("a COPY that talks back while megabytes go out does not stall", "[engine][script]") {
  const TempDatabase database;
  std::size_t notices = 0;
  ConnectionHooks hooks;
  hooks.on_notice = [&](const Notice&) { ++notices; };
  auto connection = Connection::connect(database.config(), hooks);
  connection.execute(
      "CREATE TABLE t (x text); CREATE FUNCTION say() RETURNS trigger LANGUAGE plpgsql AS "
      "$$ BEGIN RAISE NOTICE '%', repeat('y', 2000); RETURN NEW; END $$;"
      "CREATE TRIGGER say BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION say()");
  std::string data;
  for (int i = 0; i < 3000; ++i) data += std::string(1000, 'x') + "\n";
  CHECK(connection.script("COPY t FROM stdin", with_data({data})) == 1);
  CHECK(notices == 3000);
}

TEST_CASE("a faulty line of COPY data is named, and the connection goes on", "[engine][script]") {
  const TempDatabase database;
  auto connection = database.connect();
  connection.execute("CREATE TABLE t (n int)");
  const auto error = error_of(connection, "BEGIN; COPY t FROM stdin; SELECT 1", with_data({"1\n2\ndrei\n"}));
  CHECK(error.sqlstate() == "22P02");
  CHECK(error.statement_index() == 1);
  CHECK_THAT(error.fields().context, Contains("COPY t, line 3"));
  CHECK(connection.transaction_status() == TransactionStatus::in_error);
  CHECK(connection.rollback_if_open());
  CHECK(connection.execute("SELECT count(*) FROM t").scalar() == "0");
}

TEST_CASE("an early fault in megabytes of COPY data is told after all", "[engine][script]") {
  const TempDatabase database;
  auto connection = database.connect();
  connection.execute("CREATE TABLE t (n int)");
  std::string data = "eins\n";
  while (data.size() < 5'000'000) data += "2\n";
  const auto error = error_of(connection, "COPY t FROM stdin", with_data({data}));
  CHECK_THAT(error.fields().context, Contains("line 1"));
  CHECK(connection.execute("SELECT 1").scalar() == "1");
}

TEST_CASE("a COPY without data is the caller's error", "[engine][script]") {
  const TempDatabase database;
  auto connection = database.connect();
  connection.execute("CREATE TABLE t (n int)");
  CHECK_THROWS_WITH(connection.script("SELECT 1; COPY t FROM stdin"), Contains("statement 2 is a COPY"));
  CHECK_THROWS_AS(connection.execute("COPY t FROM stdin"), DatabaseArgumentError);
  CHECK(connection.execute("SELECT 1").scalar() == "1");
}

TEST_CASE("COPY to standard output is read and dropped", "[engine][script]") {
  const TempDatabase database;
  auto connection = database.connect();
  std::vector<std::string> tags;
  ScriptOptions options;
  options.on_statement = [&](std::size_t, const Result& result) { tags.emplace_back(result.command_tag()); };
  CHECK(connection.script("COPY (SELECT repeat('x', 1000) FROM generate_series(1, 5000)) TO stdout; SELECT 1",
                          options) == 2);
  CHECK(tags == std::vector<std::string>{"COPY 5000", "SELECT 1"});
  const auto error = error_of(connection, "COPY (SELECT 1 / (3 - n) FROM generate_series(1, 5) n) TO stdout");
  CHECK(error.sqlstate() == "22012");
  CHECK(connection.execute("SELECT 1").scalar() == "1");
}

TEST_CASE("what a callback throws reaches the caller when the message is over", "[engine][script]") {
  const TempDatabase database;
  auto connection = database.connect();
  ScriptOptions options;
  options.on_statement = [](std::size_t index, const Result&) {
    if (index == 1) throw std::logic_error("enough");
  };
  CHECK_THROWS_WITH(connection.script("CREATE TABLE a (); CREATE TABLE b (); CREATE TABLE c ()", options), "enough");
  CHECK(connection.execute("SELECT to_regclass('c') IS NULL").scalar() == "f");
  options = {};
  options.copy_data = [](std::size_t) -> std::string_view { throw std::logic_error("no data"); };
  CHECK_THROWS_WITH(connection.script("CREATE TABLE d (n int); COPY d FROM stdin", options), "no data");
  CHECK(connection.execute("SELECT to_regclass('d') IS NULL").scalar() == "t");
}

TEST_CASE("a large script is sent whole", "[engine][script]") {
  const TempDatabase database;
  auto connection = database.connect();
  std::string text = "CREATE TABLE t (x text);";
  for (int i = 0; i < 2000; ++i) text += "INSERT INTO t VALUES ('" + std::string(1000, 'x') + "');";
  CHECK(connection.script(text) == 2001);
}

TEST_CASE("a statement that must be alone in its message says so", "[engine][script]") {
  const TempDatabase database;
  auto connection = database.connect();
  connection.execute("CREATE TABLE t (n int)");
  CHECK(error_of(connection, "SELECT 1; CREATE INDEX CONCURRENTLY ON t (n)").sqlstate() == "25001");
  CHECK(connection.script("/* alone */ CREATE INDEX CONCURRENTLY ON t (n);") == 1);
}
