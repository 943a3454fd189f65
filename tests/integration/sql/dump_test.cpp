#include <catch2/catch.hpp>

#include "integration/sql/dump_schema.hpp"
#include "migrate/base/process.hpp"
#include "migrate/base/text.hpp"
#include "migrate/server/private_server.hpp"
#include "migrate/sql/statement.hpp"
#include "support/temp_database.hpp"

using migrate::base::replace_all;
using migrate::sql::split;
using migrate::sql::Statement;
using migrate::sql::TransactionControl;
using migrate::test::TempDatabase;

namespace {

std::string dump(const TempDatabase& database, const std::vector<std::string>& options = {}) {
  std::vector<std::string> command{(migrate::server::find_binaries() / "pg_dump").string(), "--dbname", database.uri()};
  command.insert(command.end(), options.begin(), options.end());
  const auto result = migrate::base::run_process(command);
  INFO(result.errors);
  REQUIRE(result.exit_code == 0);
  return result.output;
}

/// Two dumps of one database differ in the random word of \restrict only.
std::string comparable(const std::string& script) {
  std::string kept;
  for (const auto line : migrate::base::split(script, '\n')) {
    if (!line.starts_with("\\restrict") && !line.starts_with("\\unrestrict")) kept.append(line).append("\n");
  }
  return kept;
}

void run_one_by_one(const TempDatabase& database, std::string_view script) {
  auto connection = database.connect();
  for (const Statement& statement : split(script)) {
    migrate::engine::ScriptOptions options;
    options.copy_data = [&](std::size_t) { return statement.copy_data.value_or(migrate::sql::Range{}).of(script); };
    INFO(statement.text.of(script));
    REQUIRE_NOTHROW(connection.script(statement.text.of(script), options));
  }
}

}  // namespace

TEST_CASE("a dump, cut and run statement by statement, makes the same database", "[sql]") {
  const TempDatabase original;
  original.execute(k_dump_schema);
  for (const auto& options : std::vector<std::vector<std::string>>{{},
                                                                   {"--column-inserts"},
                                                                   {"--inserts", "--rows-per-insert=7"},
                                                                   {"--quote-all-identifiers"},
                                                                   {"--no-owner"}}) {
    INFO((options.empty() ? "plain" : options[0]));
    const std::string script = dump(original, options);
    const TempDatabase copy;
    run_one_by_one(copy, script);
    CHECK(comparable(dump(copy, options)) == comparable(script));
  }
}

TEST_CASE("each statement of a dump is known to the parser and fits a transaction", "[sql]") {
  const TempDatabase original;
  original.execute(k_dump_schema);
  const std::string script = dump(original);
  int tables = 0;
  int copies = 0;
  for (const Statement& statement : split(script)) {
    INFO(statement.text.of(script));
    CHECK(statement.parsed);
    CHECK(statement.control == TransactionControl::none);
    CHECK_FALSE(statement.refuses_transaction);
    tables += statement.kind == "CREATE TABLE" ? 1 : 0;
    copies += statement.copy_data ? 1 : 0;
  }
  CHECK(tables == 5);
  CHECK(copies == 4);
}

TEST_CASE("a dump with CRLF line ends brings the same rows", "[sql]") {
  const TempDatabase original;
  original.execute(
      "CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, E'\\\\.'), (2, E'a\\nb\\r\\n;'), (3, '')");
  const TempDatabase copy;
  run_one_by_one(copy, replace_all(dump(original), "\n", "\r\n"));
  CHECK(copy.rows("SELECT * FROM t ORDER BY id") == original.rows("SELECT * FROM t ORDER BY id"));
}
