#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>

#include "migrate/engine/connection.hpp"
#include "migrate/engine/transaction.hpp"
#include "support/temp_database.hpp"

using namespace migrate::engine;
using namespace std::chrono_literals;
using Catch::Contains;
using migrate::test::TempDatabase;

namespace {

using Fields = std::vector<std::optional<std::string>>;

struct Table {
  Table() { connection.execute("CREATE TABLE t (a int, b text)"); }
  int count() { return connection.execute("SELECT count(*) FROM t").scalar<int>(); }

  TempDatabase database;
  Connection connection = database.connect();
};

}  // namespace

TEST_CASE("rows written by COPY are read back by COPY", "[engine][copy]") {
  Table table;
  auto writer = table.connection.copy_in("COPY t FROM STDIN");
  writer.row(1, "tab\tline\nback\\slash");
  writer.row(2, std::nullopt);
  writer.row(std::optional<int>(), "");
  writer.row(4, "\\.");
  writer.row(5, "\\N");
  CHECK(writer.finish() == 5);
  CHECK_THROWS_AS(writer.row(6, "late"), DatabaseArgumentError);
  CHECK(table.connection.execute("SELECT b FROM t WHERE a = 1").scalar<std::string>() == "tab\tline\nback\\slash");
  auto reader = table.connection.copy_out("COPY (SELECT * FROM t ORDER BY a) TO STDOUT");
  CHECK(reader.next_row() == Fields{"1", "tab\tline\nback\\slash"});
  CHECK(reader.next_row() == Fields{"2", std::nullopt});
  CHECK(reader.next_row() == Fields{"4", "\\."});
  CHECK(reader.next_row() == Fields{"5", "\\N"});
  CHECK(reader.next_row() == Fields{std::nullopt, ""});
  CHECK_FALSE(reader.next_row());
  CHECK_FALSE(reader.next_row());
}

TEST_CASE("many rows go out and come back whole", "[engine][copy]") {
  Table table;
  auto writer = table.connection.copy_in("COPY t FROM STDIN");
  const std::string text(500, 'x');
  for (int i = 0; i < 50000; ++i) writer.row(i, text);
  CHECK(writer.finish() == 50000);
  auto reader = table.connection.copy_out("COPY t TO STDOUT");
  std::size_t bytes = 0;
  while (const auto line = reader.next()) bytes += line->size();
  CHECK(bytes > 25'000'000);
}

TEST_CASE("data of any format may be cut anywhere", "[engine][copy]") {
  Table table;
  auto writer = table.connection.copy_in("COPY t FROM STDIN (FORMAT csv, HEADER)");
  for (const char* piece : {"a,", "b\n1,\"x", ",y\"\n2", ",\n"}) writer.write(piece);
  CHECK(writer.finish() == 2);
  CHECK(table.connection.execute("SELECT b FROM t WHERE a = 1").scalar<std::string>() == "x,y");
  std::string large;
  for (int i = 0; i < 300000; ++i) large += std::to_string(i) + "\tz\n";
  auto second = table.connection.copy_in("COPY t FROM STDIN");
  second.write(large);
  CHECK(second.finish() == 300000);
}

TEST_CASE("bad data is told with its line, at the end", "[engine][copy]") {
  Table table;
  auto writer = table.connection.copy_in("COPY t FROM STDIN");
  writer.row(1, "good");
  writer.row("bad", "x");
  for (int i = 0; i < 20000; ++i) writer.row(i, std::string(100, 'x'));
  try {
    writer.finish();
    FAIL("it was taken");
  } catch (const SqlError& error) {
    CHECK(error.sqlstate() == "22P02");
    CHECK_THAT(error.fields().context, Contains("line 2, column a"));
  }
  CHECK(table.count() == 0);
}

TEST_CASE("a writer that is given up leaves nothing", "[engine][copy]") {
  Table table;
  {
    auto writer = table.connection.copy_in("COPY t FROM STDIN");
    for (int i = 0; i < 5000; ++i) writer.row(i, "x");
    CHECK_THROWS_WITH(table.connection.execute("SELECT 1"), Contains("busy"));
  }
  CHECK(table.count() == 0);
  auto writer = table.connection.copy_in("COPY t FROM STDIN");
  CHECK(writer.cancel());
  CHECK(writer.cancel());
  CHECK_THROWS_AS(writer.finish(), DatabaseArgumentError);
}

TEST_CASE("a reader left early is cancelled, and the connection goes on", "[engine][copy]") {
  Table table;
  {
    auto reader = table.connection.copy_out("COPY (SELECT generate_series(1, 2000000000)) TO STDOUT");
    CHECK(*reader.next() == "1\n");
  }
  CHECK(table.count() == 0);
}

TEST_CASE("an error after data surfaces as what it is", "[engine][copy]") {
  Table table;
  auto reader = table.connection.copy_out("COPY (SELECT 6 / (3 - g) FROM generate_series(1, 5) g) TO STDOUT");
  CHECK(*reader.next() == "3\n");
  CHECK(*reader.next() == "6\n");
  CHECK_THROWS_WITH(reader.next(), Contains("division by zero"));
  CHECK_FALSE(reader.next());
}

TEST_CASE("a statement that is no COPY of that direction is refused", "[engine][copy]") {
  Table table;
  CHECK_THROWS_WITH(table.connection.copy_in("SELECT 1"), Contains("not a COPY … FROM STDIN"));
  CHECK_THROWS_WITH(table.connection.copy_in("COPY t TO STDOUT"), Contains("not a COPY … FROM STDIN"));
  CHECK_THROWS_WITH(table.connection.copy_in("COPY missing FROM STDIN"), Contains("\"missing\" does not exist"));
  CHECK_THROWS_WITH(table.connection.copy_out("SELECT 1").next(), Contains("not a COPY … TO STDOUT"));
  CHECK_THROWS_AS(table.connection.copy_out("COPY t FROM STDIN").next(), DatabaseArgumentError);
  CHECK(table.count() == 0);
}

TEST_CASE("a COPY that makes no progress ends with command_timeout", "[engine][copy]") {
  const TempDatabase database;
  auto parts = database.config().parts();
  parts.command_timeout = 300ms;
  auto connection = Connection::connect(ConnectionConfig::create(parts));
  connection.execute("CREATE TABLE t (a int, b text)");
  auto holder = database.connect();
  auto blocking = holder.begin();
  holder.execute("LOCK TABLE t");
  CHECK_THROWS_AS(connection.copy_in("COPY t FROM STDIN"), DatabaseTimeoutError);
  CHECK_THROWS_AS(connection.copy_out("COPY t TO STDOUT").next(), DatabaseTimeoutError);
  blocking.rollback();
  auto writer = connection.copy_in("COPY t FROM STDIN");
  for (int i = 0; i < 4; ++i) {
    std::this_thread::sleep_for(120ms);
    writer.row(i, "a slow writer is no slow server");
  }
  CHECK(writer.finish() == 4);
}

TEST_CASE("a connection lost in mid-COPY is told", "[engine][copy]") {
  Table table;
  const int pid = table.connection.backend_pid();
  auto writer = table.connection.copy_in("COPY t FROM STDIN");
  table.database.execute("SELECT pg_terminate_backend(" + std::to_string(pid) + ", 5000)");
  int rows = 0;
  CHECK_THROWS_AS(
      [&] {
        for (; rows < 100000; ++rows) writer.row(rows, std::string(1000, 'x'));
        writer.finish();
      }(),
      DatabaseConnectionError);
  // Long before the end of the data.
  CHECK(rows < 10000);
  CHECK_FALSE(table.connection.alive());
}
