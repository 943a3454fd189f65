#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "migrate/engine/connection.hpp"
#include "support/temp_database.hpp"

using namespace migrate::engine;
using Catch::Contains;
using migrate::test::TempDatabase;

namespace {

struct User {
  long id = 0;
  std::string name;
  std::optional<std::string> mail;
  bool operator==(const User&) const = default;
};

struct Point {
  int x = 0;
  int y = 0;
  bool operator==(const Point&) const = default;
};

constexpr const char* k_users = "SELECT * FROM (VALUES ('ann', 1, NULL), ('bob', 2, 'b@c')) AS u (name, id, mail)";

}  // namespace

template <>
struct migrate::engine::RowFields<User> {
  static constexpr std::tuple columns{Column{"id", &User::id}, Column{"name", &User::name},
                                      Column{"mail", &User::mail}};
};

template <>
struct migrate::engine::RowFields<Point> {
  static constexpr std::tuple members{&Point::x, &Point::y};
};

TEST_CASE("rows become structs by the names of their columns", "[engine][rows]") {
  const TempDatabase database;
  const auto users = database.connect().execute(k_users).as<User>();
  CHECK(users == std::vector<User>{{1, "ann", std::nullopt}, {2, "bob", "b@c"}});
}

TEST_CASE("rows become structs and tuples by the order of their columns", "[engine][rows]") {
  const TempDatabase database;
  auto connection = database.connect();
  const auto result = connection.execute("SELECT 1, 2 UNION ALL SELECT 3, 4 ORDER BY 1");
  CHECK(result.as<Point>() == std::vector<Point>{{1, 2}, {3, 4}});
  CHECK(result.as<std::pair<int, std::string>>() == std::vector<std::pair<int, std::string>>{{1, "2"}, {3, "4"}});
  CHECK_THROWS_WITH((result.as<std::tuple<int>>()), Contains("2 columns, where 1 is wanted"));
  CHECK(connection.execute("SELECT generate_series(1, 3)").as<int>() == std::vector<int>{1, 2, 3});
}

TEST_CASE("a result is walked row by row", "[engine][rows]") {
  const TempDatabase database;
  const Result result = database.connect().execute(k_users);
  std::string seen;
  for (const Row row : result) {
    seen += row.get<std::string>("name") + std::to_string(row.get<int>(1)) + (row.is_null(2) ? "-" : "+");
    CHECK(row.as<User>().id == row.get<long>("id"));
  }
  CHECK(seen == "ann1-bob2+");
  CHECK(result.get<int>(1, "id") == 2);
  CHECK(result.get<std::optional<std::string>>(0, "mail") == std::nullopt);
}

TEST_CASE("scalars tell no row, NULL and a value apart", "[engine][rows]") {
  const TempDatabase database;
  auto connection = database.connect();
  CHECK(connection.execute("SELECT 42").scalar<int>() == 42);
  CHECK(connection.execute("SELECT NULL").scalar<std::optional<int>>() == std::nullopt);
  CHECK(connection.execute("SELECT NULL").scalar_or_none<int>() == std::nullopt);
  CHECK(connection.execute("SELECT 1 WHERE false").scalar_or_none<int>() == std::nullopt);
  CHECK_THROWS_WITH(connection.execute("SELECT 1 WHERE false").scalar<int>(), Contains("no row"));
  CHECK_THROWS_WITH(connection.execute("SELECT NULL AS age").scalar<int>(),
                    Contains("column \"age\" of row 0 is NULL, which is not of type integer"));
  CHECK_THROWS_AS(connection.execute("CREATE TABLE t ()").scalar<int>(), DatabaseArgumentError);
}

TEST_CASE("one row is one row", "[engine][rows]") {
  const TempDatabase database;
  auto connection = database.connect();
  CHECK(connection.execute("SELECT 3, 4").one<Point>() == Point{3, 4});
  CHECK(connection.execute("SELECT 5").one<int>() == 5);
  CHECK_FALSE(connection.execute("SELECT 1, 2 WHERE false").one_or_none<Point>());
  CHECK_THROWS_WITH(connection.execute("SELECT 1 WHERE false").one<int>(), Contains("no row"));
  CHECK_THROWS_WITH(connection.execute("SELECT generate_series(1, 2)").one<int>(), Contains("2 rows"));
}

TEST_CASE("a wrong column, a wrong type and an overflow name column, value and type", "[engine][rows]") {
  const TempDatabase database;
  const Result result = database.connect().execute("SELECT 'x' AS a, 70000 AS b, 1 AS c, 2 AS c");
  CHECK_THROWS_WITH(result.get<int>(0, "a"), Contains("column \"a\" of row 0: \"x\" is not of type integer"));
  CHECK_THROWS_WITH(result.get<short>(0, "b"), Contains("column \"b\"") && Contains("\"70000\"") && Contains("32767"));
  CHECK_THROWS_WITH(result.get<int>(0, "c"), Contains("more than one column \"c\""));
  CHECK_THROWS_AS(result.get<int>(0, 4), DatabaseArgumentError);
  CHECK_THROWS_AS(result.get<int>(1, 0), DatabaseArgumentError);
  try {
    (void)result.column("d");
    FAIL("there is no such column");
  } catch (const DatabaseArgumentError& error) {
    CHECK_THAT(error.hint(), Contains("a, b, c, c"));
  }
  CHECK_THROWS_WITH(result.as<User>(), Contains("no column \"id\""));
}
