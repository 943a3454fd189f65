#include <catch2/catch.hpp>

#include "migrate/base/files.hpp"
#include "migrate/base/process.hpp"
#include "migrate/base/text.hpp"
#include "migrate/catalog/read_model.hpp"
#include "migrate/command/load_schema.hpp"
#include "migrate/server/private_server.hpp"
#include "model_text.hpp"
#include "support/temp_database.hpp"

namespace migrate::test {
namespace {

std::string dump(const TempDatabase& database) {
  const auto program = server::find_binaries() / "pg_dump";
  const auto result = base::run_process({program.string(), "--schema-only", "--dbname", database.uri()});
  INFO(result.errors);
  REQUIRE(result.exit_code == 0);
  return result.output;
}

void restore(const TempDatabase& database, const std::string& text) {
  const std::vector<command::SchemaFile> files{{"dump.sql", text}};
  auto connection = database.connect();
  command::load_schema(connection, files);
}

schema::Model read(const TempDatabase& database) {
  auto connection = database.connect();
  return catalog::read_model(connection, {.acl = true, .foreign = true});
}

/// What PostgreSQL itself writes otherwise the second time: varchar IN (…) has its cast moved to the elements.
bool is_moved_cast(std::string_view line) {
  return line.find("= ANY (") != std::string_view::npos && line.find("character varying") != std::string_view::npos;
}

TEST_CASE("a restored dump reads as its source does", "[catalog]") {
  const TempDatabase source, once, twice;
  source.execute(base::read_file(std::string(MIGRATE_SOURCE_DIR) + "/tests/data/rich_schema.sql"));
  restore(once, dump(source));
  restore(twice, dump(once));
  CHECK(difference(read(once), read(twice)).empty());

  std::string unexpected;
  const std::string all = difference(read(source), read(once));
  for (const auto line : base::split(all, '\n')) {
    if (!line.empty() && !is_moved_cast(line)) unexpected.append(line).append("\n");
  }
  CHECK(unexpected.empty());
}

}  // namespace
}  // namespace migrate::test
