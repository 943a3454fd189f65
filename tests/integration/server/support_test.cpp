#include <catch2/catch.hpp>

#include "support/temp_database.hpp"
#include "support/test_server.hpp"

namespace migrate::test {
namespace {

TEST_CASE("temporary databases are empty and apart from each other", "[support]") {
  const TempDatabase one;
  const TempDatabase two;
  CHECK(one.name() != two.name());
  one.execute("CREATE TABLE only_here (number integer)");
  CHECK(one.query("SELECT to_regclass('only_here') IS NOT NULL") == "t");
  CHECK(two.query("SELECT to_regclass('only_here') IS NOT NULL") == "f");
}

TEST_CASE("rows of a temporary database come as text and NULL is told from empty", "[support]") {
  const TempDatabase database;
  const auto rows = database.rows("VALUES (1, NULL, ''), (2, 'b', 'c')");
  CHECK(rows == std::vector<std::vector<std::string>>{{"1", "<null>", ""}, {"2", "b", "c"}});
  CHECK(database.query("SELECT NULL") == "");
  CHECK(database.query("SELECT 1 WHERE false") == "");
}

TEST_CASE("a temporary database is gone at the end of its scope even when somebody is connected", "[support]") {
  const TempDatabase witness;
  std::string name;
  std::optional<engine::Connection> lingering;
  {
    const TempDatabase database;
    name = database.name();
    lingering = database.connect();
  }
  CHECK(witness.query("SELECT count(*) FROM pg_database WHERE datname = '" + name + "'") == "0");
}

}  // namespace
}  // namespace migrate::test
