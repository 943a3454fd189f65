#include "migrate/catalog/read_model.hpp"

#include <catch2/catch.hpp>

#include "support/temp_database.hpp"

using migrate::catalog::read_model;
using migrate::schema::EntityKind;
using migrate::test::TempDatabase;

TEST_CASE("an empty database holds the schema public", "[catalog]") {
  const TempDatabase database;
  auto connection = database.connect();
  const auto model = read_model(connection);
  CHECK(model.server_version == connection.server_version());
  REQUIRE(model.entities().size() == 1);
  CHECK(describe(model.entities().begin()->first) == "schema public");
}
